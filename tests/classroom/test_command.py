import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mlops_lab.cli import main
from mlops_lab.workbench.classroom.folder import ClassFolder


@pytest.fixture
def inside(folder: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> ClassFolder:
    monkeypatch.chdir(folder.path)
    return folder


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["class", *words])


def good(*words: str) -> Result:
    done = run(*words)
    assert done.exit_code == 0, done.output
    return done


def roster(folder: ClassFolder, text: str = "id,name\nada,Ada\nbob,Bob\n") -> str:
    file = folder.path / "students.csv"
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize(
    "words", [[], ["init"], ["roster"], ["roster", "import"], ["roster", "list"],
              ["roster", "export"], ["release"], ["collect"], ["override"], ["extend"],
              ["roster", "leave"], ["roster", "back"]],
)  # fmt: skip
def test_help_has_an_example(words: list[str]) -> None:
    told = good(*words, "--help").stdout
    assert words == ["roster"] or "mlops-lab class" in told.partition("Example")[2]


def test_a_class_from_start_to_end(tmp_path: Path, master: Path) -> None:
    home = str(tmp_path / "autumn")
    good("init", home, "--name", "Autumn", "--course", str(master.parents[1]))
    file = tmp_path / "students.csv"
    file.write_text("id,name\nada,Ada\nbob,Bob\n")
    assert good("roster", "import", str(file), "--class", home).stdout.startswith("2 new")
    done = good("release", "4.5", "--class", home)
    assert "4.5, release 1: 3 tasks, 9 points." in done.stdout
    assert "no due time for 4.5" in done.stderr
    handout = tmp_path / "autumn" / "release" / "4.5" / "05_sums_assignment.ipynb"
    inbox = tmp_path / "in" / "ada"
    inbox.mkdir(parents=True)
    (inbox / "x.ipynb").write_bytes(handout.read_bytes())
    done = good("collect", str(inbox.parent), "--class", home)
    assert done.stdout.splitlines()[0].split()[:4] == ["on", "time", "4.5", "ada"]
    assert done.stderr == "1 on time, 1 missing\n"


def test_what_is_secret_or_personal_is_its_owner_s_alone(
    inside: ClassFolder, subtests: pytest.Subtests
) -> None:
    before = os.umask(0o022)
    try:
        good("roster", "import", roster(inside))
        good("release", "4.5")
        inbox = inside.path / "in" / "ada"
        inbox.mkdir(parents=True)
        handout = inside.release / "4.5" / "05_sums_assignment.ipynb"
        (inbox / "x.ipynb").write_bytes(handout.read_bytes())
        (inbox / "data.csv").write_text("a,b\n1,2\n")
        (inside.path / "in" / "stranger.ipynb").write_bytes(handout.read_bytes())
        assert "unplaced" in run("collect", str(inbox.parent), "--assignment", "4.5").stdout
        good("grade", "4.5")
        good("feedback", "4.5")
        good("report", "4.5")
        good("export", "4.5", "-o", "points.csv")
    finally:
        os.umask(before)
    assert {handout.stat().st_mode & 0o777, handout.parent.stat().st_mode & 0o777} == {0o644, 0o755}
    ours = ["frozen", "submitted", "feedback", "reports", "gradebook.db", "points.csv"]
    for name in ours:
        with subtests.test(name):
            place = inside.path / name
            modes = {str(one): one.stat().st_mode & 0o077 for one in [place, *place.rglob("*")]}
            assert modes
            assert set(modes.values()) == {0}, modes


def test_a_file_that_is_shared_on_purpose_stays_shared(inside: ClassFolder) -> None:
    good("roster", "import", roster(inside))
    book, out = inside.path / "gradebook.db", inside.path / "list.csv"
    out.write_text("old")
    for file in (book, out):
        file.chmod(0o660)
    good("roster", "export", str(out))
    assert out.read_text() != "old"
    assert {book.stat().st_mode & 0o777, out.stat().st_mode & 0o777} == {0o660}


