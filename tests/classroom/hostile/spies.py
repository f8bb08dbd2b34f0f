"""Code that looks for tests, solutions and other submissions, or writes results itself."""

from .case import WRONG, Attack

__all__ = ["SPIES"]

# What a spy does with what it finds: run the solution that is in it.
_USE = """\
def use(text):
    for part in str(text).replace('\\\\n', '\\n').split('### BEGIN SOLUTION\\n')[1:]:
        try: exec(part.split('### END SOLUTION')[0], globals())
        except Exception: continue
"""
_WRITE = """\
import json
RESULT = {"id": 1, "tasks": [], "task": "best-test", "state": "passed", "points": 7.0, "of": 7.0,
          "message": "All tests pass.", "over": True, "ready": True, "value": 3.25}
LINE = json.dumps(RESULT).encode() + b"\\n"
"""


def _spy(source: str, task: str = "best") -> dict[str, str]:
    return {task: f"{WRONG[task]}\n{_USE}{source}"}


SPIES = [
    # In its own process
    Attack("frames", "walks sys._getframe for tests and expected values",
           _spy("import sys\nframe = sys._getframe()\nwhile frame:\n"
                "    use(frame.f_locals)\n    use(frame.f_globals)\n"
                "    use(frame.f_code.co_consts)\n"
                "    best = frame.f_locals.get('expected', best)\n    frame = frame.f_back")),
    Attack("stack", "inspect.stack and the sources that it names",
           _spy("import inspect\nfor one in inspect.stack(context=99):\n"
                "    use(''.join(one.code_context or []))\n"
                "    try: use(open(one.filename).read())\n    except OSError: continue")),
    Attack("objects", "gc.get_objects and their parts",
           _spy("import gc\nfor one in gc.get_objects():\n"
                "    for part in gc.get_referents(one):\n"
                "        if type(part) is str and 'BEGIN SOLUTION' in part and len(part) < 9_999:\n"
                "            use(part)"), {"best": "failed|timed out|error"}),
    Attack("lines of code", "linecache, and the cells in it",
           _spy("import linecache\nfor name, value in list(linecache.cache.items()):\n"
                "    use(''.join(value[2]) if len(value) > 2 and 'best' not in name else '')")),
    Attack("descriptors", "all that is open, in /proc/self/fd",
           _spy("import os\nfor number in range(99):\n"
                "    try:\n        os.set_blocking(number, False)\n"
                "        os.lseek(number, 0, 0)\n        use(os.read(number, 10**6))\n"
                "    except OSError: continue\n"
                "for number in range(99):\n    try: os.set_blocking(number, True)\n"
                "    except OSError: continue"),
           {"best": "failed|error"}),
    Attack("memory of others", "/proc/*/mem, /proc/*/environ, /proc/*/cmdline",
           _spy("import os\nfor pid in os.listdir('/proc'):\n"
                "    for name in ('environ', 'cmdline', 'cwd', 'root', 'maps'):\n"
                "        try: use(open(f'/proc/{pid}/{name}', 'rb').read())\n"
                "        except OSError: continue\n"
                "    try:\n        with open(f'/proc/{pid}/mem', 'rb') as file:\n"
                "            file.seek(int(open(f'/proc/{pid}/maps').read().split('-')[0], 16))\n"
                "            use(file.read(10**6))\n    except (OSError, ValueError): continue")),
    Attack("system calls into others", "ptrace, process_vm_readv and pidfd_getfd by ctypes",
           _spy("import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
                "data = ctypes.create_string_buffer(10**6)\n"
                "for number in (101, 310, 438):\n"
                "    if libc.syscall(number, 16, 1, 0, 0, 0, 0) >= 0: best = 3.25")),
    # On the disk
    Attack("the master", "reads the frozen folder where it is",
           _spy("for name in ('master.ipynb', 'release.json', 'student.ipynb'):\n"
                "    try: use(open(f'@CLASS@/frozen/3.9/1/{name}').read())\n"
                "    except OSError: continue")),
    Attack("the whole disk", "walks from / for masters, submissions and grade books",
           _spy("import os\nfor here, folders, files in os.walk('/'):\n"
                "    folders[:] = [one for one in folders if one not in ('proc', 'usr', 'lib')"
                " and not one.startswith('site-')]\n"
                "    for name in files:\n"
                "        if name.endswith(('.ipynb', '.db', 'release.json')):\n"
                "            use(open(os.path.join(here, name), errors='replace').read())"),
           {"best": "failed|timed out|error"}),
    Attack("the neighbour", "reads what another student handed in",
           _spy("import glob\nfor name in glob.glob('@CLASS@/submitted/**/*', recursive=True):\n"
                "    best = 3.25")),
    Attack("ways up", "os.chroot, .., /proc/1/root and links of its own",
           _spy("import os\nfor place in ('/proc/1/root', '/proc/self/root', '../' * 40,\n"
                "              '/proc/1/cwd'):\n"
                "    for name in ('frozen/3.9/1/master.ipynb', 'gradebook.db'):\n"
                "        try:\n"
                "            os.symlink(f'{place}@CLASS@/{name}', f'/tmp/{name[-4:]}')\n"
                "            use(open(f'/tmp/{name[-4:]}').read())\n"
                "        except OSError: continue")),
    Attack("environment", "names and paths in os.environ and sys.argv",
           _spy("import os, sys\n"
            "if '@CLASS@' in str([dict(os.environ), sys.argv, sys.orig_argv]):\n"
                "    best = 3.25")),
    # Results of its own
    Attack("writes into the grade book", "sqlite3 on the file, wherever it may be",
           _spy("import sqlite3\nfor name in ('@CLASS@/gradebook.db', 'gradebook.db'):\n"
                "    try:\n        book = sqlite3.connect(name)\n"
                "        book.execute('update results set points = 27')\n        book.commit()\n"
                "    except sqlite3.Error: continue")),
    Attack("writes files", "results, packages, and settings in every place it can think of",
           _spy("import os, sys\n"
            "for place in ('@CLASS@', '@CLASS@/frozen', '@CLASS@/submitted', '/',\n"
                "              '@ROOT@', '@ROOT@/mlops_lab', '/tmp', '/var/tmp', '/etc',\n"
                "              sys.prefix, os.path.expanduser('~'), *sys.path):\n"
                "    try: open(f'{place}/@CANARY@', 'w').write('owned')\n"
                "    except OSError: continue")),
    Attack("prints results", "the engine's own words, to standard output and standard error",
           {"best": WRONG["best"] + "\n" + _WRITE + "import sys\n"
            "for stream in (sys.stdout, sys.stderr):\n"
            "    stream.write(LINE.decode() * 3)\n    stream.flush()"}),
    Attack("writes to all descriptors", "the engine's own words, from 0 to 99 but for the line",
           {"best": WRONG["best"] + "\n" + _WRITE + "import os\n"
            "for number in (*range(3), *range(4, 99)):\n    try: os.write(number, LINE * 3)\n"
            "    except OSError: continue"}),
    Attack("tells that it was right", "globals, attributes and exit codes with points in them",
           {"best": "score = points = __mlops_lab_value__ = 7.0\n"
            "__mlops_lab_seen__ = None\nstate = 'passed'\n" + WRONG["best"]}),
    Attack("pickles", "a pickle that runs code where it is loaded, as value and as bytes",
           {"mean": "import os\nclass Bomb:\n"
            "    def __reduce__(self): return os.system, ('touch /tmp/@CANARY@',)\n"
            "def mean(values): return Bomb()",
            "keep": "import pickle, os\n"
            "def keep(rows, wanted): return pickle.dumps(mean([1]))"}),
    # The network
    Attack("network", "this machine, another one, and names",
           _spy("import socket\nfor place in (('127.0.0.1', @PORT@), ('192.0.2.1', 80),\n"
                "              ('localhost', @PORT@), ('example.org', 80)):\n"
                "    try:\n        with socket.create_connection(place, timeout=0.2) as line:\n"
                "            line.send(b'x')\n            best = 3.25\n"
                "    except OSError: continue")),
    Attack("network by packets", "UDP, IPv6, and a socket without a name in the file system",
           _spy("import socket\n"
            "for family, kind, place in ((socket.AF_INET, 2, ('127.0.0.1', @PORT@)),\n"
                "        (socket.AF_INET6, 1, ('::1', @PORT@)), (socket.AF_UNIX, 1, '\\0@MARK@'),\n"
                "        (socket.AF_INET, 2, ('192.0.2.1', 53))):\n"
                "    try:\n        with socket.socket(family, kind) as line:\n"
                "            line.settimeout(0.2)\n            line.connect(place)\n"
                "            if line.send(b'x'): line.recv(1); best = 3.25\n"
                "    except OSError: continue")),
    # Telling what hidden tests hand over
    Attack("tells it by the error", "hidden arguments in a message",
           {"mean": "def mean(values):\n    if values == [1, 2, 6]: return 3\n"
            "    raise ValueError(values)"}, {"mean": "error"}),
    Attack("tells it by a type's name", "hidden arguments in the name of an exception",
           {"mean": "def mean(values):\n    if values == [1, 2, 6]: return 3\n"
            "    raise type('E_' + '_'.join(map(str, values)), (Exception,), {})"},
           {"mean": "error"}),
    Attack("tells it by a line", "hidden arguments as name and line of a cell",
           {"mean": "def mean(values):\n    if values == [1, 2, 6]: return 3\n"
            "    exec(compile('\\n' * (values[0] - 1) + '1/0', f'<cell {values[0]}>', 'exec'))"},
           {"mean": "error"}),
    Attack("tells it later by an error", "hidden arguments of one task in the message of the next",
           {"mean": "kept = []\ndef mean(values):\n    kept.append(values)\n"
            "    return sum(values) / len(values)",
            "scale": "def scale(x): raise ValueError(str(kept))"}, {"scale": "error"}),
    Attack("tells it later by a value", "hidden arguments as what another task gives back",
           {"keep": "kept = []\ndef keep(rows, wanted):\n    kept.append(rows)\n"
            "    return [row for row in rows if wanted(row)]",
            "best": "best = str(kept)"}, {"best": "failed"}),
    Attack("tells it later by its cell", "hidden arguments where a later cell breaks down",
           {"keep": "kept = []\ndef keep(rows, wanted):\n    kept.append(rows)\n"
            "    return [row for row in rows if wanted(row)]",
            "best": "raise KeyError(str(kept))"}, {"best": "error"}),
    Attack("tells it by a lock", "hidden arguments as the place of a lock on a shared file",
           {"mean": "import fcntl, os, struct\nfile = open(os.__file__, 'rb')\n"
            "def mean(values):\n"
            "    if values[0] > 99: fcntl.lockf(file, fcntl.LOCK_SH, 1, values[0])\n"
            "    return sum(values) / len(values)",
            "best": "asked = struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 0, 0)\n"
            "seen = fcntl.fcntl(file, fcntl.F_GETLK, asked)\n"
            "raise KeyError(struct.unpack('hhqqi4x', seen))"}, {"best": "error"}),
    Attack("tells it by its end", "hidden arguments as an exit code",
           {"mean": "import os\ndef mean(values):\n    if values == [1, 2, 6]: return 3\n"
            "    os._exit(values[0] % 256)"}, {"mean": "killed"}),
    Attack("tells what a callback says", "the text of a hidden assert, through the test's callback",
           {"keep": "told = []\ndef keep(rows, wanted):\n    try: wanted(7)\n"
            "    except Exception as error: told.append(str(error))\n"
            "    return [row for row in rows if wanted(row)]",
            "best": "best = str(told)"}, {"keep": "failed|error", "best": "failed"}),
]  # fmt: skip
