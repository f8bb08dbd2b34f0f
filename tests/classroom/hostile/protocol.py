"""Code that speaks on the student process's line to the grader, in place of our own worker."""

from .case import WRONG, Attack

__all__ = ["PROTOCOL"]

# `now` is the number of the request that is being answered; `tell` sends any reply at all.
_TELL = """\
import json, os, struct, sys, threading, time
def now():
    frame = sys._getframe()
    while not isinstance(frame.f_locals.get('request'), dict): frame = frame.f_back
    return frame.f_locals['request']['id']
def send(data, line=3):
    while data: data = data[os.write(line, data):]
def tell(blob=b'', **body):
    header = json.dumps(body).encode()
    send(struct.pack('!IQ', len(header), len(blob)) + header + blob)
"""
_ENDED = "failed|error|killed"
# After a forged message the process is begun again, without the cell that sent it or the one
# after it: what else such a submission earns is left to chance.
_REST = ("scale", "tidy", "Account", "keep", "best")


def _in_cell(source: str) -> dict[str, str]:
    return {"best": f"{_TELL}{WRONG['best']}\n{source}"}


def _in_call(source: str) -> dict[str, str]:
    inside = "".join(f"    {line}\n" for line in source.splitlines())
    return {"mean": f"{_TELL}def mean(values):\n{inside}    return 0"}


