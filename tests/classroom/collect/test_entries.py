import os
import stat
import struct
import zipfile
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mlops_lab.workbench.classroom.collect import entries
from mlops_lab.workbench.classroom.collect.entries import Entry, Source
from mlops_lab.workbench.runs.errors import RefusedError


def read_entries(source: Path, zone: tzinfo = UTC) -> list[Entry]:
    """Read all as if each top folder, or file, were one owner's."""
    with Source(source, zone) as files:
        return [one for _, own in files.by_owner(lambda path: path.parts[0]) for one in own]


def by_name(source: Path) -> dict[str, Entry]:
    return {str(entry.path): entry for entry in read_entries(source)}


def zipped(folder: Path, **members: bytes) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_files_of_a_folder_are_read_with_their_times(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "x.ipynb").write_bytes(b"1")
    os.utime(tmp_path / "ada" / "x.ipynb", (1_800_000_000, 1_800_000_000))
    time = datetime.fromtimestamp(1_800_000_000, UTC)
    found = list(read_entries(tmp_path))
    assert [(str(e.path), e.content, e.time, e.problem) for e in found] == [
        ("ada/x.ipynb", b"1", time, "")
    ]


def test_what_editors_leave_behind_is_not_given(tmp_path: Path) -> None:
    for name in (".hidden", ".ipynb_checkpoints/x.ipynb", "__MACOSX/x.ipynb", "a/.git/x", "a/b"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    assert list(by_name(tmp_path)) == ["a/b"]


def test_links_and_pipes_are_told_and_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (inside / "file.ipynb").symlink_to(tmp_path / "secret")
    (inside / "folder").symlink_to(tmp_path)
    os.mkfifo(inside / "pipe")
    found = by_name(inside)
    assert {name: entry.content for name, entry in found.items()} == dict.fromkeys(found, b"")
    assert "it is a link" in found["file.ipynb"].problem
    assert "it is a link" in found["folder"].problem
    assert "no ordinary file" in found["pipe"].problem
    assert len(found) == 3


def test_a_zip_is_read_without_writing(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("ada\\x.ipynb", (2026, 12, 1, 13, 0, 0)), b"1")
    (entry,) = read_entries(path, ZoneInfo("Europe/Berlin"))
    assert entry.content == b"1"
    assert entry.time == datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert [each.name for each in tmp_path.iterdir()] == ["all.zip"]


@pytest.mark.parametrize("name", ["../x.ipynb", "/etc/x.ipynb", "a/../../x.ipynb", "C:/x.ipynb"])
def test_path_tricks_are_refused(tmp_path: Path, name: str) -> None:
    (entry,) = read_entries(zipped(tmp_path, **{name: b"1"}))
    assert entry.content == b""
    assert "leads out of the archive" in entry.problem


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    info = zipfile.ZipInfo("x.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    (entry,) = read_entries(path)
    assert (entry.content, "it is a link" in entry.problem) == (b"", True)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    found = by_name(zipped(tmp_path, bomb=b"\0" * 30_000_000, big=b"\0" * 40_000_000, fine=b"1"))
    assert "like a bomb" in found["bomb"].problem
    assert "larger than 32 MB" in found["big"].problem
    assert found["fine"].content == b"1"


def test_a_member_that_lies_about_its_size_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path, lie=os.urandom(1000))
    data = path.read_bytes()
    assert data.count(struct.pack("<L", 1000)) == 2
    path.write_bytes(data.replace(struct.pack("<L", 1000), struct.pack("<L", 10)))
    (entry,) = read_entries(path)
    assert (entry.content, "cannot be unpacked" in entry.problem) == (b"", True)


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path, x=b"1")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    (entry,) = read_entries(path)
    assert "cannot be unpacked" in entry.problem


def test_a_damaged_member_stops_no_other(tmp_path: Path) -> None:
    content = os.urandom(500)
    path = zipped(tmp_path, bad=content, good=b"1")
    data = path.read_bytes()
    path.write_bytes(data.replace(content[100:110], b"0123456789"))
    found = by_name(path)
    assert "cannot be unpacked" in found["bad"].problem
    assert found["good"].content == b"1"