def test_a_folder_of_a_group_holds_what_the_group_can_read(inside: ClassFolder) -> None:
    inside.path.chmod(0o2770)
    before = os.umask(0o022)
    try:
        good("roster", "import", roster(inside))
        good("release", "4.5")
    finally:
        os.umask(before)
    frozen = inside.frozen / "4.5" / "1"
    made = [inside.path / "gradebook.db", inside.frozen, frozen, *frozen.iterdir()]
    modes = {one.name: one.stat().st_mode & 0o777 for one in made}
    assert modes == {
        "gradebook.db": 0o660, "frozen": 0o770, "1": 0o770,
        "master.ipynb": 0o440, "student.ipynb": 0o440, "release.json": 0o440,
    }  # fmt: skip


def test_importing_twice_updates_and_keeps(inside: ClassFolder) -> None:
    good("roster", "import", roster(inside))
    done = good("roster", "import", roster(inside, "id,name\nada,Ada L.\ncem,Cem\n"))
    assert done.stdout == "1 new, 1 changed, 0 as they were\n"
    assert done.stderr == "not in students.csv, and kept: bob\n"
    listed = json.loads(good("roster", "list", "--json").stdout)
    assert [one["name"] for one in listed] == ["Ada L.", "Bob", "Cem"]
    rows = list(csv.reader(io.StringIO(good("roster", "export").stdout)))
    assert rows[0] == ["id", "name", "email"]
    assert [row[0] for row in rows[1:]] == ["ada", "bob", "cem"]


def test_variants_are_made_for_the_roster(inside: ClassFolder) -> None:
    good("roster", "import", roster(inside))
    made = json.loads(good("release", "4.5", "--variant-seed", "3", "--json").stdout)
    assert made["variant_seed"] == 3
    files = sorted((inside.release / "4.5" / "students").iterdir())
    assert [file.name for file in files] == ["ada.ipynb", "bob.ipynb"]


def refused(inside: ClassFolder) -> Iterator[tuple[list[str], str]]:
    yield ["init", "."], "is a class already"
    yield ["release", "4.6"], "There is no lesson '4.6'"
    yield ["roster", "import", "no.csv"], "cannot be read"
    yield ["roster", "import", roster(inside, "id\n\n../x\n")], "row 3: the id '../x'"
    good("roster", "import", roster(inside))
    yield ["roster", "import", roster(inside, "id\nADA\n")], "'ADA' is in the roster as 'ada'"
    yield ["collect", "."], "Nothing is released yet"


def test_what_is_refused_is_wrong_use(inside: ClassFolder) -> None:
    for words, told in refused(inside):
        done = run(*words)
        assert (done.exit_code, told in done.stderr) == (2, True), (words, done.output)


def test_outside_of_a_class_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("roster", "list")
    assert (done.exit_code, "mlops-lab class init" in done.stderr) == (2, True)


def test_what_cannot_be_read_ends_with_1(inside: ClassFolder) -> None:
    good("roster", "import", roster(inside))
    good("release", "4.5")
    inbox = inside.path / "in"
    inbox.mkdir()
    (inbox / "ada.ipynb").write_text("{")
    done = run("collect", "in", "--json", "--received", "2026-12-01")
    assert done.exit_code == 1
    assert [one["state"] for one in json.loads(done.stdout)] == ["unreadable", "missing"]
    assert run("collect", "in", "--received", "soon").exit_code == 2


def test_nothing_that_a_stranger_named_steers_the_terminal(inside: ClassFolder) -> None:
    good("roster", "import", roster(inside, "id,name\nada,Ad\x9b2Ja\nbob,Bob\n"))
    good("release", "4.5")
    inbox = inside.path / "in"
    inbox.mkdir()
    handout = inside.path / "release" / "4.5" / "05_sums_assignment.ipynb"
    document = json.loads(handout.read_text())
    for cell in document["cells"]:
        cell["cell_type"] = "\x1b]0;owned\x07\x1b[2J" + "z" * 100_000
    (inbox / "ada \x1b[31m\u202egood.ipynb").write_text(json.dumps(document))
    (inbox / "nobody\x1b[2J\r.ipynb").write_bytes(handout.read_bytes())
    said = [run("collect", str(inbox)), run("roster", "list"), run("collect", "no\x1b[2Jwhere")]
    for done in said:
        assert not set("\x1b\x9b\x07\r\u202e") & set(done.output), done.output
        assert max(map(len, done.output.splitlines())) < 600
    assert "ada" in said[0].stdout
    assert said[2].exit_code == 2