PROTOCOL = [
    Attack("claims success", "a reply with state, score and points of its own",
           _in_cell("tell(id=now(), value=None, ok=True, state='passed', points=7, score=7,\n"
                    "     tasks=[{'task': 'best-test', 'points': 7}])"), {"best": _ENDED}),
    Attack("replies ahead of time", "well-formed replies to the next hundred requests",
           _in_cell("n = now()\nfor i in range(n, n + 100): tell(id=i, value=True)"),
           {"best": _ENDED}),
    Attack("reply with another number", "numbers that nobody asked with, and none at all",
           _in_cell("tell(id=now() + 1, value=7)\ntell(id=float(now()), value=7)\n"
                    "tell(id=True, value=7)\ntell(value=7)"), {"best": _ENDED}),
    Attack("another object's handle", "values that claim to be other functions, and the grader's",
           _in_call("for number in (0, 1, 2**40, 2**60):\n"
                    "    tell(id=now(), value=['h', number, 'x'])"),
           {"mean": _ENDED}, either=_REST),
    Attack("pickle on the line", "a pickle where a message is to come",
           _in_cell("import pickle\nclass Bomb:\n"
                    "    def __reduce__(self): return os.system, ('touch /tmp/@CANARY@',)\n"
                    "send(pickle.dumps(Bomb()) * 9)"), {"best": _ENDED}),
    Attack("pickle in a node", "kinds of values that there are not",
           _in_cell("tell(id=now(), value=['pickle', 'gASVJgAAAA=='])\n"
                    "tell(id=now(), value=['a', '|O8', [1], 8])"), {"best": _ENDED}),
    Attack("noise", "bytes that are no message",
           _in_cell("send(b'\\xff' * 500)"), {"best": _ENDED}),
    Attack("half a message", "a head that promises more than comes",
           _in_cell("send(struct.pack('!IQ', 10_000_000, 0) + b'[')\ntime.sleep(60)"),
           {"best": "timed out|killed"}),
    Attack("message by drops", "a byte now and then, for ever",
           _in_cell("send(struct.pack('!IQ', 10_000_000, 0))\n"
                    "while True:\n    send(b' ')\n    time.sleep(0.05)"),
           {"best": "timed out|killed"}),
    Attack("endless messages", "a thread that sends replies for ever",
           _in_cell("n = now()\ndef late():\n    while True: tell(id=n, value=7)\n"
                    "threading.Thread(target=late, daemon=True).start()"),
           {"best": "failed|error|killed|timed out"}),
    Attack("huge message", "a head that says 15 MB of brackets",
           _in_cell("send(struct.pack('!IQ', 15_000_000, 0) + b'[' * 15_000_000)"),
           {"best": _ENDED}),
    Attack("deep message", "values within values, 100,000 levels",
           _in_cell("text = '{\"id\": %d, \"value\": %s}' % (now(), '[\"l\",' * 100_000)\n"
                    "send(struct.pack('!IQ', len(text), 0) + text.encode())"), {"best": _ENDED}),
    Attack("tells by a length", "a message as long as a hidden argument says",
           {"mean": f"{_TELL}def mean(values):\n    if values == [1, 2, 6]: return 3\n"
            "    send(struct.pack('!IQ', 2**31, values[0]))\n    time.sleep(60)"},
           {"mean": "killed"}),
    Attack("calls what was not given", "a callback where there is none",
           _in_call("for n in (0, 5, -1): tell(id=now(), callback=n, args=['l'], kwargs=['d'])\n"
                    "time.sleep(0.2)"),
           {"mean": _ENDED}, either=_REST),
    Attack("a million callbacks", "calls the test's function without an end",
           {"keep": "def keep(rows, wanted):\n    for _ in range(1_000_000): wanted(2)\n"
            "    return []"}, {"keep": "killed|timed out"}),
    Attack("callback kept for later", "calls the test's function when its call has ended",
           {"keep": "kept = []\ndef keep(rows, wanted):\n    kept.append(wanted)\n"
            "    return [row for row in rows if wanted(row)]",
            "best": "best = 3.25 if kept[-1]('kumquat') else 0.5"}, {"best": _ENDED}),
    Attack("callback from a thread", "two that ask at once",
           {"keep": "import threading\ndef keep(rows, wanted):\n"
            "    def ask():\n        while True: wanted(2)\n"
            "    threading.Thread(target=ask, daemon=True).start()\n"
            "    return [row for row in rows for _ in range(50) if wanted(row)]"},
           {"keep": "failed|error|killed|timed out"}, either=("best",)),
    Attack("heavy callback", "hands 40 MB to the test's function, again and again",
           {"keep": "def keep(rows, wanted):\n    for _ in range(20):\n"
            "        try: wanted('x' * 40_000_000)\n        except RuntimeError: continue\n"
            "    return rows"}, {"keep": "failed|error|timed out|killed"}),
    Attack("changes arguments from outside", "tells of arguments that were not there",
           _in_call("tell(id=now(), value=3, changed=['d', 7, 1, 'x', 2, -1, ['l'], True, None])"),
           {"mean": _ENDED}, either=_REST),
    Attack("changes arguments by force", "our own worker, made to report changes",
           {"mean": "from mlops_lab.workbench.classroom.sandbox import worker\n"
            "worker._Worker.changes = lambda *a: {'changed': ['d', 0, ['t', 1, 2], 'y', 1]}\n"
            + WRONG["mean"]}, either=_REST),
    Attack("name that is none", "an object whose name no data base takes",
           _in_call("tell(id=now(), value=['h', 0, '\\ud800\\x1b[2J'])"),
           {"mean": _ENDED}, either=_REST),
    Attack("error with surrogates", "a message that no data base takes",
           {"mean": "def mean(values): raise ValueError('\\udfff\\0\\x1b')"}),
    Attack("error that is none", "an error of a strange type, and one that is a list",
           _in_call("tell(id=now(), error={'type': 'x' * 99, 'message': 'y' * 10**6,\n"
                    "                      'trace': ''})\ntell(id=now(), error=[1])"),
           {"mean": _ENDED}, either=_REST),
    Attack("descriptors on the line", "sends its files along",
           _in_cell("import socket, array\nline = socket.socket(fileno=3)\n"
                    "head = json.dumps({'id': now(), 'value': None}).encode()\n"
                    "files = array.array('i', [0, 1, 2])\nfor _ in range(3):\n"
                    "    line.sendmsg([struct.pack('!IQ', len(head), 0) + head],\n"
                    "                 [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])\n"
                    "line.detach()"), {"best": _ENDED}),
    Attack("line to itself", "puts a socket of its own in the line's place",
           _in_cell("import socket\none, two = socket.socketpair()\nos.dup2(one.fileno(), 3)"),
           {"best": "timed out|killed"}),
    Attack("shuts the line down", "ends the conversation in both directions",
           _in_cell("import socket\nline = socket.socket(fileno=3)\n"
                    "line.shutdown(2)\nline.detach()"), {"best": "killed"}),
]  # fmt: skip
