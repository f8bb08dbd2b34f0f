"""Wrong but plausible answers to the scoping assignment fail; right ones of another kind pass."""

from pathlib import Path
from typing import Any

import pytest
from rules.assignment import Task, tasks
from rules.reading import read
from test_cheats import accepts, namespace

PATH = Path(__file__).parents[2] / "notebooks/1_introduction/02_scoping_assignment.ipynb"
WRONG = [
    (1, "no ceiling", "def break_even(v, b, s, dig, f, run):\n"
        "    return (run + v * (1 - b) * f * dig) / (v * b * s) if b else None"),
    (1, "all sections dug", "def break_even(v, b, s, dig, f, run):\n"
        "    cost, most = run + v * f * dig, v * b * s\n"
        "    return 0.0 if cost <= 0 else cost / most if cost <= most else None"),
    (1, "running forgotten", "def break_even(v, b, s, dig, f, run):\n"
        "    cost, most = v * (1 - b) * f * dig, v * b * s\n"
        "    return 0.0 if cost <= 0 else cost / most if cost <= most else None"),
    (2, "quantiles added", "def budget(ranges, kept, seed):\n"
        "    g = np.random.default_rng(seed)\n"
        "    d = [scoping.pert(scoping.Quantity(*r), 40000, g) for r in ranges]\n"
        "    plan = sum(r[1] for r in ranges)\n"
        "    return {'plan': plan, 'overrun': float(np.mean(sum(d) > plan)),\n"
        "            'budget': float(sum(np.quantile(x, kept) for x in d))}"),
    (2, "same draws for all", "def budget(ranges, kept, seed):\n"
        "    d = sum(scoping.pert(scoping.Quantity(*r), 40000, np.random.default_rng(seed))\n"
        "            for r in ranges)\n"
        "    plan = sum(r[1] for r in ranges)\n"
        "    return {'plan': plan, 'overrun': float(np.mean(d > plan)),\n"
        "            'budget': float(np.quantile(d, kept))}"),
    (2, "triangles", "def budget(ranges, kept, seed):\n"
        "    g = np.random.default_rng(seed)\n"
        "    d = sum(g.triangular(l, m, h, 40000) if l < h else l for l, m, h in ranges)\n"
        "    plan = sum(r[1] for r in ranges)\n"
        "    return {'plan': plan, 'overrun': float(np.mean(d > plan)),\n"
        "            'budget': float(np.quantile(d, kept))}"),
    (3, "gate forgotten", "def choose(worth, approved):\n"
        "    o = np.column_stack([np.zeros(len(worth)), worth])\n"
        "    best = int(o.mean(axis=0).argmax())\n"
        "    return {'choice': None if best == 0 else best - 1, 'evpi': scoping.evpi(o)}"),
    (3, "nothing forgotten", "def choose(worth, approved):\n"
        "    a = np.flatnonzero(approved)\n"
        "    if not len(a): return {'choice': None, 'evpi': 0.0}\n"
        "    best = int(worth[:, a].mean(axis=0).argmax())\n"
        "    return {'choice': int(a[best]), 'evpi': scoping.evpi(worth[:, a])}"),
    (3, "column renumbered", "def choose(worth, approved):\n"
        "    a = np.flatnonzero(approved)\n"
        "    o = np.column_stack([np.zeros(len(worth)), worth[:, a]])\n"
        "    best = int(o.mean(axis=0).argmax())\n"
        "    return {'choice': None if best == 0 else best - 1, 'evpi': scoping.evpi(o)}"),
    (4, "fits everything", "def trust(sizes, errors, full, tolerance):\n"
        "    c = scoping.fit_curve(sizes, errors)\n"
        "    w = float(np.abs(c.error(sizes) - np.mean(errors, axis=0)).max())\n"
        "    return {'worst': w, 'trust': w <= tolerance}"),
    (4, "only the last", "def trust(sizes, errors, full, tolerance):\n"
        "    e = np.asarray(errors)\n"
        "    c = scoping.fit_curve(sizes[:-1], e[:, :-1])\n"
        "    w = float(abs(c.error(sizes[-1]) - e[:, -1].mean()))\n"
        "    return {'worst': w, 'trust': w <= tolerance}"),
    (4, "hope only", "def trust(sizes, errors, full, tolerance):\n"
        "    e = np.asarray(errors)\n    k = sizes <= sizes[-1] ** 2 / full\n"
        "    if k.sum() < 4: k = np.arange(len(sizes)) < len(sizes) - 1\n"
        "    c = scoping.fit_curve(sizes[k], e[:, k])\n"
        "    w = float((e[:, ~k].mean(axis=0) - c.error(sizes[~k])).max())\n"
        "    return {'worst': w, 'trust': w <= tolerance}"),
    (5, "worth without a pilot kept", "def best_pilot(a, b, slope, needed, fixed, each, sizes):\n"
        "    best = {'n': 0, 'net': 0.0}\n"
        "    for n in sizes:\n"
        "        k = np.arange(n + 1)\n"
        "        v = np.maximum(0, slope * ((a + k) / (a + b + n) - needed))\n"
        "        net = float(stats.betabinom(n, a, b).pmf(k) @ v) - fixed - each * n\n"
        "        if net > best['net']: best = {'n': n, 'net': net}\n"
        "    return best"),
    (5, "plain binomial", "def best_pilot(a, b, slope, needed, fixed, each, sizes):\n"
        "    now, best = max(0, slope * (a / (a + b) - needed)), {'n': 0, 'net': 0.0}\n"
        "    for n in sizes:\n"
        "        k = np.arange(n + 1)\n"
        "        v = np.maximum(0, slope * ((a + k) / (a + b + n) - needed))\n"
        "        net = float(stats.binom(n, a / (a + b)).pmf(k) @ v) - now - fixed - each * n\n"
        "        if net > best['net']: best = {'n': n, 'net': net}\n"
        "    return best"),
    (5, "raw share", "def best_pilot(a, b, slope, needed, fixed, each, sizes):\n"
        "    now, best = max(0, slope * (a / (a + b) - needed)), {'n': 0, 'net': 0.0}\n"
        "    for n in sizes:\n"
        "        k = np.arange(n + 1)\n        v = np.maximum(0, slope * (k / n - needed))\n"
        "        net = float(stats.betabinom(n, a, b).pmf(k) @ v) - now - fixed - each * n\n"
        "        if net > best['net']: best = {'n': n, 'net': net}\n"
        "    return best"),
    (5, "always a pilot", "def best_pilot(a, b, slope, needed, fixed, each, sizes):\n"
        "    now, nets = max(0, slope * (a / (a + b) - needed)), []\n"
        "    for n in sizes:\n"
        "        k = np.arange(n + 1)\n"
        "        v = np.maximum(0, slope * ((a + k) / (a + b + n) - needed))\n"
        "        nets.append(float(stats.betabinom(n, a, b).pmf(k) @ v) - now - fixed - each * n)\n"
        "    return {'n': sizes[int(np.argmax(nets))], 'net': max(nets)}"),
]  # fmt: skip
RIGHT = [
    (1, "by search", "def break_even(v, b, s, dig, f, run):\n"
        "    year = lambda r: v * b * r * s - v * (1 - b) * f * dig - run\n"
        "    if year(0) >= 0: return 0.0\n"
        "    if year(1) < -1e-9: return None\n"
        "    from scipy.optimize import brentq\n"
        "    return 1.0 if year(1) <= 0 else brentq(year, 0, 1)"),
    (2, "own betas", "def budget(ranges, kept, seed):\n"
        "    g, t = np.random.default_rng(seed), np.zeros(100_000)\n"
        "    for l, m, h in ranges:\n"
        "        t += l if l == h else l + (h - l) * g.beta(\n"
        "            1 + 4 * (m - l) / (h - l), 1 + 4 * (h - m) / (h - l), 100_000)\n"
        "    plan = sum(m for _, m, _ in ranges)\n"
        "    return {'plan': plan, 'overrun': (t > plan).mean(), 'budget': np.quantile(t, kept)}"),
    (3, "zeros for the others", "def choose(worth, approved):\n"
        "    w = worth * np.array(approved)\n    m = w.mean(axis=0)\n"
        "    best = int(m.argmax()) if m.max() > 0 else None\n"
        "    evpi = np.maximum(w.max(axis=1), 0).mean() - max(0, m.max())\n"
        "    return {'choice': best, 'evpi': evpi}"),
    (5, "as a loop", "def best_pilot(a, b, slope, needed, fixed, each, sizes):\n"
        "    def net(n):\n        if n == 0: return 0.0\n"
        "        now = max(0, slope * (a / (a + b) - needed))\n"
        "        p = stats.betabinom(n, a, b)\n"
        "        return sum(float(p.pmf(k)) * max(0, slope * ((a + k) / (a + b + n) - needed))\n"
        "                   for k in range(n + 1)) - now - fixed - each * n\n"
        "    best = max([0, *sizes], key=net)\n"
        "    return {'n': best, 'net': net(best)}"),
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
