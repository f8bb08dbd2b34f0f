"""What a kernel is, as text: every setting that a cell could read. Run inside of a kernel.

Names are paths, ``pandas.display.max_columns`` or ``process.umask``, so that two kernels can be
compared name by name.
"""

import asyncio
import atexit
import builtins
import codecs
import copyreg
import ctypes
import decimal
import faulthandler
import gc
import importlib
import locale
import logging
import multiprocessing
import os
import re
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["draws", "imported", "process", "settings", "snapshot"]

_PLAIN = (bool, int, float, complex, str, bytes, type(None), re.Pattern)
_DEEPEST, _LONGEST = 4, 4000  # what is deeper or longer is data
_ADDRESS = re.compile(r" at 0x[0-9a-f]+|0x[0-9a-f]{6,}")
_LIMITS = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))


def snapshot() -> dict[str, str]:
    """Describe this kernel: its process, and the settings of all that it has imported."""
    return {name: _ADDRESS.sub("", text) for name, text in (*process(), *settings())}


def imported() -> list[str]:
    """List what has been imported."""
    return sorted(sys.modules)


def process() -> Iterator[tuple[str, str]]:
    """Describe the process and its interpreter."""
    yield from _interpreter()
    yield from _system()
    yield from _shell()


def _interpreter() -> Iterator[tuple[str, str]]:
    for name in (
        "argv", "byteorder", "dont_write_bytecode", "executable", "flags", "path", "path_hooks",
        "prefix", "ps1", "ps2", "pycache_prefix", "tracebacklimit", "warnoptions", "_xoptions",
        "excepthook", "unraisablehook", "displayhook",
    ):  # fmt: skip
        yield f"sys.{name}", _text(getattr(sys, name, "missing"))
    for name in ("getrecursionlimit", "getswitchinterval", "getfilesystemencoding", "getprofile",
                 "gettrace", "get_asyncgen_hooks", "get_int_max_str_digits"):  # fmt: skip
        yield f"sys.{name}", _text(getattr(sys, name)())
    yield "sys.meta_path", _text([type(one).__name__ if not isinstance(one, type) else one.__name__
                                  for one in sys.meta_path])  # fmt: skip
    for name in ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"):
        stream = getattr(sys, name)
        yield f"sys.{name}", f"{type(stream).__name__} {stream.encoding} {stream.isatty()}"
    yield "gc.enabled", _text((gc.isenabled(), gc.get_threshold(), gc.get_debug()))
    yield "gc.callbacks", _text(gc.callbacks)
    yield "hash", _text(hash("text"))
    yield "gc.frozen", _text(gc.get_freeze_count() > 0)
    yield "atexit.registered", _text(atexit._ncallbacks())
    for number, one in enumerate(reversed(warnings.filters)):
        yield f"warnings.filters.{number}", _text(one)
    yield "warnings.showwarning", _text(warnings.showwarning)
    yield "decimal.context", _text(str(decimal.getcontext()))
    yield "copyreg.table", _text(sorted(map(str, copyreg.dispatch_table)))
    yield "codecs.errors", _text(codecs.lookup_error("strict"))
    yield "builtins", _text(sorted(vars(builtins)))
    yield (
        "__main__",
        _text(sorted(name for name in vars(sys.modules["__main__"]) if name[0] != "_")),
    )
    yield "faulthandler", _text(faulthandler.is_enabled())
    yield "asyncio", _text(type(asyncio.get_event_loop_policy()).__name__)
    yield "multiprocessing.method", _text(multiprocessing.get_start_method(allow_none=True))
    yield "multiprocessing.name", multiprocessing.current_process().name
    yield "threading.main", _text(threading.main_thread() is threading.current_thread())
    yield "threading.names", _text(sorted(one.name for one in threading.enumerate()))
    yield "threading.stack", _text((threading.stack_size(), threading.excepthook))
    for name, logger in sorted(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger):
            yield f"logging.{name}", _logger(logger)
    yield "logging", _logger(logging.root)


def _logger(logger: logging.Logger) -> str:
    handlers = [
        (type(one).__name__, one.level, _stream(getattr(one, "stream", None)))
        for one in logger.handlers
    ]
    filters = [type(one).__name__ for one in logger.filters]
    return _text((logger.level, logger.propagate, logger.disabled, handlers, filters))


def _stream(stream: object) -> str:
    named = ("stdout", "stderr", "__stdout__", "__stderr__")
    return next((name for name in named if getattr(sys, name) is stream), type(stream).__name__)


