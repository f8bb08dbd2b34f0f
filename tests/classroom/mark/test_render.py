import pytest

from mlops_lab.workbench.classroom.mark import render
from mlops_lab.workbench.classroom.mark.render import safe_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![a picture](http://elsewhere.example/pixel.png)",
    "[press](javascript:alert(1))",
    "[press](http://elsewhere.example 'a title\"><script>')",
    "<http://elsewhere.example>",
    "[r]\n\n[r]: javascript:alert(1)",
    "```html\n<script>alert(1)</script>\n```",
    "`<b onclick=alert(1)>`",
    "<div\nonclick=alert(1)>x</div>",
    "<style>* { display: none }</style>",
    "| <svg/onload=alert(1)> |\n|---|\n| [x](data:text/html,x) |",
    '```x" onclick=alert(1)\ncode\n```',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_it_runs_or_is_fetched(text: str) -> None:
    from bs4 import BeautifulSoup

    page = BeautifulSoup(safe_html(text), "html.parser")
    tags = {tag.name for tag in page.find_all()}
    assert tags <= {"p", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"}
    assert not any(tag.attrs for tag in page.find_all())


@pytest.mark.parametrize("text", [*HOSTILE, "<p>a<svg><style><img src=x onerror=alert(1)>b</p>"])
def test_html_that_the_reader_of_markdown_lets_through_is_harmless_too(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bs4 import BeautifulSoup

    monkeypatch.setattr(render, "_reader", lambda *_: str)
    page = BeautifulSoup(safe_html(text), "html.parser")
    assert {tag.name for tag in page.find_all()} <= {"p"}
    assert not any(tag.attrs for tag in page.find_all())


def test_markdown_is_kept_and_html_is_shown_as_text() -> None:
    made = safe_html("## A\n\n**bold** <i>no</i>\n\n- one\n\n[site](http://x.example)")
    for part in ("<h2>A</h2>", "<strong>bold</strong> &lt;i&gt;no&lt;/i&gt;", "<li>one</li>"):
        assert part in made
    assert "<p>site (http://x.example)</p>" in made
    assert safe_html("![a cat](http://x.example/c.png)") == (
        "<p>[image: a cat http://x.example/c.png]</p>\n"
    )


@pytest.mark.parametrize("piece", ["[", "> ", "*a **b ", "`", "![", "<a ", "- a\n  ", "|a\n|-\n"])
def test_a_text_made_to_be_slow_is_shown_all_the_same(piece: str) -> None:
    assert safe_html(piece * 2000)
    assert safe_html(piece * 20_001).startswith("<pre")
