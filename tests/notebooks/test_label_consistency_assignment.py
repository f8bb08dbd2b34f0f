"""Wrong but plausible answers to the label consistency assignment fail; other right ones pass."""

from pathlib import Path
from typing import Any

import pytest
from rules.assignment import Task, tasks
from rules.reading import read
from test_cheats import accepts, namespace

PATH = Path(__file__).parents[2] / "notebooks/1_introduction/05_label_consistency_assignment.ipynb"
WRONG = [
    (1, "with putting back", "def echo_lead(h):\n    n = sum(h)\n    if n < 2: return None\n"
        "    return max(h) / n - sum((x / n) ** 2 for x in h)"),
    (1, "always ahead", "def echo_lead(h):\n    n = sum(h)\n"
        "    return max(h) / n - sum(x * (x - 1) for x in h) / (n * (n - 1)) if n > 2 else None"),
    (1, "one group", "def echo_lead(h):\n    n = sum(h)\n    if len(h) < 2: return 0.0\n"
        "    if n < 2: return None\n"
        "    return max(h) / n - sum(x * (x - 1) for x in h) / (n * (n - 1))"),
    (2, "by item", "def repeated(c, k):\n    n = c.sum(1)\n    c, n = c[n > 1], n[n > 1]\n"
        "    s = c[:, k]\n    u = s > 0\n    if not u.any(): return None\n"
        "    return float(np.mean((s[u] - 1) / (n[u] - 1)))"),
    (2, "with oneself", "def repeated(c, k):\n    n = c.sum(1)\n    c, n = c[n > 1], n[n > 1]\n"
        "    s = c[:, k]\n    return float((s * s / n).sum() / s.sum()) if s.sum() else None"),
    (2, "unpaired count", "def repeated(c, k):\n    n, s = c.sum(1), c[:, k]\n"
        "    if s[n > 1].sum() == 0: return None\n"
        "    return float((s * (s - 1) / np.maximum(n - 1, 1)).sum() / s.sum())"),
    (3, "no costs", "def weighted_kappa(a, b, cost):\n    return labeling.cohen(a, b)"),
    (3, "missing kept", "def weighted_kappa(a, b, cost):\n    cost = np.array(cost, float)\n"
        "    t = np.zeros(cost.shape)\n    np.add.at(t, (np.array(a), np.array(b)), 1 / len(a))\n"
        "    e = (cost * np.outer(t.sum(1), t.sum(0))).sum()\n"
        "    return 1 - (cost * t).sum() / e if e else math.nan"),
    (3, "one direction", "def weighted_kappa(a, b, cost):\n"
        "    a, b, cost = np.array(a), np.array(b), np.array(cost, float)\n"
        "    k = (a >= 0) & (b >= 0)\n    cost = np.maximum(cost, cost.T)\n"
        "    t = np.zeros(cost.shape)\n    np.add.at(t, (a[k], b[k]), 1 / k.sum())\n"
        "    e = (cost * np.outer(t.sum(1), t.sum(0))).sum()\n"
        "    return 1 - (cost * t).sum() / e if e else math.nan"),
    (4, "majority", "def listen(r, c, s):\n    return labeling.majority(r, 0, len(s))"),
    (4, "underflow", "def listen(r, c, s):\n    out = []\n    for row in r:\n"
        "        p = np.array(s, float)\n        for k, x in enumerate(row):\n"
        "            p = p * (np.array(c[k])[:, x] if x >= 0 else 1)\n"
        "        out.append(p.argmax())\n    return np.array(out)"),
    (4, "no shares", "def listen(r, c, s):\n    z = np.zeros((len(r), len(s)))\n"
        "    for k, m in enumerate(np.log(c)):\n        g = r[:, k] >= 0\n"
        "        z[g] += m.T[r[g, k]]\n    return z.argmax(1)"),
    (4, "missing is the last", "def listen(r, c, s):\n"
        "    z = np.tile(np.log(s), (len(r), 1))\n    for k, m in enumerate(np.log(c)):\n"
        "        z += m.T[r[:, k]]\n    return z.argmax(1)"),
    (5, "no logarithm", "def labels_worth(n, a, s, k):\n"
        "    g = np.mean(a, 0)[list(n).index(k)]\n    b = np.maximum.accumulate(np.mean(s, 0))\n"
        "    return math.inf if b[-1] < g else float(np.interp(g, b, n))"),
    (5, "capped", "def labels_worth(n, a, s, k):\n    g = np.mean(a, 0)[list(n).index(k)]\n"
        "    b = np.maximum.accumulate(np.mean(s, 0))\n"
        "    return float(np.exp(np.interp(g, b, np.log(n))))"),
    (5, "dips", "def labels_worth(n, a, s, k):\n    g = np.mean(a, 0)[list(n).index(k)]\n"
        "    b = np.mean(s, 0)\n    if b.max() < g: return math.inf\n"
        "    return float(np.exp(np.interp(g, b, np.log(n))))"),
    (5, "run by run", "def labels_worth(n, a, s, k):\n    found = []\n    for x, y in zip(a, s):\n"
        "        g, b = x[list(n).index(k)], np.maximum.accumulate(y)\n"
        "        found.append(math.inf if b[-1] < g else math.exp(np.interp(g, b, np.log(n))))\n"
        "    return float(np.mean(found))"),
    (6, "plain mean", "def fair_score(p, t, c):\n    p, t = np.array(p), np.array(t)\n"
        "    k = t != -1\n    return float(np.mean(p[k] == t[k])) if k.any() else 0.0"),
    (6, "clipped", "def fair_score(p, t, c):\n    p, t, c = map(np.array, (p, t, c))\n"
        "    return float(min(1, (((t != -1) & (p == t)) / c).sum() / len(p)))"),
    (6, "divides by the weights", "def fair_score(p, t, c):\n"
        "    p, t, c = map(np.array, (p, t, c))\n"
        "    k = t != -1\n    return float((k & (p == t)) @ (1 / c) / max(k @ (1 / c), 1e-9))"),
    (6, "divides by the checked", "def fair_score(p, t, c):\n"
        "    p, t, c = map(np.array, (p, t, c))\n    k = t != -1\n"
        "    return float(((k & (p == t)) / c).sum() / max(k.sum(), 1))"),
    (7, "share of fails", "def diagnose(size, calls, limit=3.0):\n    k = calls >= 0\n"
        "    gap = calls[k].mean() - (size[k] >= limit).mean()\n"
        "    return 'strict' if gap > .05 else 'lax' if gap < -.05 else 'fine'"),
    (7, "any error is careless", "def diagnose(size, calls, limit=3.0):\n    k = calls >= 0\n"
        "    size, calls = size[k], calls[k]\n"
        "    if np.mean(calls != (size >= limit)) > .1: return 'careless'\n"
        "    gap = calls.mean() - (size >= limit).mean()\n"
        "    return 'strict' if gap > .04 else 'lax' if gap < -.04 else 'fine'"),
]  # fmt: skip
RIGHT = [
    (1, "by pairs", "def echo_lead(h):\n    who = [i for i, n in enumerate(h) for _ in range(n)]\n"
        "    if len(who) < 2: return None\n    p = [(a, b) for i, a in enumerate(who)\n"
        "         for j, b in enumerate(who) if i != j]\n"
        "    return max(h) / len(who) - sum(a == b for a, b in p) / len(p)"),
    (2, "by ratings", "def repeated(c, k):\n    hits = [(r[k] - 1) / (r.sum() - 1) for r in c\n"
        "            if r.sum() > 1 for _ in range(r[k])]\n"
        "    return float(np.mean(hits)) if hits else None"),
    (3, "by pairs", "def weighted_kappa(a, b, cost):\n"
        "    pairs = [(x, y) for x, y in zip(a, b) if x >= 0 and y >= 0]\n"
        "    seen = np.mean([cost[x][y] for x, y in pairs])\n"
        "    luck = np.mean([cost[x][y] for x, _ in pairs for _, y in pairs])\n"
        "    return 1 - seen / luck if luck else math.nan"),
    (4, "one by one", "def listen(r, c, s):\n    out = []\n    for row in r:\n"
        "        z = [math.log(p) + sum(math.log(c[k][j][x]) for k, x in enumerate(row) if x + 1)\n"
        "             for j, p in enumerate(s)]\n        out.append(int(np.argmax(z)))\n"
        "    return out"),
    (5, "by interpolation", "def labels_worth(n, a, s, k):\n"
        "    g = np.mean(a, 0)[list(n).index(k)]\n    b = np.maximum.accumulate(np.mean(s, 0))\n"
        "    return math.inf if b[-1] < g else float(np.exp(np.interp(g, b, np.log(n))))"),
    (6, "row by row", "def fair_score(p, t, c):\n"
        "    return sum(1 / x for a, b, x in zip(p, t, c) if b != -1 and a == b) / len(p)"),
    (7, "likelihood", "def diagnose(size, calls, limit=3.0):\n    from scipy.stats import norm\n"
        "    k = (calls >= 0) & (size > 0)\n    size, calls = size[k], calls[k]\n"
        "    def fit(own, slip):\n        p = norm.cdf(np.log(size / own) / .12)\n"
        "        p = slip + (1 - 2 * slip) * p\n"
        "        return np.log(np.where(calls == 1, p, 1 - p)).sum()\n"
        "    grid = {(o, s): fit(o, s) for o in np.arange(1.4, 5.6, .1)\n"
        "            for s in (.015, .05, .1, .2)}\n    own, slip = max(grid, key=grid.get)\n"
        "    if slip > .06: return 'careless'\n"
        "    return 'strict' if own < 2.74 else 'lax' if own > 3.28 else 'fine'"),
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
