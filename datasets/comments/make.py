"""Make the comments: short texts under the videos of a platform that does not exist.

Run `python datasets/comments/make.py` to write the two files beside this script again. All phrases
are here, how a comment is put together from them, who copies whom, how it is misspelt, and how
often people marked it wrongly. Nothing in it was written by a real person.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 2026
ROWS = 5000
SPAM = 0.42
MIXED = 0.8  # chance that a phrase is of any kind of its class, not of the comment's own
BAIT = 0.10  # share of spam that says nothing but praise: nobody can tell from the text
FLATTERY = 0.35  # share that opens with a word of praise, spam as everybody
OBFUSCATED = 0.22  # share of spam that hides from filters
TYPOS = 0.30
WRONG_MARK, WRONG_MARK_AMBIGUOUS = 0.02, 0.16  # how often people marked the wrong class

VIDEOS = {  # what each is about, and whose spam it attracts
    "sourdough": ("bread crust oven flour dough recipe loaf kitchen", "shop"),
    "ramen": ("noodles broth soup egg recipe bowl kitchen spice", "giveaway"),
    "fingerstyle": ("guitar chords strings song melody tune solo cover", "promo"),
    "ballad": ("song voice chorus lyrics album singer piano melody", "promo"),
    "chess": ("opening endgame queen knight gambit move board match", "money"),
    "speedrun": ("level glitch boss run controller game jump record", "giveaway"),
    "budget": ("savings rent loan salary spreadsheet tax budget bank", "money"),
    "gravel": ("bike wheels saddle ride trail brakes hill gears", "shop"),
    "nightbus": ("city hostel train map ticket station island travel", "scam"),
    "telescope": ("moon lens planet galaxy camera stars focus tripod", "scam"),
}

# Each kind of comment and what it is made of; {t} is a word of the video's topic.
PHRASE_BOOK = """
promo: check out my channel | please subscribe to my channel | subscribe to me and i sub back | i
  upload new {t} videos every week | come visit my page | watch my latest upload | help me reach
  {n} subs | give my {t} covers a chance | i am a small creator from {place} | every view counts |
  my first {t} video is up | look at my profile | sub4sub anyone | thumbs up so more people see
  this | my new upload is better than this | a little support would mean the world | my playlist
  about {t} is finally out
shop: get yours at {url} | order now at {url} | use code {code} for {p}% off | best {t} gear and
  free shipping | the same {t} for half the price | sale ends tonight | our store has everything
  for {t} | visit our shop | limited stock so hurry | cheap {t} sets delivered to your door |
  discount for the first {n} customers | we ship worldwide | link in my bio | quality you can
  trust | click {url}
money: earn ${n} a day from home | i made ${n} last week | make money online with no experience |
  quit your job and work from your phone | ask me how | join my group at {url} | this method
  really pays | passive income for everyone | no scam i promise | start with only ${p} | go to
  {url} and sign up | my cousin bought a car with it | get paid for typing | the system works
  while you sleep | click here {url} | limited places so sign up today
giveaway: free gift cards at {url} | you won a new phone | claim your prize at {url} | the first
  {n} people get it free | win free {t} stuff | i got mine yesterday and it is real | type your
  name on {url} | congratulations you were chosen | get free coins here | 100% free and no survey
  | only today | just click and enter | hurry before it closes | unlimited coins for your account
  | prize draw ends at midnight | sign up to enter
scam: text me on whatsapp {phone} | mr {name} recovered my account | contact {name} on telegram |
  all thanks to dr {name} | my investment doubled in {p} days | he is honest and reliable | trade
  with expert {name} and thank me later | she changed my life | write to {phone} | i was broke
  until i met {name} | reach out today | my portfolio pays every week | lonely girls near you at
  {url} | message me now | her strategy never lost | the best broker i ever worked with
chain: copy and paste this on {p} videos | or you will have bad luck for {p} years | send this to
  {p} friends tonight | if you ignore this your mother dies | she is standing behind you | sorry i
  had to post it | my friend ignored it and regrets it | do not break the chain | post this or no
  love for {p} months | it really works
praise: great video | love this {t} | best {t} i have seen | this made my day | so relaxing | i
  could watch this all day | thank you for the {t} | very helpful | you are so good at this | well
  explained | keep up the good work | beautiful {t} | goosebumps every time | still my favourite |
  wow | this is gold | it really works | subscribed | best channel for {t} | amazing work | i
  learned so much
complaint: the {t} is too loud | i do not agree about the {t} | why is this so long | not your
  best work | the part about the {t} is wrong | boring | that {t} looks awful | i expected more |
  the old videos were better | too many ads | you skipped the {t} | waste of time | my money would
  go elsewhere | cannot hear anything | overrated