def _system() -> Iterator[tuple[str, str]]:
    for name, value in os.environ.items():
        yield f"environ.{name}", value
        yield f"getenv.{name}", _text(_getenv(name))
    yield "process.cwd", str(Path.cwd())
    yield "process.umask", _text(_restored(os.umask, 0o22))
    yield "process.nice", _text(os.nice(0))
    yield "process.cores", _text(sorted(os.sched_getaffinity(0)))
    yield "process.leader", _text((os.getpgid(0) == os.getpid(), os.getsid(0) == os.getpid()))
    for name in _LIMITS:
        yield f"process.{name}", _text(resource.getrlimit(getattr(resource, name)))
    for number in signal.valid_signals():
        yield f"signal.{int(number)}", _text(signal.getsignal(number))
    yield "signal.mask", _text(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))
    yield "signal.timer", _text(signal.getitimer(signal.ITIMER_REAL))
    status = dict(
        line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines()
    )
    for name in ("SigIgn", "SigCgt", "SigBlk", "CapEff", "NoNewPrivs", "Seccomp", "CoreDumping"):
        yield f"process.{name}", status.get(name, "")
    yield "process.oom", Path("/proc/self/oom_score_adj").read_text()
    yield "process.timer_slack", _text(ctypes.CDLL(None).prctl(30, 0, 0, 0, 0))
    yield "process.dies_with_parent", _text(_parent_signal())
    for kind, count in sorted(_descriptors().items()):
        yield f"descriptors.{kind}", _text(count)
    yield "locale", _text([locale.setlocale(getattr(locale, name)) for name in
                           ("LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE")])  # fmt: skip
    yield "time.zone", _text((time.tzname, time.timezone))
    yield "socket.timeout", _text(socket.getdefaulttimeout())
    yield "tempfile", _text((tempfile.gettempdir(), tempfile.tempdir))
    yield "terminal", _text(tuple(os.get_terminal_size(0)) if os.isatty(0) else None)


def _restored(function: Any, value: int) -> int:
    before: int = function(value)
    function(before)
    return before


def _getenv(name: str) -> str | None:
    get = ctypes.CDLL(None).getenv
    get.restype = ctypes.c_char_p
    found = get(os.fsencode(name))
    return None if found is None else os.fsdecode(found)


def _parent_signal() -> int:
    number = ctypes.c_int()
    ctypes.CDLL(None).prctl(2, ctypes.byref(number), 0, 0, 0)  # PR_GET_PDEATHSIG
    return number.value


def _descriptors() -> dict[str, int]:
    kinds: dict[str, int] = {}
    for one in Path("/proc/self/fd").iterdir():
        try:
            kind = re.sub(r"\W?\[?\d+\]?", "", str(one.readlink()).rpartition("/")[2])
        except OSError:
            continue  # that of the folder itself
        kinds[kind] = kinds.get(kind, 0) + 1
    return kinds


def _shell() -> Iterator[tuple[str, str]]:
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    kernel: Any = shell.kernel
    yield "shell.type", _text((type(shell), type(kernel)))
    yield "shell.traits", _text({name: value for name, value in sorted(shell.trait_values().items())
                                 if isinstance(value, _PLAIN)})  # fmt: skip
    yield "shell.magics", _text(sorted(shell.magics_manager.magics["line"]))
    for name, found in shell.display_formatter.formatters.items():
        yield f"shell.{name}", _text(sorted(map(str, [*found.type_printers,
                                                      *found.deferred_printers])))  # fmt: skip
    yield "shell.events", _text({name: [getattr(one, "__name__", one) for one in calls]
                                 for name, calls in shell.events.callbacks.items()})  # fmt: skip
    yield "shell.comms", _text(sorted(kernel.comm_manager.targets))
    yield "shell.extensions", _text(sorted(shell.extension_manager.loaded))
    yield "shell.config", _text(shell.config)
    yield "shell.transformers", _text(shell.input_transformers_post)


def settings() -> Iterator[tuple[str, str]]:
    """Describe the public values of all modules, and what libraries keep elsewhere."""
    for name, module in sorted(sys.modules.items()):
        if name.partition(".")[0] in {"__main__", "__mp_main__", "snapshot", "encodings"}:
            continue
        held = getattr(module, "__dict__", None)
        for key, value in list(held.items()) if isinstance(held, dict) else []:
            if not key.startswith("_") and _is_setting(value):
                yield f"{name}.{key}", _text(value)
    for name, describe in _OPTIONS.items():
        if name in sys.modules:
            for key, value in describe(sys.modules[name]).items():
                yield f"{name}:{key}", _text(value)


