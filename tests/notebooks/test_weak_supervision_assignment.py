"""Wrong but plausible answers to the weak supervision assignment fail; other right ones pass."""

from pathlib import Path
from typing import Any

import pytest
from rules.assignment import Task, tasks
from rules.reading import read
from test_cheats import accepts, namespace

PATH = Path(__file__).parents[2] / "notebooks/2_data/06_weak_supervision_assignment.ipynb"
WRONG = [
    (1, "half is enough", "def shouting(texts):\n"
        "    t = texts.fillna('')\n    n = t.str.count('[A-Za-z]')\n"
        "    return np.where((n >= 5) & (2 * t.str.count('[A-Z]') >= n), 1, -1)"),
    (1, "share of characters", "def shouting(texts):\n"
        "    t = texts.fillna('')\n    n = t.str.len()\n"
        "    return np.where((n >= 5) & (2 * t.str.count('[A-Z]') > n), 1, -1)"),
    (1, "isupper", "def shouting(texts):\n"
        "    return np.where(texts.str.isupper().fillna(False) & (texts.str.len() >= 5), 1, -1)"),
    (1, "sorted", "def shouting(texts):\n    t = texts.fillna('').sort_index()\n"
        "    n = t.str.count('[A-Za-z]')\n"
        "    return np.where((n >= 5) & (2 * t.str.count('[A-Z]') > n), 1, -1)"),
    (2, "no smoothing", "def silence(v, y):\n    q = v == -1\n"
        "    return np.log(q[y == 1].mean(0)) - np.log(q[y == 0].mean(0))"),
    (2, "by vote", "def silence(v, y):\n    q = v == -1\n"
        "    c = lambda k: (q[y == k].sum(0) + .5) / (q.sum(0) + 1)\n"
        "    return np.log(c(1)) - np.log(c(0))"),
    (2, "sign", "def silence(v, y):\n    q = v == -1\n"
        "    c = lambda k: (q[y == k].sum(0) + .5) / ((y == k).sum() + 1)\n"
        "    return np.log(c(0)) - np.log(c(1))"),
    (3, "no balance", "def weigh(v, a, balance=.5):\n    a = np.array(a)\n"
        "    s = np.where(v == -1, 0, 2 * v - 1)\n"
        "    return 1 / (1 + np.exp(-(s @ np.log(a / (1 - a)))))"),
    (3, "silence is 0", "def weigh(v, a, balance=.5):\n    a = np.array(a)\n"
        "    s = np.where(v == 1, 1, -1)\n"
        "    prior = np.log(balance / (1 - balance))\n"
        "    return 1 / (1 + np.exp(-(prior + s @ np.log(a / (1 - a)))))"),
    (3, "linear weights", "def weigh(v, a, balance=.5):\n    a = np.array(a)\n"
        "    one, no = (v == 1) @ a, (v == 0) @ a\n"
        "    return np.where(one + no, one / np.maximum(one + no, 1e-9), balance)"),
    (4, "plain correlation", "def keep(v, y, threshold=.5):\n    c = np.corrcoef(v.T)\n"
        "    acc = ws.analyse(v, y)['accuracy'].fillna(0).to_numpy()\n"
        "    return sorted(max(g, key=lambda j: (acc[j], -j))\n"
        "                  for g in ws.group(np.nan_to_num(c), threshold))"),
    (4, "always the first", "def keep(v, y, threshold=.5):\n"
        "    return [g[0] for g in ws.group(ws.residual_correlation(v, np.eye(2)[y]), threshold)]"),
    (4, "no threshold", "def keep(v, y, threshold=.5):\n"
        "    acc = ws.analyse(v, y)['accuracy'].fillna(0).to_numpy()\n"
        "    groups = ws.group(ws.residual_correlation(v, np.eye(2)[y]), 0.5)\n"
        "    return sorted(max(g, key=lambda j: (acc[j], -j)) for g in groups)"),
    (5, "against the majority", "def accuracies(v):\n"
        "    m = ws.majority_vote(v).argmax(1)\n"
        "    return np.array([(c[c != -1] == m[c != -1]).mean() for c in v.T])"),
    (5, "ready-made", "def accuracies(v):\n    r = ws.fit_label_model(v, prior_weight=0).rates\n"
        "    return r[:, 1, 2] / r[:, 1, 1:].sum(1)"),
    (6, "straight size", "def worth(s, h, level):\n    if h[0] >= level: return s[0]\n"
        "    for i in range(1, len(s)):\n        if h[i] >= level:\n"
        "            return s[i-1] + (s[i]-s[i-1]) * (level-h[i-1]) / (h[i]-h[i-1])"),
    (6, "np.interp", "def worth(s, h, level):\n    if max(h) < level: return None\n"
        "    return float(np.exp(np.interp(level, np.sort(h), np.log(s))))"),
    (6, "last crossing", "def worth(s, h, level):\n    if h[0] >= level: return s[0]\n"
        "    for i in range(len(s) - 1, 0, -1):\n        if h[i] >= level > h[i-1]:\n"
        "            t = (level-h[i-1]) / (h[i]-h[i-1])\n"
        "            return s[i-1]*(s[i]/s[i-1])**t"),
]  # fmt: skip
RIGHT = [
    (1, "row by row", "def shouting(texts):\n    out = []\n    for t in texts:\n"
        "        letters = [c for c in t if c in\n"
        "            'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'\n"
        "        ] if isinstance(t, str) else []\n"
        "        up = sum(c.isupper() for c in letters)\n"
        "        out.append(1 if len(letters) >= 5 and up > len(letters) / 2 else -1)\n"
        "    return np.array(out)"),
    (3, "products", "def weigh(v, a, balance=.5):\n    a = np.array(a)\n"
        "    one = np.where(v == 1, a, np.where(v == 0, 1 - a, 1)).prod(1) * balance\n"
        "    no = np.where(v == 0, a, np.where(v == 1, 1 - a, 1)).prod(1) * (1 - balance)\n"
        "    return one / (one + no)"),
    (5, "triples", "def accuracies(v):\n    s = np.where(v == -1, 0, 2 * v - 1).astype(float)\n"
        "    both = (s != 0).T.astype(float) @ (s != 0)\n    c = s.T @ s / both\n"
        "    m = len(c)\n    out = []\n    for i in range(m):\n        num = den = 0.0\n"
        "        for j in range(m):\n            for k in range(j + 1, m):\n"
        "                if i not in (j, k):\n"
        "                    num += c[i, j] * c[i, k] * c[j, k]\n"
        "                    den += c[j, k] ** 2\n"
        "        sign = 1 if sum(c[i, j] for j in range(m) if j != i) > 0 else -1\n"
        "        out.append(.5 + sign * .5 * max(num / den, 0) ** .5)\n    return np.array(out)"),
    (6, "logs", "def worth(s, h, level):\n    if max(h) < level: return None\n"
        "    i = next(i for i, x in enumerate(h) if x >= level)\n    if i == 0: return s[0]\n"
        "    x = np.interp(level, h[i-1:i+1], np.log(s[i-1:i+1]))\n    return float(np.exp(x))"),
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