question: what {t} do you use | how do you keep the {t} so steady | can you make one about {t} |
  does anyone know the name of the {t} | where did you get that {t} | is this for beginners | how
  long did it take | what happens at {time} | will there be a second part | does it work with an
  old {t} | how much did the {t} cost | anyone else confused by the {t} | which {t} would you buy
  | please do a video on {t} | can i try it at home
story: i tried this with my {t} yesterday | my grandfather taught me {t} | my {t} broke last week
  | reminds me of {place} | we did this at school | took me {p} tries | my kids laughed so hard |
  i have loved {t} since i was {p} | watching from {place} | first time i got the {t} right | my
  neighbour hates my {t} | i was there in {year} | the {t} at {time} got me | my friend bought the
  same {t} | back here after {p} years
helper: the full {t} list is at {url} | source for the {t} part {url} | he explains it at {time} |
  the song at {time} is called {place} | here is the written version {url} | for those asking
  about the {t} | chapters are in the description | check out the part at {time} | there is a free
  {t} chart on {url} | hope that helps | i wrote the steps down | saved you a search | turn on
  captions | you can get the {t} for ${p}
irony: subscribe to my grandma she has better {t} | check out my channel it is empty | please
  subscribe to my {t} it is lonely | i will sell my house for that {t} | like if you are watching
  in {year} | free {t} for everybody who reads this haha | i made ${p} with my {t} and spent it on
  more {t} | my bank account hates this channel | thumbs up if the {t} scared you | take my money
  | click the {t} to win a nap lol | nobody subscribe to me i have no {t}
quote: to all who write check out my channel please stop | reported the free gift cards guy | no i
  do not want to earn ${n} a day from home | why is everyone saying subscribe to me | these
  whatsapp bots are everywhere | half of the comments are click here and sign up | do not click
  those links | mods please clean up | can we talk about the {t} instead | mr {name} is not a real
  broker people | stop with the copy and paste stuff | i came for the {t} not for your sale