def _is_setting(value: object, depth: int = 0) -> bool:
    if isinstance(value, _PLAIN):
        return True
    if depth == _DEEPEST:
        return False
    if type(value) in {list, tuple, set, frozenset}:
        parts = list(value)  # type: ignore[call-overload]  # mypy does not follow type()
    elif type(value) is dict:
        parts = [one for pair in value.items() for one in pair]
    else:
        return False
    return len(parts) <= _LONGEST and all(_is_setting(one, depth + 1) for one in parts)


def _text(value: Any) -> str:
    if type(value) in {set, frozenset}:  # in no order that means anything
        return "{" + ", ".join(sorted(map(_text, value))) + "}"
    if type(value) is dict:
        return "{" + ", ".join(f"{_text(key)}: {_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, types.FunctionType | types.MethodType):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    return repr(value)


def _pandas(pandas: Any) -> dict[str, Any]:
    from pandas._config import config

    return {name: pandas.get_option(name) for name in config._registered_options}  # type: ignore[attr-defined]


def _torch(torch: Any) -> dict[str, Any]:
    return {
        "threads": (torch.get_num_threads(), torch.get_num_interop_threads()),
        "types": (torch.get_default_dtype(), torch.get_default_device()),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "grad": torch.is_grad_enabled(),
        "precision": torch.get_float32_matmul_precision(),
        "config": torch.__config__.show(),
    }


def _keras(keras: Any) -> dict[str, Any]:
    config = keras.config
    return {name: getattr(config, name)() for name in
            ("backend", "floatx", "epsilon", "image_data_format", "is_interactive_logging_enabled",
             "is_traceback_filtering_enabled", "dtype_policy")}  # fmt: skip


def _tensorflow(tf: Any) -> dict[str, Any]:
    threading_ = tf.config.threading
    return {
        "threads": (threading_.get_intra_op_parallelism_threads(),
                    threading_.get_inter_op_parallelism_threads()),
        "eager": tf.executing_eagerly(),
        "functions": tf.config.functions_run_eagerly(),
        "verbosity": tf.compat.v1.logging.get_verbosity(),
        "jit": tf.config.optimizer.get_jit(),
    }  # fmt: skip


def _pools(module: Any) -> dict[str, Any]:
    found = module.threadpool_info()
    kept = ("internal_api", "num_threads", "version", "architecture", "threading_layer")
    return {"pools": sorted(_text({name: one.get(name) for name in kept}) for one in found)}


_OPTIONS: dict[str, Any] = {
    "numpy": lambda np: {"print": np.get_printoptions(), "errors": np.geterr(),
                         "buffer": np.getbufsize()},
    "pandas": _pandas,
    "matplotlib": lambda mpl: {**mpl.rcParams, "file": mpl.matplotlib_fname(),
                               "cache": mpl.get_cachedir()},
    "matplotlib.pyplot": lambda plt: {"interactive": plt.isinteractive(),
                                      "hook": plt._REPL_DISPLAYHOOK, "styles": plt.style.available},
    "sklearn": lambda sklearn: sklearn.get_config(),
    "torch": _torch,
    "keras": _keras,
    "tensorflow": _tensorflow,
    "threadpoolctl": _pools,
    "joblib": lambda joblib: {"jobs": joblib.effective_n_jobs(-1)},
    "PIL.Image": lambda image: {"formats": sorted(image.OPEN)},
}  # fmt: skip


def draws() -> list[str]:
    """Draw from every generator that its library seeds by itself."""
    drawn = []
    for name, draw in _DRAWS.items():
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        drawn.append(f"{name}: {draw(sys.modules[name])}")
    return drawn


_DRAWS: dict[str, Any] = {
    "random": lambda random: random.random(),
    "uuid": lambda uuid: (uuid.uuid4(), uuid.uuid1()),
    "secrets": lambda secrets: secrets.token_hex(),
    "tempfile": lambda tempfile: next(tempfile._get_candidate_names()),
    "ssl": lambda ssl: ssl.RAND_bytes(8),
    "multiprocessing": lambda mp: bytes(mp.current_process().authkey),
    "numpy": lambda np: (np.random.rand(), np.random.default_rng().random()),
    "scipy.stats": lambda stats: (stats.norm.rvs(), stats.qmc.Halton(1).random().item()),
    "sklearn.utils": lambda utils: utils.shuffle(list(range(100)))[:20],
    "pandas": lambda pd: pd.Series(range(1000)).sample(8).tolist(),
    "torch": lambda torch: (torch.rand(1).item(), torch.nn.Linear(1, 1).weight.item()),
    "tensorflow": lambda tf: (float(tf.random.uniform([])),
                              float(tf.random.Generator.from_non_deterministic_state().normal([]))),
    "keras": lambda keras: (float(keras.random.normal([1])[0]),
                            float(keras.layers.Dense(1)(keras.ops.ones([1, 3]))[0, 0])),
}  # fmt: skip
