"""Cores by affinity and by the quota of cgroups, made up as the kernel writes them, and real."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops_lab.threads import cores, cpu_quota
from mlops_lab.threads import quota as module

V1 = "35 25 0:30 {root} {place} rw shared:9 - cgroup cgroup rw,{controllers}"
V2 = "36 25 0:31 {root} {place} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"


def process(folder: Path, groups: str, *mounts: str) -> Path:
    """Write the two files of a process' folder in /proc."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cgroup").write_text(groups)
    (folder / "mountinfo").write_text("".join(f"{one}\n" for one in mounts))
    return folder


def version1(group: Path, most: int, period: int = 100_000) -> None:
    group.mkdir(parents=True, exist_ok=True)
    (group / "cpu.cfs_quota_us").write_text(f"{most}\n")
    (group / "cpu.cfs_period_us").write_text(f"{period}\n")


def version2(group: Path, most: str) -> None:
    group.mkdir(parents=True, exist_ok=True)
    (group / "cpu.max").write_text(f"{most}\n")


def test_version_2(tmp_path: Path) -> None:
    version2(tmp_path / "fs/user/lab", "150000 100000")
    mount = V2.format(root="/", place=tmp_path / "fs")
    assert cpu_quota(process(tmp_path / "proc", "0::/user/lab\n", mount)) == 1.5


def test_version_1_beside_version_2(tmp_path: Path) -> None:
    version1(tmp_path / "cpu/lab", 50_000)
    version1(tmp_path / "memory/lab", 10_000)  # not the controller of processors
    groups = "4:memory:/lab\n3:cpu,cpuacct:/lab\n0::/\n"
    mounts = [
        V1.format(root="/", place=tmp_path / "memory", controllers="memory"),
        V1.format(root="/", place=tmp_path / "cpu", controllers="cpu,cpuacct"),
        V2.format(root="/", place=tmp_path / "unified"),
    ]
    assert cpu_quota(process(tmp_path / "proc", groups, *mounts)) == 0.5


@pytest.mark.parametrize(
    ("outer", "middle", "inner", "found"),
    [
        ("400000 100000", "200000 100000", "max 100000", 2.0),
        ("100000 100000", "max 100000", "300000 100000", 1.0),
        ("max 100000", "max 100000", "max 100000", None),
        ("", "50000 200000", "max 100000", 0.25),
    ],
)
def test_the_smallest_of_nested_groups_counts(
    tmp_path: Path, outer: str, middle: str, inner: str, found: float | None
) -> None:
    for group, most in (("a", outer), ("a/b", middle), ("a/b/c", inner)):
        version2(tmp_path / "fs" / group, most)
    mount = V2.format(root="/", place=tmp_path / "fs")
    assert cpu_quota(process(tmp_path / "proc", "0::/a/b/c\n", mount)) == found


@pytest.mark.parametrize(
    ("root", "path"),
    [
        ("/docker/42", "/docker/42"),  # the container's own group is what is mounted
        ("/docker/42", "/docker/42/lab"),
        ("/", "/../../elsewhere"),  # a namespace that the process was moved out of
        ("/docker/42", "/somewhere/else"),
    ],
)
def test_what_is_mounted_is_what_counts(tmp_path: Path, root: str, path: str) -> None:
    version1(tmp_path / "cpu", 300_000)
    version1(tmp_path / "cpu/lab", -1)
    mount = V1.format(root=root, place=tmp_path / "cpu", controllers="cpu")
    assert cpu_quota(process(tmp_path / "proc", f"2:cpu:{path}\n", mount)) == 3.0


def test_a_mount_point_with_a_space(tmp_path: Path) -> None:
    version2(tmp_path / "a b", "200000 100000")
    mount = V2.format(root="/", place=str(tmp_path / "a b").replace(" ", "\\040"))
    assert cpu_quota(process(tmp_path / "proc", "0::/\n", mount)) == 2.0


@pytest.mark.parametrize("written", ["", "max", "-1 100000", "0 100000", "100000 0", "many few"])
def test_what_is_no_quota(tmp_path: Path, written: str) -> None:
    version2(tmp_path / "fs", written)
    mount = V2.format(root="/", place=tmp_path / "fs")
    assert cpu_quota(process(tmp_path / "proc", "0::/\n", mount)) is None


def test_without_cgroups(tmp_path: Path) -> None:
    assert cpu_quota(tmp_path) is None
    assert cpu_quota(process(tmp_path / "proc", "")) is None


@pytest.mark.parametrize(
    ("limit", "usable", "found"),
    [(None, 8, 8), (16.0, 8, 8), (2.0, 8, 2), (1.5, 8, 2), (0.25, 8, 1), (3.0, 1, 1)],
)
def test_cores_are_the_fewer_of_both(
    monkeypatch: pytest.MonkeyPatch, limit: float | None, usable: int, found: int
) -> None:
    monkeypatch.setattr(module, "cpu_quota", lambda: limit)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(usable)), raising=False)
    assert cores() == found


def test_cores_without_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    monkeypatch.setattr(module, "cpu_quota", lambda: None)
    assert cores() == 1


@pytest.fixture
def group() -> Iterator[Path]:
    """Make a group in a group, the outer one with half a core."""
    base = Path("/sys/fs/cgroup/cpu")
    if not os.access(base, os.W_OK) or not (base / "cpu.cfs_quota_us").exists():
        pytest.skip("needs cgroups of version 1 that this user may write")
    outer = base / f"mlops-lab-test-{os.getpid()}"
    inner = outer / "inner"
    inner.mkdir(parents=True)
    (outer / "cpu.cfs_quota_us").write_text("50000")
    try:
        yield inner
    finally:
        inner.rmdir()
        outer.rmdir()


def test_a_real_group(group: Path) -> None:
    program = (
        "import pathlib, sys; pathlib.Path(sys.argv[1], 'cgroup.procs').write_text('0')\n"
        "from mlops_lab.threads import cores, cpu_quota; print(cores(), cpu_quota())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(group)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "0.5"]