"""
SPAM_KINDS = {
    "promo": 0.34,
    "shop": 0.17,
    "money": 0.16,
    "giveaway": 0.15,
    "scam": 0.13,
    "chain": 0.05,
}
HAM_KINDS = {
    "praise": 0.33,
    "complaint": 0.12,
    "question": 0.17,
    "story": 0.17,
    "helper": 0.05,
    "irony": 0.06,
    "quote": 0.04,
}
AMBIGUOUS = ("irony", "quote")
WORDS = {
    "place": "lisbon oslo lima kerala texas ghana osaka quebec malta wales krakow hanoi",
    "name": "harlow vance okoye lindqvist marsh petrov castell brandt ruiz adeyemi",
    "site": "gearbay coinhub freedrop tapcash wikinotes openfiles primeloot dealnest mixpage",
    "end": "com net info shop org top",
    "code": "SAVE DEAL LUCKY SUMMER GOLD",
}
SWAPS = {
    "subscribe": "su8scribe",
    "free": "fr33",
    "money": "m0ney",
    "channel": "ch4nnel",
    "click": "cl!ck",
    "whatsapp": "what5app",
    "check": "chek",
    ".com": " dot com",
    "http://": "",
}


def phrases() -> dict[str, list[str]]:
    """Read the phrase book: the phrases of each kind, the more frequent ones first."""
    entries = re.split(r"\n(?=\w)", PHRASE_BOOK.strip())
    pairs = (entry.split(": ", 1) for entry in entries)
    return {kind: re.split(r"\s+\|\s+", " ".join(text.split())) for kind, text in pairs}


PHRASES = phrases()


def _pick(options: list[str], rng: np.random.Generator) -> str:
    """Draw one option; earlier ones come up more often, as words of a language do."""
    weights = 1 / (np.arange(len(options)) + 3.0)
    return options[int(rng.choice(len(options), p=weights / weights.sum()))]


def _url(rng: np.random.Generator) -> str:
    start = ("http://", "www.", "")[int(rng.integers(3))]
    number = int(rng.integers(2, 99)) if rng.random() < 0.5 else ""
    return f"{start}{rng.choice(WORDS['site'].split())}{number}.{_pick(WORDS['end'].split(), rng)}"


def fill(phrase: str, topic: str, rng: np.random.Generator) -> str:
    """Put words into the slots of a phrase."""
    values: dict[str, Callable[[], object]] = {
        "t": lambda: rng.choice(topic.split()),
        "n": lambda: int(rng.integers(2, 90)) * 50,
        "p": lambda: int(rng.integers(2, 60)),
        "place": lambda: rng.choice(WORDS["place"].split()),
        "name": lambda: rng.choice(WORDS["name"].split()),
        "phone": lambda: f"+{rng.integers(10, 99)} {rng.integers(10**6, 10**7)}",
        "time": lambda: f"{rng.integers(0, 14)}:{rng.integers(10, 59)}",
        "year": lambda: int(rng.integers(2019, 2027)),
        "code": lambda: f"{rng.choice(WORDS['code'].split())}{rng.integers(5, 60)}",
        "url": lambda: _url(rng),
    }
    return re.sub(r"{(\w+)}", lambda slot: str(values[slot[1]]()), phrase)


def kind_of(spam: bool, attracted: str, rng: np.random.Generator) -> str:
    """Draw what kind of comment it is; a video attracts one kind of spam twice as often."""
    mix = dict(SPAM_KINDS if spam else HAM_KINDS)
    if spam and rng.random() < BAIT:
        return "bait"
    if spam:
        mix[attracted] *= 2
    return _one_of(mix, rng)


def parts_of(kind: str, spam: bool, rng: np.random.Generator) -> list[str]:
    """Draw the phrases of a comment, one to four: its own kind first, then often others."""
    count = int(rng.choice([1, 2, 3, 4], p=[0.18, 0.34, 0.3, 0.18]))
    if kind in ("bait", "praise"):
        return _several("praise", count, rng)
    mix = SPAM_KINDS if spam else HAM_KINDS
    kinds = [kind]
    while len(kinds) < count:
        kinds.append(_one_of(mix, rng) if rng.random() < MIXED else kind)
    parts = [part for one in sorted(set(kinds)) for part in _several(one, kinds.count(one), rng)]
    if rng.random() < FLATTERY:
        parts.insert(0, _pick(PHRASES["praise"], rng))
    return parts


def _several(kind: str, count: int, rng: np.random.Generator) -> list[str]:
    parts: list[str] = []
    while len(parts) < count:
        phrase = _pick(PHRASES[kind], rng)
        if phrase not in parts:
            parts.append(phrase)
    return parts


def _one_of(mix: dict[str, float], rng: np.random.Generator) -> str:
    weights = np.array(list(mix.values()))
    return str(rng.choice(list(mix), p=weights / weights.sum()))


def typed(text: str, spam: bool, rng: np.random.Generator) -> str:
    """Write it as people do: hidden words, typos, capitals, marks."""
    if spam and rng.random() < OBFUSCATED:
        for word, hidden in SWAPS.items():
            text = text.replace(word, hidden)
    if rng.random() < TYPOS and len(text) > 6:
        i = int(rng.integers(1, len(text) - 2))
        swapped = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
        text = (swapped, text[:i] + text[i + 1 :], text[:i] + text[i] + text[i:])[rng.integers(3)]
    if rng.random() < (0.16 if spam else 0.07):
        text = text.upper()
    elif rng.random() < 0.5:
        text = text[0].upper() + text[1:]
    tail = ["", "!", "!!", " :)", "...", " <3", "?"]
    return text + str(rng.choice(tail, p=[0.45, 0.17, 0.1, 0.1, 0.08, 0.05, 0.05]))


def comment(rng: np.random.Generator) -> tuple[str, str, str, int]:
    """Draw one comment: its video, text, kind and true class."""
    video = str(rng.choice(list(VIDEOS)))
    topic, attracted = VIDEOS[video]
    spam = bool(rng.random() < SPAM)
    kind = kind_of(spam, attracted, rng)
    between = str(rng.choice([". ", ", ", " ", "! ", " and "], p=[0.35, 0.2, 0.25, 0.1, 0.1]))
    text = between.join(fill(part, topic, rng) for part in parts_of(kind, spam, rng))
    return video, typed(text, spam, rng), kind, int(spam)


def make(seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the comments, and their truth row by row. No two texts are the same."""
    rng = np.random.default_rng(seed)
    drawn: dict[str, tuple[str, str, str, int]] = {}
    while len(drawn) < ROWS:
        one = comment(rng)
        key = " ".join(re.findall(r"\w+", one[1].lower()))
        if key not in drawn and rng.random() < min(1.0, 0.25 + len(key) / 40):
            drawn[key] = one
    video, text, kind, spam = zip(*drawn.values(), strict=True)
    truth = pd.DataFrame({"spam": spam, "kind": kind})
    truth["ambiguous"] = truth["kind"].isin(["bait", *AMBIGUOUS]).astype(int)
    chance = np.where(truth["ambiguous"] == 1, WRONG_MARK_AMBIGUOUS, WRONG_MARK)
    marked = np.where(rng.random(ROWS) < chance, 1 - truth["spam"], truth["spam"])
    return pd.DataFrame({"video": video, "text": text, "spam": marked}), truth


def _write(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; the time stamp is left out of the gzip so that bytes repeat."""
    text = frame.to_csv(index=False, lineterminator="\n").encode()
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as stream:
        stream.write(text)
    path.write_bytes(buffer.getvalue())


def main(folder: Path) -> None:
    """Write comments.csv.gz and truth.csv.gz into `folder`."""
    for name, frame in zip(("comments.csv.gz", "truth.csv.gz"), make(), strict=True):
        _write(frame, folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
