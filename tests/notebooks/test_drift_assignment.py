"""Wrong but plausible answers to the drift assignment fail; right answers of another kind pass."""

from pathlib import Path
from typing import Any

import pytest
from rules.assignment import Task, tasks
from rules.reading import read
from test_cheats import accepts, namespace

PATH = Path(__file__).parents[2] / "notebooks/4_deployment/05_drift_assignment.ipynb"
WRONG = [
    (1, "whole", "def break_even(a, r, b, s):\n    return None if r == s else abs((b-a)//(r-s))"),
    (1, "one way", "def break_even(a, r, b, s):\n"
        "    return (a - b) / (s - r) if s > r and a > b else None"),
    (2, "drops missing", "def psi_with_missing(a, b, bins=10):\n"
        "    return drift.psi(a[~np.isnan(a)][:, None], b[~np.isnan(b)][:, None], bins)"),
    (3, "every alarm", "def incidents(alarms, start, cooldown):\n"
        "    late = [a for a in alarms if a >= start]\n"
        "    delay = late[0] - start if late else None\n"
        "    return {'false': len(alarms) - len(late), 'delay': delay}"),
    (3, "wait restarts", "def incidents(alarms, start, cooldown):\n"
        "    first = [a for b, a in zip([-1e9, *alarms], alarms) if a - b > cooldown]\n"
        "    late = [a for a in first if a >= start]\n"
        "    return {'false': len(first) - len(late), 'delay': late[0] - start if late else None}"),
    (4, "no share", "def best_threshold(quiet, drifted, f, m, share):\n"
        "    tried = [-99.0, *quiet, *drifted]\n"
        "    cost = lambda t: np.mean(quiet > t) * f + np.mean(drifted <= t) * m\n"
        "    return float(min(tried, key=cost))"),
    (4, "never below all", "def best_threshold(quiet, drifted, f, m, share):\n"
        "    tried = [*quiet, *drifted]\n"
        "    cost = lambda t: (1-share)*np.mean(quiet > t)*f + share*np.mean(drifted <= t)*m\n"
        "    return float(min(tried, key=cost))"),
    (5, "ready-made", "class Riser:\n    def __init__(self):\n"
        "        self.inner = drift.error_detector('adwin')\n"
        "    def update(self, error):\n        return self.inner.update(error)"),
    (5, "rings once", "class Riser:\n    def __init__(self):\n"
        "        self.n, self.wrong, self.s, self.dead = 0, 0, 0.0, False\n"
        "    def update(self, error):\n        if self.n < 300:\n"
        "            self.n, self.wrong = self.n + 1, self.wrong + error\n"
        "            return False\n"
        "        self.s = max(0, self.s + error - self.wrong / 300 - 0.1)\n"
        "        rings = self.s > 15 and not self.dead\n        self.dead |= rings\n"
        "        return rings"),
    (6, "any rise", "def diagnose(a, w, b, v):\n"
        "    if drift.novelty(a, b) > 0.05: return 'new class'\n"
        "    if drift.psi(a, b) > 0.08: return 'covariate'\n"
        "    return 'concept' if v.mean() > w.mean() else 'none'"),
    (6, "book", "def diagnose(a, w, b, v):\n"
        "    if drift.novelty(a, b) > 0.05: return 'new class'\n"
        "    if drift.psi(a, b) > 0.25: return 'covariate'\n"
        "    return 'concept' if v.mean() > w.mean() + 0.06 else 'none'"),
]  # fmt: skip
RIGHT = [
    (1, "by cases", "def break_even(a, r, b, s):\n    if (a - b) * (s - r) <= 0: return None\n"
        "    return abs(a - b) / abs(s - r)"),
    (4, "midpoints", "def best_threshold(quiet, drifted, f, m, share):\n"
        "    v = np.unique(np.r_[quiet, drifted])\n"
        "    tried = np.r_[v[0] - 1, (v[1:] + v[:-1]) / 2, v[-1] + 1]\n"
        "    cost = lambda t: (1-share)*np.mean(quiet > t)*f + share*np.mean(drifted <= t)*m\n"
        "    return float(min(tried, key=cost))"),
    (5, "windows", "class Riser:\n    def __init__(self):\n        self.base, self.win = [], []\n"
        "    def update(self, error):\n        if len(self.base) < 400:\n"
        "            self.base.append(error)\n            return False\n"
        "        self.win = [*self.win, error][-120:]\n        p = (sum(self.base) + 1) / 402\n"
        "        z = (sum(self.win) - 120 * p) / (120 * p * (1 - p)) ** 0.5\n"
        "        if len(self.win) < 120 or z < 4: return False\n        self.__init__()\n"
        "        return True"),
]  # fmt: skip


def judged(number: int, answer: str) -> bool:
    ready: dict[Path, dict[str, Any]] = {}
    names = namespace(PATH, ready)
    exec(answer, names)
    return accepts(task(number), names)


def task(number: int) -> Task:
    return tasks(read(PATH))[number - 1]


@pytest.mark.parametrize(("number", "_why", "answer"), WRONG, ids=[f"{n}-{w}" for n, w, _ in WRONG])
def test_a_wrong_answer_fails(number: int, _why: str, answer: str) -> None:
    assert not judged(number, answer)


@pytest.mark.parametrize(("number", "_why", "answer"), RIGHT, ids=[f"{n}-{w}" for n, w, _ in RIGHT])
def test_another_right_answer_passes(number: int, _why: str, answer: str) -> None:
    assert judged(number, answer)
