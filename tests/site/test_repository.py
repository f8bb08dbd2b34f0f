"""Where the sources are published, and what follows for the pages."""

import doctest
import subprocess
from pathlib import Path

import coursesite.excerpts
import pytest
from coursesite.excerpts import excerpts, write_excerpts
from coursesite.repository import SETTING, Repository, repository


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def cloned(folder: Path, address: str) -> None:
    command = ["git", "-C", str(folder), "remote", "add", "origin", address]
    subprocess.run(command, check=True)


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/some-one/the.course",
        "https://github.com/some-one/the.course.git",
        "git@github.com:some-one/the.course.git",
        "ssh://git@github.com/some-one/the.course",
    ],
)
def test_a_clone_knows_where_it_came_from(checkout: Path, address: str) -> None:
    cloned(checkout, address)
    found = repository(checkout, {})
    assert found == Repository("https://github.com/some-one/the.course", "main")


@pytest.mark.parametrize("address", ["/srv/git/course", "https://example.org/a/b", "file:///a/b"])
def test_a_clone_from_elsewhere_leads_nowhere(checkout: Path, address: str) -> None:
    assert repository(checkout, {}) is None
    cloned(checkout, address)
    assert repository(checkout, {}) is None


def test_a_run_of_the_platform_and_the_setting_come_first(checkout: Path) -> None:
    cloned(checkout, "https://github.com/a/b")
    run = {"GITHUB_REPOSITORY": "c/d", "GITHUB_REF_NAME": "next"}
    assert repository(checkout, run) == Repository("https://github.com/c/d", "next")
    named = {**run, SETTING: "https://git.example.org/e/f"}
    assert repository(checkout, named) == Repository("https://git.example.org/e/f")


def test_a_setting_that_is_no_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must be like https://github.com/OWNER/NAME; got 'e/f'"):
        repository(tmp_path, {SETTING: "e/f"})


def test_links_are_quoted() -> None:
    one = Repository("https://github.com/a/b", "my/branch")
    assert one.edit("x/y z.md") == "https://github.com/a/b/edit/my/branch/x/y%20z.md"
    assert one.issue("4.5 Drift", "n.ipynb") == (
        "https://github.com/a/b/issues/new?title=4.5%20Drift%3A%20"
        "&body=About%20%60n.ipynb%60%3A%0A%0A"
    )
    assert one.binder("n/a.ipynb") == (
        "https://mybinder.org/v2/gh/a/b/my%2Fbranch?urlpath=lab%2Ftree%2Fn%2Fa.ipynb"
    )
    assert Repository("https://git.example.org/a/b").binder("n.ipynb") == ""


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(coursesite.excerpts).failed == 0
    assert doctest.testmod(coursesite.excerpts).attempted >= 1


def test_only_what_is_read_is_found_again() -> None:
    page = (
        '<article><h1>A<a class="headerlink">#</a></h1><script>x</script>'
        '<section id="s"><p>one\n  two</p><div class="controls">no</div></section></article>'
    )
    assert excerpts(page) == '<div role="main">A <section id="s">one two </section></div>'
    assert excerpts("<p>No article.</p>") == ""


def test_the_words_of_all_pages_are_in_one_script(tmp_path: Path) -> None:
    for name in ("index", "lessons/1.1_a", "search", "_static/theirs"):
        path = tmp_path / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<article>{name} &lt;/script&gt; \N{GREEK SMALL LETTER MU}</article>")
    write_excerpts(tmp_path)
    text = (tmp_path / "_static" / "excerpts.js").read_text(encoding="utf-8")
    assert text.startswith('window.PAGE_TEXTS = {"index":"<div role=\\"main\\">index &lt;/script')
    assert '"lessons/1.1_a":' in text
    assert '"search":' not in text
    assert "theirs" not in text
