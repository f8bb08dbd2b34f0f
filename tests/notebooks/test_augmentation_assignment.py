"""Plausible wrong answers to the augmentation assignment fail; right ones of another kind pass."""

from pathlib import Path
from typing import Any

import pytest
from rules.assignment import Task, tasks
from rules.reading import read
from test_cheats import accepts, namespace

PATH = Path(__file__).parents[2] / "notebooks/2_data/07_augmentation_assignment.ipynb"
CHOOSE = (
    "def choose_policy(images, labels, policies, seed):\n"
    "    def score(policy):\n"
    "        net = aug.fit(images[{train}], labels[{train}], steps={steps}, seed=seed,\n"
    "                      augment=aug.augmenter(policy))\n"
    "        return aug.accuracy(net, images[{test}], labels[{test}])\n"
    "    return int(np.argmax([score(policy) for policy in policies]))"
)
TURN = (
    "def turned_along(images, labels, becomes, seed):\n"
    "    rng = np.random.default_rng(seed)\n"
    "    t = {who}\n"
    "    {copies}\n"
    "    x[t] = {turn}\n"
    "    {label}\n"
    "    return x, y"
)
MAY = "np.isin(labels, list(becomes)) & (rng.random(len(labels)) < 0.5)"
COPIES, ROUND = "x, y = images.copy(), labels.copy()", "images[t][:, ::-1, ::-1]"
RENAME = "y[t] = [becomes[int(k)] for k in labels[t]]"
WRONG = [
    (1, "no last batch", "def fair_passes(n, copies, passes, batch):\n"
        "    plain, one = passes * n // batch, n * (1 + copies) // batch\n"
        "    return plain, plain // one, plain % one"),
    (1, "copies only", "def fair_passes(n, copies, passes, batch):\n"
        "    plain, one = passes * math.ceil(n / batch), max(math.ceil(n * copies / batch), 1)\n"
        "    return plain, plain // one, plain % one"),
    (1, "passes divided", "def fair_passes(n, copies, passes, batch):\n"
        "    plain, one = passes * math.ceil(n / batch), math.ceil(n * (1 + copies) / batch)\n"
        "    return plain, round(passes / (1 + copies)), plain % one"),
    (2, "all of the class", "def broken_pairs(labels, before, after, share):\n"
        "    return [(int(a), int(b)) for a in np.unique(labels) for b in np.unique(after)\n"
        "            if a != b and np.mean(after[labels == a] == b) >= share]"),
    (2, "more than", "def broken_pairs(labels, before, after, share):\n"
        "    good = before == labels\n"
        "    return [(int(a), int(b)) for a in np.unique(labels[good]) for b in np.unique(after)\n"
        "            if a != b and np.mean(after[good & (labels == a)] == b) > share]"),
    (2, "one each", "def broken_pairs(labels, before, after, share):\n"
        "    good, out = before == labels, []\n"
        "    for a in np.unique(labels[good]):\n"
        "        count = np.bincount(after[good & (labels == a)])\n"
        "        b = int(count.argmax())\n"
        "        if b != a and count[b] >= share * count.sum(): out.append((int(a), b))\n"
        "    return out"),
    (3, "labels stay", TURN.format(who=MAY, copies=COPIES, turn=ROUND, label="")),
    (3, "upside down", TURN.format(who=MAY, copies=COPIES, turn="images[t][:, ::-1]",
        label=RENAME)),
    (3, "in place", TURN.format(who=MAY, copies="x, y = images, labels",
        turn="images[t][:, ::-1, ::-1].copy()", label="y[t] = [becomes[int(k)] for k in y[t]]")),
    (3, "all or none", TURN.format(copies=COPIES, turn=ROUND, label=RENAME,
        who="np.isin(labels, list(becomes)) & (rng.random() < 0.5)")),
    (3, "always", TURN.format(who="np.isin(labels, list(becomes))", copies=COPIES, turn=ROUND,
        label=RENAME)),
    (3, "turns everything", TURN.format(who="rng.random(len(labels)) < 0.5", copies=COPIES,
        turn=ROUND, label="y[t] = [becomes.get(int(k), k) for k in labels[t]]")),
    (3, "fixed seed", TURN.format(who=MAY, copies=COPIES, turn=ROUND, label=RENAME).replace(
        "default_rng(seed)", "default_rng(0)")),
    (4, "rows", "def split_by_origin(origin, share, seed):\n"
        "    return np.random.default_rng(seed).random(len(origin)) < share"),
    (4, "share of origins", "def split_by_origin(origin, share, seed):\n"
        "    kinds = np.random.default_rng(seed).permutation(np.unique(origin))\n"
        "    return np.isin(origin, kinds[:math.ceil(share * len(kinds))])"),
    (4, "in order", "def split_by_origin(origin, share, seed):\n"
        "    kinds, counts = np.unique(origin, return_counts=True)\n"
        "    k = np.searchsorted(np.cumsum(counts), share * len(origin)) + 1\n"
        "    return np.isin(origin, kinds[:k])"),
    (4, "drawn by row", "def split_by_origin(origin, share, seed):\n"
        "    order = origin[np.random.default_rng(seed).permutation(len(origin))]\n"
        "    held = []\n"
        "    for one in order:\n"
        "        if np.isin(origin, held).mean() >= share - 1e-9: break\n"
        "        held.append(one)\n"
        "    return np.isin(origin, held)"),
    (5, "own images", CHOOSE.format(train=":", test=":", steps=200)),
    (5, "first", "def choose_policy(images, labels, policies, seed):\n    return 0"),
    (5, "last", "def choose_policy(images, labels, policies, seed):\n    return len(policies) - 1"),
    (5, "fewest changes", "def choose_policy(images, labels, policies, seed):\n"
        "    return int(np.argmin([sum(p.values()) for p in policies]))"),
    (5, "most changes", "def choose_policy(images, labels, policies, seed):\n"
        "    return int(np.argmax([len(p) for p in policies]))"),
    (5, "mildest, then widest", "def choose_policy(images, labels, policies, seed):\n"
        "    return max(range(len(policies)), key=lambda k: (\n"
        "        bool(policies[k]), -max(policies[k].values(), default=0), len(policies[k])))"),
    (6, "always a share", "def pays_from(table, net, shift):\n"
        "    g = table.loc[net, shift] - table.loc['none', shift]\n"
        "    p = table.loc['none', 'as it was'] - table.loc[net, 'as it was']\n"
        "    return float(p / (g + p)) if g + p else 0.0"),
    (6, "odds", "def pays_from(table, net, shift):\n"
        "    g = table.loc[net, shift] - table.loc['none', shift]\n"
        "    p = table.loc['none', 'as it was'] - table.loc[net, 'as it was']\n"
        "    return 0.0 if p <= 0 else float(p / g) if g > 0 else None"),
]  # fmt: skip
RIGHT = [
    (1, "counted", "def fair_passes(n, copies, passes, batch):\n"
        "    plain = passes * len(range(0, n, batch))\n"
        "    one = len(range(0, n * (1 + copies), batch))\n"
        "    return [plain, *divmod(plain, one)]"),
    (2, "crosstab", "def broken_pairs(labels, before, after, share):\n"
        "    good = labels == before\n"
        "    t = pd.crosstab(labels[good], after[good], normalize='index').stack()\n"
        "    return [pair for pair in t.index if t[pair] >= share and len(set(pair)) == 2]"),
    (3, "one by one", "def turned_along(images, labels, becomes, seed):\n"
        "    rng, x, y = np.random.default_rng(seed), [], []\n"
        "    for image, label in zip(images, labels):\n"
        "        turn = rng.random() < 0.5 and int(label) in becomes\n"
        "        x.append(np.rot90(image, 2) if turn else image)\n"
        "        y.append(becomes[int(label)] if turn else label)\n"
        "    return np.array(x), np.array(y)"),
    (4, "loop", "def split_by_origin(origin, share, seed):\n"
        "    held = np.zeros(len(origin), dtype=bool)\n"
        "    for one in np.random.default_rng(seed).permutation(np.unique(origin)):\n"
        "        if held.sum() >= share * len(origin) - 1e-9: break\n"
        "        held |= origin == one\n"
        "    return held"),
    (5, "half and half, longer", CHOOSE.format(train="::2", test="1::2", steps=300)),
    (5, "folds", "def choose_policy(images, labels, policies, seed):\n"
        "    fold = np.random.default_rng(seed).permutation(len(images)) % 4\n"
        "    def score(policy):\n"
        "        nets = [aug.fit(images[fold != k], labels[fold != k], steps=200, seed=k,\n"
        "                        augment=aug.augmenter(policy)) for k in range(4)]\n"
        "        return np.mean([aug.accuracy(net, images[fold == k], labels[fold == k])\n"
        "                        for k, net in enumerate(nets)])\n"
        "    return int(np.argmax([score(policy) for policy in policies]))"),
    (6, "searched", "def pays_from(table, net, shift):\n"
        "    d = table.loc[net] - table.loc['none']\n"
        "    if d['as it was'] >= 0: return 0.0\n"
        "    if d[shift] < 0: return None\n"
        "    return float(-d['as it was'] / (d[shift] - d['as it was']))"),
]  # fmt: skip


def judged(number: int, answer: str) -> bool:
    ready: dict[Path, dict[str, Any]] = {}  # afresh: one wrong answer spoils the arrays
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
