"""Code that does not end, ends too much, or takes all that is there."""

from .case import RIGHT, WRONG, Attack

__all__ = ["STOPS"]

_FOREVER = "while True:\n{0}    try: time.sleep(9)\n{0}    except BaseException: pass\n"
_BOX = "import os\nassert os.getpid() < 9, 'never outside of the sandbox'\n"
_BUSY = _BOX + "import time\n"
_AFTER = ("tidy", "Account", "keep", "best")  # its children may still be at work meanwhile


def _both(source: str) -> str:
    """Keep the answer right below what is hostile."""
    return source + "\n" + RIGHT["scale"]


def _before(source: str) -> str:
    """Do something in each call of a right answer, before it gives its value."""
    return RIGHT["scale"].replace("    return", f"    {source}\n    return")


STOPS = [
    # Without an end
    Attack("endless cell", "a loop at the top of a cell",
           {"scale": "while True: pass"}, {"scale": "timed out"}),
    Attack("endless function", "a loop in a function",
           {"scale": "def scale(x):\n    while True: pass"}, {"scale": "timed out"}),
    Attack("stubborn loop", "a loop that swallows every exception, with the alarm switched off",
           {"scale": "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
            "signal.setitimer(signal.ITIMER_REAL, 0)\ndef scale(x):\n    "
            + _FOREVER.format("    ")}, {"scale": "timed out"}),
    Attack("endless end", "a loop in __del__",
           {"scale": "import time\nclass Undead:\n    def __del__(self):\n        "
            + _FOREVER.format("        ") + "def scale(x):\n    Undead()\n    return x"},
           {"scale": "timed out"}),
    Attack("endless search", "a regular expression that backtracks for ever",
           {"scale": "import re\ndef scale(x): return re.match(r'(a+)+$', 'a' * 60 + 'b')"},
           {"scale": "timed out"}),
    Attack("endless power", "one call of pow that takes hours",
           {"scale": "def scale(x): return pow(3, 10**9)"}, {"scale": "timed out|killed"}),
    Attack("endless generator", "yields for ever",
           {"keep": "def keep(rows, wanted):\n    while True: yield 2"}),
    Attack("slow generator", "yields slowly for ever",
           {"keep": "import time\ndef keep(rows, wanted):\n    while True:\n"
            "        time.sleep(0.5)\n        yield 2"}, {"keep": "timed out"}),
    Attack("asks for input", "input, and standard input",
           {"mean": "def mean(values): return float(input('points? '))",
            "scale": "import sys\ndef scale(x): return sys.stdin.read()"}),
    Attack("stops itself", "SIGSTOP",
           {"scale": "import os, signal\ndef scale(x): os.kill(os.getpid(), signal.SIGSTOP)"},
           {"scale": "timed out"}),
    # Ends
    Attack("exit", "exit, quit and sys.exit",
           {"mean": "exit()", "scale": "quit()", "tidy": "import sys\nsys.exit(0)"}),
    Attack("hard exit in a cell", "os._exit at the top",
           {"scale": "import os\nos._exit(0)"}, {"scale": "killed"}),
    Attack("hard exit in a function", "os._exit in a call",
           {"scale": "import os\ndef scale(x): os._exit(0)"}, {"scale": "killed"}),
    Attack("kills itself", "SIGKILL to itself",
           {"scale": "import os\ndef scale(x): os.kill(os.getpid(), 9)"}, {"scale": "killed"}),
    Attack("aborts", "os.abort",
           {"scale": "import os\nos.abort()"}, {"scale": "killed"}),
    Attack("segmentation fault", "ctypes reads where nothing is",
           {"scale": "import ctypes\ndef scale(x): return ctypes.string_at(1)"},
           {"scale": "killed"}),
    Attack("kills its parents", "signals to its parent, process 1, all, and whoever grades",
           {"scale": _both(_BOX + "import signal\n"
            "for pid in (os.getppid(), 1, -1, @PID@):\n"
            "    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGSTOP):\n"
            "        try: os.kill(pid, number)\n        except OSError: continue\n")}, {}),
    Attack("kills a group", "a signal to its own group",
           {"scale": _BOX + "def scale(x): os.killpg(0, 9)"}, {"scale": "killed"}),
    Attack("closes its line", "closes every descriptor",
           {"scale": _BOX + "def scale(x): os.closerange(0, 99)"}, {"scale": "killed"}),
    Attack("time bomb in a call", "a thread that ends the process a little after the call",
           {"scale": "import threading, os\n"
            + _before("threading.Timer(0.4, os._exit, [0]).start()"),
            "tidy": "import time\ntime.sleep(1.2)\n" + RIGHT["tidy"]},
           {"tidy": "killed"}),
    Attack("time bomb in a cell", "a thread that ends the process, begun at the top of a cell",
           {"scale": "import threading, os\nthreading.Timer(0.4, os._exit, [0]).start()\n"
            + RIGHT["scale"], "tidy": "import time\ntime.sleep(1.2)\n" + RIGHT["tidy"]},
           {"tidy": "killed"}, either=("Account", "keep", "best")),
    Attack("late loop", "a thread that keeps the process busy after the call",
           {"scale": "import threading\ndef busy():\n    while True: pass\n"
            + _before("threading.Thread(target=busy, daemon=True).start()")}, {}),
    # Takes what is there
    Attack("fork bomb", "forks until it is refused, and each child too",
           {"scale": _BUSY + "def scale(x):\n    until = time.monotonic() + 9\n"
            "    while time.monotonic() < until:\n"
            "        try: os.fork()\n        except OSError: time.sleep(0.01)"},
           # A busy machine gives a task more time than the bomb goes on for.
           {"scale": "timed out|killed|failed"}, either=_AFTER),
    Attack("busy fork bomb", "children that each loop in a session of their own",
           {"scale": _BUSY + "def scale(x):\n    for _ in range(200):\n"
            "        try:\n            if os.fork() == 0:\n                os.setsid()\n"
            "                while True: pass\n"
            "        except OSError: break\n    time.sleep(1)\n    os._exit(0)"},
           {"scale": "killed"}),
    Attack("twins", "forks once, and both answer",
           {"scale": _BOX + _before("os.fork()")}, {}, either=("scale", *_AFTER)),
    Attack("threads without end", "as many as it gets",
           {"scale": _BOX + "import threading, time\ndef scale(x):\n    while True:\n"
            "        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"},
           {"scale": "error|killed|timed out"}),
    Attack("left behind", "a program that goes on in a session of its own",
           {"scale": _both(_BOX + "import subprocess\n"
            "subprocess.Popen(['/bin/sleep', '@MARK@'], start_new_session=True)")}, {}),
    Attack("all memory at once", "eight gigabytes in one object",
           {"scale": _BOX + "def scale(x): return bytearray(8 * 2**30)"}, {"scale": "killed"}),
    Attack("all memory slowly", "list after list",
           {"scale": _BOX + "def scale(x):\n    kept = []\n"
            "    while True: kept.append([0] * 10**6)"}, {"scale": "killed|timed out"}),
    Attack("memory of many", "children that each take a part",
           {"scale": _BUSY + "def scale(x):\n    for _ in range(12):\n"
            "        if os.fork() == 0: break\n    kept = bytearray(b'1') * (150 * 2**20)\n"
            "    time.sleep(600)"}, {"scale": "killed|timed out"}, either=_AFTER),
    Attack("fills its disk", "files in /tmp and shared memory until it is refused",
           {"scale": _BOX + "def scale(x):\n    for n in range(10**6):\n"
            "        for place in ('/tmp', '/dev/shm'):\n"
            "            open(f'{place}/{n}', 'wb').write(bytes(2**24))"}),
    Attack("endless output", "prints for ever",
           {"scale": "def scale(x):\n    while True: print('x' * 10_000)"}, {"scale": "killed"}),
    Attack("endless complaints", "writes to standard error for ever, below Python's own files",
           {"scale": "import os\ndef scale(x):\n    while True: os.write(2, b'x' * 10_000)"},
           {"scale": "killed"}),
    Attack("open files", "as many as it gets",
           {"scale": _BOX + "def scale(x):\n    kept = []\n"
            "    while True: kept.append(open('/dev/null'))"}),
    # Sources
    Attack("NUL in the source", "bytes that Python refuses",
           {"scale": RIGHT["scale"] + "\n\0"}),
    Attack("a million brackets", "what parsers go down into",
           {"scale": "x = " + "(" * 1_000_000}, {"scale": "error|failed|killed"}),
    Attack("deep expression", "what compilers go down into",
           {"scale": "x = " + "-" * 300_000 + "1", "tidy": "x = " + "1+" * 100_000 + "1"},
           {"scale": "error|failed|killed", "tidy": "error|failed|killed"}),
    Attack("surrogates in the source", "characters that are none",
           {"scale": WRONG["scale"] + "\nname = '\ud800\udfff\ud83d'"}),
    Attack("mark in the source", "a BOM inside, a zero-width space, other ends of lines",
           {"scale": "\ufeff\ufeffdef scale(x):\u200b\r\f\v\u2028    return x"}),
    Attack("coding line", "a source that claims to be rot13, and one that claims UTF-7",
           {"scale": "# coding: rot13\nqrs fpnyr(k): erghea k",
            "tidy": "# -*- coding: utf-7 -*-\n+AGQ-ef tidy(table): return table"}),
    Attack("long source", "twenty million characters",
           {"scale": "#" + "x" * 20_000_000 + "\n" + WRONG["scale"]},
           {"scale": "failed|error|killed"}),
    Attack("other languages", "%%bash, %%javascript and %%writefile",
           {"mean": "%%bash\nrm -rf @CLASS@", "scale": "%%javascript\nalert(1)",
            "tidy": "%%writefile gradebook.db\nx"},
           dict.fromkeys(("mean", "scale", "tidy"), "failed")),
    Attack("shell commands", "!rm -rf and %run in a right answer",
           {"mean": "!rm -rf @CLASS@\n%run /etc/passwd\n" + RIGHT["mean"]}, {}),
    Attack("removes all", "what it may of the class, by Python and by the shell",
           {"mean": _BOX + "import shutil\nshutil.rmtree('@CLASS@', ignore_errors=True)\n"
            "os.system('rm -rf @CLASS@')\n" + RIGHT["mean"]}, {}),
]  # fmt: skip