def test_a_student_s_zip_is_opened_and_one_inside_of_it_is_not(tmp_path: Path) -> None:
    inmost = zipped(tmp_path, x=b"\0" * 1000).read_bytes()
    inner = zipped(tmp_path, **{"a.csv": b"1", "inmost.zip": inmost}).read_bytes()
    found = list(read_entries(zipped(tmp_path, **{"inner.zip": inner})))
    assert [(str(one.path), one.content) for one in found] == [
        ("inner.zip/a.csv", b"1"),
        ("inner.zip/inmost.zip", inmost),
    ]
    assert {str(one.inside) for one in found} == {"inner.zip"}


def test_a_student_s_zip_past_its_bounds_stays_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_PACKED", 3)
    inner = zipped(tmp_path, **{f"f{n}": b"1" for n in range(4)}).read_bytes()
    many, other = read_entries(zipped(tmp_path, **{"ada.zip": inner, "bob.csv": b"1"}))
    assert many.problem == "The zip was not opened: it holds more than 3 files or 64 MB."
    assert other.content == b"1"


def test_bounds_of_the_whole_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path, **{f"f{n}": b"12345" for n in range(10)})
    assert len(read_entries(path)) == 10
    with monkeypatch.context() as patch:
        patch.setattr(entries, "MOST_FILES", 9)
        with pytest.raises(RefusedError, match=r"More than 9 files .* Collect in parts"):
            read_entries(path)
    with monkeypatch.context() as patch:
        patch.setattr(entries, "MOST_DIRECTORY", 100)
        with pytest.raises(RefusedError, match=r"cannot be read as a zip|neither a folder"):
            read_entries(path)


def test_what_one_owner_has_in_excess_is_one_line_and_the_others_are_whole(tmp_path: Path) -> None:
    many = {f"ada/{n:05}.csv": b"1" for n in range(3000)} | {"ada/x.ipynb": b"2"}
    found = read_entries(zipped(tmp_path, **many, **{"bob/x.ipynb": b"3", "bob/y.csv": b"4"}))
    assert [str(one.path) for one in found[:2]] == ["ada/x.ipynb", "ada/00000.csv"]
    assert len(found) == 1001 + 2
    assert found[1000].over == 2001
    assert found[1000].problem == (
        "2,001 more files are over the bound of 1,000 files, 50 notebooks or 128 MB from one "
        "student, and not kept."
    )
    assert [one.content for one in found[1001:]] == [b"3", b"4"]


@pytest.mark.parametrize("name", ["ada/{}.ipynb", "ada/in.zip/{}.ipynb"])
def test_more_notebooks_than_anybody_writes_are_not_read(tmp_path: Path, name: str) -> None:
    members = {name.format(n): b"1" for n in range(60)}
    if ".zip" in name:
        inner = {Path(one).name: content for one, content in members.items()}
        members = {"ada/in.zip": zipped(tmp_path, **inner).read_bytes()}
    found = read_entries(zipped(tmp_path, **members, **{"ada/data.csv": b"2"}))
    assert [one.over for one in found[-2:]] == [0, 10]
    assert len(found) == 52
    assert found[-2].path.name == "data.csv"


def test_many_archives_of_one_owner_unpack_to_no_more_than_the_bound(tmp_path: Path) -> None:
    inner = zipped(tmp_path, **{f"f{n}": os.urandom(3 * 10**6) for n in range(10)}).read_bytes()
    members = {f"ada/{n}.zip": inner for n in range(9)} | {"bob/x": b"1"}
    found = read_entries(zipped(tmp_path, **members))
    assert sum(len(one.content) for one in found) <= entries.MOST_OWN_BYTES + 1
    assert [(str(one.path), one.content) for one in found[-1:]] == [("bob/x", b"1")]
    assert found[-2].over > 40


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(RefusedError, match="neither a folder nor a zip"):
        list(read_entries(path))


def test_nothing_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="neither a folder nor a zip"):
        list(read_entries(tmp_path / "no"))
