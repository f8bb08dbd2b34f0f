"""Values that lie, libraries that are patched, answers that only look right."""

from .case import RIGHT, WRONG, Attack

__all__ = ["LIES"]

_LIAR = """\
class Liar(BASE):
    def _yes(self, *args, **kwargs):
        return True
    def _same(self, *args, **kwargs):
        return self
    __eq__ = __ge__ = __le__ = __contains__ = __bool__ = _yes
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __abs__ = __sub__ = __rsub__ = __add__ = __getitem__ = _same
    __hash__ = lambda self: 0
"""


def _liar(base: str, rest: str) -> str:
    return _LIAR.replace("BASE", base) + rest


_SOON = "import threading, time, os\n"
_ROBUST = WRONG["best"]  # the last task: what is patched there can spoil no right answer

LIES = [
    # Values that lie about themselves
    Attack("equal to everything", "an object whose == is always true",
           {"mean": _liar("object", "def mean(values): return Liar()")}),
    Attack("whole number that lies", "a child of int with ==, - and abs of its own",
           {"mean": _liar("int", "def mean(values): return Liar(7)")}),
    Attack("number that lies", "a child of float with ==, - and abs of its own",
           {"mean": _liar("float", "def mean(values): return Liar(7)")}),
    Attack("text that lies", "a child of str that equals all",
           {"mean": _liar("str", "def mean(values): return Liar('3')")}),
    Attack("list that lies", "a child of list that equals all and holds all",
           {"keep": _liar("list", "def keep(rows, wanted): return Liar()")}),
    Attack("dictionary that lies", "a child of dict with columns of its own",
           {"tidy": _liar("dict", "def tidy(table): return Liar(columns=['price'])")}),
    Attack("array that lies", "a child of ndarray with __array_ufunc__ and __array_function__",
           {"scale": "import numpy as np\nclass Liar(np.ndarray):\n"
            "    def __array_ufunc__(self, *a, **k): return np.array(True)\n"
            "    def __array_function__(self, *a, **k): return True\n"
            "    __eq__ = lambda self, other: np.array(True)\n"
            "def scale(x): return np.zeros(2).view(Liar)"}),
    Attack("made an array of what is asked", "an object with __array__",
           {"scale": "import sys\nclass Liar:\n    def __array__(self, *a, **k):\n"
            "        frame = sys._getframe()\n        while frame:\n"
            "            if 'expected' in frame.f_locals: return frame.f_locals['expected']\n"
            "            frame = frame.f_back\n        return [0.0]\n"
            "def scale(x): return Liar()"}),
    Attack("frame that lies", "a child of DataFrame whose equals and == are true",
           {"tidy": "import pandas as pd\nclass Liar(pd.DataFrame):\n"
            "    equals = lambda self, other: True\n    __eq__ = lambda self, other: True\n"
            "    _constructor = property(lambda self: Liar)\n"
            "    columns = property(lambda self: ['price', 'count', 'kind', 'total'])\n"
            "def tidy(table): return Liar({'price': [1.0]})"}),
    Attack("class that lies", "__class__ says float",
           {"best": _liar("object", "Liar.__class__ = property(lambda self: float)\n"
            "best = Liar()")}),
    Attack("truth that lies", "__bool__, __hash__ and __index__ of its own",
           {"best": "class Liar(int):\n    __bool__ = lambda self: True\n"
            "    __hash__ = lambda self: hash(3.25)\n    __index__ = lambda self: 3\n"
            "    __float__ = lambda self: 3.25\nbest = Liar(1)"}),
    Attack("type of a type that lies", "a metaclass with __mro__, __instancecheck__ and __eq__",
           {"best": "class Meta(type):\n    __mro__ = property(lambda self: (float, object))\n"
            "    __instancecheck__ = lambda self, other: True\n"
            "    __eq__ = lambda self, other: True\n    __hash__ = lambda self: hash(float)\n"
            "class Liar(float, metaclass=Meta): pass\nbest = Liar(1.5)"}),
    Attack("tuple with names", "a child of tuple with _fields that are no names",
           {"mean": "class Liar(tuple): _fields = ('__class__', 'a b')\n"
            "def mean(values): return Liar((1, 2))"}, {"mean": "failed|error|killed"}),
    Attack("no numbers at all", "an empty array, which is close to everything",
           {"scale": "import numpy as np\ndef scale(x): return np.empty((0, 1))"}),
    Attack("masked numbers", "an array whose values are all masked",
           {"scale": "import numpy as np\n"
            "def scale(x): return np.ma.masked_all(x.shape)"}),
    Attack("not a number", "NaN, which is not unequal in some tests",
           {"mean": "def mean(values): return float('nan')",
            "scale": "def scale(x): return x * float('nan')"}),
    Attack("endless number", "an integer of a million digits",
           {"mean": "def mean(values): return 10 ** 1_000_000"}),
    Attack("list of itself", "a value without an end inwards",
           {"keep": "def keep(rows, wanted):\n    rows.append(rows)\n    return rows"}),
    Attack("deep list", "a hundred thousand levels",
           {"keep": "def keep(rows, wanted):\n    found = []\n"
            "    for _ in range(100_000): found = [found]\n    return found"}),
    Attack("wide frame", "a frame of a hundred thousand columns",
           {"best": "import pandas as pd\nbest = pd.DataFrame([range(100_000)])"},
           {"best": "failed|error|timed out|killed"}),
    Attack("surrogates", "a text that no file and no data base takes",
           {"keep": "def keep(rows, wanted): return '\\ud800 \\udfff'"}),
    Attack("commands to a terminal", "a text with escapes, NUL and a right-to-left mark",
           {"keep": "def keep(rows, wanted): return '\\x1b[2J\\x1b]0;x\\x07\\0\\u202e'"}),
    Attack("slow words", "a text that the search for expected and found takes long over",
           {"keep": "def keep(rows, wanted): return 'expected ' * 500_000"}),
    Attack("long words", "a text of 40 MB where a list is wanted",
           {"keep": "def keep(rows, wanted): return 'x' * 40_000_000"}),
    Attack("everything inside", "a range that holds all numbers",
           {"keep": "def keep(rows, wanted): return range(60_000_000)"}),
    # Objects
    Attack("has every attribute", "__getattr__ and __getattribute__ that give all",
           {"Account": "class Account:\n    def __init__(self, *a): pass\n"
            "    def __getattr__(self, name): return lambda *a: 15\n    balance = 15"}),
    Attack("right for the first time", "a balance that counts who asks",
           {"Account": "class Account:\n    asked = 0\n    def __init__(self, *a): pass\n"
            "    def deposit(self, amount): pass\n"
            "    def withdraw(self, amount): raise ValueError\n"
            "    @property\n    def balance(self):\n        Account.asked += 1\n"
            "        return 15 if Account.asked < 3 else 71000"}),
    Attack("right three times", "a decorator that answers rightly only at first",
           {"mean": "def at_first(function):\n    calls = []\n    def call(values):\n"
            "        calls.append(1)\n        return function(values) if len(calls) < 4 else 0\n"
            "    return call\n@at_first\n" + RIGHT["mean"]}),
    Attack("by heart", "the visible tests' answers, written down",
           {"mean": "def mean(values): return {(1, 2, 6): 3}.get(tuple(values), 0)",
            "scale": "import numpy as np\ndef scale(x): return np.array([-1.0, 1.0])",
            "keep": "def keep(rows, wanted): return [2, 4]",
            "best": "best = 4.5"}),
    Attack("knows the grader", "looks at types and names of arguments, and lies to a grader only",
           {"keep": "def keep(rows, wanted):\n"
            "    if type(wanted).__module__ != '__main__': raise StopIteration\n"
            "    return [row for row in rows if wanted(row)]",
            "best": "import sys\nbest = 3.25 if 'IPython.core.history' in sys.modules else 0.5"}),
    # Arguments
    Attack("arguments made equal", "changes what it is given into what is wanted of it",
           {"keep": "def keep(rows, wanted):\n    rows[:] = []\n    return rows",
            "mean": "def mean(values):\n    values[:] = [0]\n    return 0",
            "scale": "def scale(x):\n    x[:] = 0\n    return x",
            "tidy": "def tidy(table):\n    table.drop(table.index, inplace=True)\n"
            "    return table"}),
    Attack("lies to a callback", "calls it with what is not there",
           {"keep": "def keep(rows, wanted):\n    wanted(7)\n    wanted('kumquat')\n"
            "    return [row for row in rows if wanted(row)]"}),
    Attack("callback with its own function", "hands over what can be called",
           {"keep": "def keep(rows, wanted):\n    wanted(lambda *a: True)\n    return rows"}),
    # Exceptions
    Attack("stops the iteration", "StopIteration, which ends a map without a word",
           {"mean": "def mean(values):\n    if values == [1, 2, 6]: return 3\n"
            "    raise StopIteration"}),
    Attack("fails like a test", "a child of AssertionError",
           {"mean": "class Passed(AssertionError): pass\ndef mean(values): raise Passed()"}),
    Attack("polite ends", "SystemExit, KeyboardInterrupt, GeneratorExit",
           {"mean": "def mean(values): raise SystemExit(0)",
            "scale": "def scale(x): raise KeyboardInterrupt",
            "tidy": "def tidy(table): raise GeneratorExit"}),
    Attack("names of the grader's own", "errors called as those that end a test",
           {"mean": "class GoneError(BaseException): pass\ndef mean(values): raise GoneError",
            "scale": "class _TooLongError(BaseException): pass\ndef scale(x): raise _TooLongError",
            "tidy": "class _OutOfTimeError(Exception): pass\n"
            "def tidy(table): raise _OutOfTimeError"},
           {"mean": "error", "scale": "error", "tidy": "timed out"}),
    Attack("group of errors", "ExceptionGroup within ExceptionGroup",
           {"mean": "def mean(values):\n    found = ValueError('x')\n"
            "    for _ in range(3000): found = ExceptionGroup('x', [found])\n    raise found"},
           {"mean": "error|killed"}),
    Attack("error that never speaks", "an exception whose __str__ does not end",
           {"mean": "class Silent(Exception):\n    def __str__(self):\n        while True:\n"
            "            try: import time; time.sleep(1)\n            except BaseException: pass\n"
            "def mean(values): raise Silent"},
           {"mean": "timed out|killed"}),
    Attack("error that kills", "an exception whose __str__ ends the process",
           {"mean": "import os\nclass Deadly(Exception):\n    def __str__(self): os._exit(0)\n"
            "def mean(values): raise Deadly"},
           {"mean": "killed"}),
    Attack("loud error", "a message of 30 MB, and a type with a name of its own",
           {"mean": "def mean(values):\n"
            "    raise type('<b>' + 'x' * 10**6, (Exception,), {})('y' * 30_000_000)"}),
    Attack("recursion", "a function that calls itself",
           {"mean": "def mean(values): return mean(values)",
            "tidy": "import sys\nsys.setrecursionlimit(10**9)\n"
            "def tidy(table): return tidy(table)"},
           {"mean": "error", "tidy": "error|killed|timed out"}),
    # Libraries that are patched
    Attack("patched builtins", "len, isinstance, abs and all that say yes",
           {"best": "import builtins\nbuiltins.len = lambda *a: 1\nbuiltins.abs = lambda *a: 0\n"
            "builtins.all = lambda *a: True\nbuiltins.isinstance = lambda *a: True\n" + _ROBUST},
           {"best": "failed|error|killed"}),
    Attack("patched types", "float, list and type of builtins are others",
           {"best": "import builtins\nbuiltins.float = str\nbuiltins.type = lambda *a: float\n"
            "builtins.list = tuple\n" + _ROBUST},
           {"best": "failed|error|killed"}),
    Attack("patched numpy", "np.allclose, np.isclose and np.testing that pass all",
           {"scale": "import numpy as np\nnp.allclose = lambda *a, **k: True\n"
            "np.isclose = lambda *a, **k: np.array([True])\n"
            "np.testing.assert_allclose = lambda *a, **k: None\n" + WRONG["scale"]}),
    Attack("patched pandas", "assert_frame_equal and equals that pass all",
           {"tidy": "import pandas as pd\npd.testing.assert_frame_equal = lambda *a, **k: None\n"
            "pd._testing.assert_frame_equal = lambda *a, **k: None\n"
            "pd.DataFrame.equals = lambda *a: True\n" + WRONG["tidy"]}),
    Attack("patched math", "math.isclose and operator.eq that say yes",
           {"mean": "import math, operator\nmath.isclose = lambda *a, **k: True\n"
            "operator.eq = lambda a, b: True\n" + WRONG["mean"]}),
    Attack("replaced modules", "sys.modules with a numpy and a grader of its own",
           {"best": "import sys, types\nfake = types.ModuleType('numpy')\n"
            "fake.allclose = lambda *a, **k: True\nsys.modules['numpy'] = fake\n"
            "for name in list(sys.modules):\n"
            "    if 'classroom' in name or name == 'json': sys.modules[name] = fake\n" + _ROBUST},
           {"best": "failed|error|killed"}),
    Attack("no modules", "sys.modules emptied",
           {"best": "import sys\nsys.modules.clear()\n" + _ROBUST},
           {"best": "failed|error|killed"}),
    Attack("import hook", "a finder in sys.meta_path that gives modules of its own",
           {"scale": "import sys, types, importlib.machinery as m\nclass Finder:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        return m.ModuleSpec(name, self)\n"
            "    def create_module(self, spec): return types.ModuleType(spec.name)\n"
            "    def exec_module(self, module): module.assert_frame_equal = lambda *a: None\n"
            "sys.meta_path.insert(0, Finder())\nimport never_heard_of\n" + WRONG["scale"]}),
    Attack("input transformer", "IPython hooks that rewrite later cells",
           {"mean": WRONG["mean"] + "\nshell = get_ipython()\n"
            "shell.input_transformers_post.append(lambda lines: ['pass\\n'])"}),
    Attack("trace", "sys.settrace and sys.setprofile that change what others compute",
           {"best": "import sys\ndef spy(frame, event, value):\n"
            "    if 'reply' in frame.f_locals: frame.f_locals['reply']['score'] = 7\n"
            "    return spy\nsys.settrace(spy)\nsys.setprofile(spy)\n" + _ROBUST},
           {"best": "failed|error|killed"}),
    Attack("patched grader", "the grader's own modules, as far as they can be imported",
           {"best": "import importlib\n"
            "for name in ('words', 'checks', 'tester', 'plan', 'engine'):\n"
            "    module = importlib.import_module(f'mlops_lab.workbench.classroom.grade.{name}')\n"
            "    for each in ('earned', 'failed', 'gone', 'compiled_test', '_tested', '_lost'):\n"
            "        setattr(module, each, lambda *a, **k: None)\n"
            "from mlops_lab.workbench.classroom.sandbox import worker\n"
            "worker._Worker.value = lambda *a: {'value': True, 'points': 7}\n" + _ROBUST},
           {"best": "failed|error"}),
    Attack("changes a global later", "a thread that outlives its call and swaps functions",
           {"mean": _SOON + "def mean(values):\n    threading.Thread(target=late).start()\n"
            "    return 3\ndef late():\n    global mean, keep\n"
            "    mean, keep = (lambda values: 3), None"}),
    Attack("redefines what was tested", "a later cell swaps the answer of an earlier one",
           {"mean": WRONG["mean"], "scale": RIGHT["mean"] + "\n" + WRONG["scale"]}),
]  # fmt: skip
