import json
import random
import subprocess
import sys

import numpy as np
import pytest

from mlops_lab.kit import repeatable, set_seed

DRAW = """
import json, random, sys
import numpy as np
from mlops_lab.kit import set_seed
rng = set_seed({seed})
print(json.dumps([random.random(), np.random.rand(), rng.random(), "tensorflow" in sys.modules]))
"""
FIT = """
import hashlib
import numpy as np
from mlops_lab.kit import set_seed
{before}
rng = set_seed({seed}, tensorflow={tensorflow})
import keras
X = rng.normal(size=(64, 4)).astype("float32")
layers = [keras.layers.Dense(8, "relu"), keras.layers.Dropout(0.3), keras.layers.Dense(1)]
model = keras.Sequential(layers)
model.compile("adam", "mse")
model.fit(X, X.sum(axis=1), epochs=2, batch_size=16, verbose=0)
print(hashlib.sha256(b"".join(one.tobytes() for one in model.get_weights())).hexdigest())
"""


def fresh(code: str) -> str:
    """Run code in a process of its own; give what it printed."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_processes_draw_the_same_numbers() -> None:
    first, again, other = (json.loads(fresh(DRAW.format(seed=seed))) for seed in (7, 7, 8))
    assert first == again
    assert all(a != b for a, b in zip(first[:3], other[:3], strict=True))
    assert first[3] is False, "TensorFlow was imported though nobody asked for it"


def test_two_processes_fit_the_same_network_bit_by_bit() -> None:
    asked = FIT.format(before="", seed=3, tensorflow=True)
    imported_before = FIT.format(before="import tensorflow", seed=3, tensorflow=False)
    other = FIT.format(before="", seed=4, tensorflow=True)
    one, two, three = (fresh(code) for code in (asked, imported_before, other))
    assert one == two, "neither the process nor when TensorFlow was imported makes a difference"
    assert one != three


def test_the_generator_is_numpys_own() -> None:
    rng = set_seed(5)
    assert isinstance(rng, np.random.Generator)
    np.testing.assert_array_equal(rng.random(4), np.random.default_rng(5).random(4))


def test_the_earlier_name_keeps_working() -> None:
    assert repeatable is set_seed


def test_calling_it_again_starts_again() -> None:
    drawn = []
    for _ in range(2):
        rng = set_seed(11)
        drawn.append((random.random(), float(rng.random())))
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_ends_of_the_range(seed: int) -> None:
    assert float(set_seed(seed).random()) == float(np.random.default_rng(seed).random())


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seed_out_of_range(seed: int) -> None:
    with pytest.raises(ValueError, match=f"seed must be 0 to 4294967295; got {seed}$"):
        set_seed(seed)


def test_numpy_integers_seed_and_fractions_do_not() -> None:
    assert set_seed(np.int64(3)).integers(1000) == set_seed(3).integers(1000)  # type: ignore[arg-type]  # numpy's own integer
    random.seed(7)
    before = random.getstate()
    with pytest.raises(TypeError):
        set_seed(1.5)  # type: ignore[arg-type]  # what is tested
    assert random.getstate() == before
