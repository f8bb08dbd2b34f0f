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
MIXED = 0.5  # chance that a phrase is of any kind of its class, not of the comment's own
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

# Each kind of comment and what it is made of. {t} is a word of the video's topic, and of (a/b) one
# is taken: there are far more ways to say each thing than a hundred comments can show.
PHRASE_BOOK = """
promo: (check out/visit/have a look at/drop by/swing by/stop by) my (channel/page/profile/site) |
  (please/kindly/pretty please) (subscribe/sub/hit subscribe) | (subscribe/sub) and i (return
  it/sub back/do the same) | i (upload/post/publish/release) (new/fresh/weekly/daily) {t}
  (videos/clips/covers/sessions) | (watch/see/try/judge/rate) my (latest/newest/first/last/own)
  (upload/video/clip/cover) | help me (reach/get to/hit/cross) {n} (subs/followers/fans) | give my
  (covers/videos/tracks/uploads) a (chance/listen/shot/minute) | (small/new/young/unknown/tiny)
  (creator/artist/producer/musician) from {place} | every (view/click/like/listener) (counts/helps)
  | sub4sub (anyone/please/daily) | (new/short) {t} video on my (page/channel/profile) | (a
  little/any/some) support would (help/mean the world/be great) | my (playlist/album/mixtape/remix)
  is (out/up/live/finished) | thumbs up so (others/people/everybody) (notice/find) (me/us)
shop: (get/grab/order/buy) (yours/one/them) (at/on/from) {url} | use (code/coupon/voucher) {code}
  for {p}% off | (lowest/fair/crazy/factory) prices (on/for) {t} (gear/sets/parts/kits) | free
  (shipping/delivery/returns) (worldwide/this week/on all orders) | (sale/offer/deal/promotion)
  ends (tonight/soon/sunday/at noon) | our (store/shop/outlet/warehouse) (stocks/sells/carries)
  every {t} | (limited/last) (stock/pieces/units) | (discount/rebate/bonus) for the first {n}
  (customers/buyers/visitors) | (link/address) in (bio/my profile) |
  (wholesale/handmade/refurbished/original) {t} (delivered/shipped) (fast/overnight/anywhere) |
  {url} has (cheaper/better/finer) (ones/gear/stuff)
money: (earn/make/collect/take home) ${n} a (day/week/shift) from (home/your sofa/your phone) | i
  (made/earned/withdrew/banked) ${n} (last week/in march/before lunch) | make money (online/from
  home/without a boss) | (quit/leave/forget) your (job/office/boss) | (ask/write) me how |
  (join/enter) my (group/team/circle/class) at {url} | this (method/trick/system/software)
  (pays/works/delivers) | (passive/extra/second/steady) income for
  (everyone/beginners/students/mums) | no (scam/joke/lie) i (promise/swear) | (start/begin) with
  only ${p} | (go to/open/look up) {url} and (sign up/register) | get paid (for typing/for
  surveys/to scroll/weekly) | (few/limited/only {p}) (seats/places/spots) left
giveaway: free (gift cards/vouchers/skins/tickets/phones) (at/on) {url} | you (won/have won/scored)
  a (phone/console/voucher/holiday) | (claim/collect/fetch) your (prize/reward/gift) (at/on) {url}
  | the first {n} (people/fans) get it free | i (got/received/unboxed) mine (yesterday/on monday)
  and it is (real/legit) | (congratulations/lucky you) you were (chosen/picked/selected) |
  (get/generate/unlock) (free/unlimited) (coins/gems/credits/diamonds) | 100% (free/safe/working)
  (no survey/no password) | (only today/tonight only/today only) | just (click/tap/press) and
  (enter/confirm/wait) | (hurry/be quick) before it (closes/ends/expires) | (raffle/draw/lottery)
  ends (at midnight/on friday)
scam: (text/message/call/contact) me on (whatsapp/telegram/signal) {phone} |
  (mr/mrs/dr/coach/expert) {name} (recovered/unlocked/restored) my (account/wallet/savings) |
  (contact/find/ask for/write to) {name} on (telegram/whatsapp/instagram) | all (thanks/praise) to
  (dr/mr/mrs) {name} | my (investment/deposit/capital) (doubled/tripled/grew) in {p} days |
  (honest/reliable/licensed/patient) (broker/trader/healer/hacker) | (trade/invest/mine) with
  (expert/mrs/mr) {name} | (she/he) (changed/saved/turned around) my (life/marriage/finances) |
  (write to/reach/call) {phone} | i was (broke/in debt/hopeless) until i met {name} | my
  (portfolio/bitcoin/forex account) pays (weekly/every month) | (lonely/single/pretty)
  (girls/ladies/women) near you at {url}
chain: (copy/repost/paste) this (on/under) {p} (videos/walls/pages) | or (bad luck/a ghost/sorrow)
  (follows/finds) you for {p} years | (send/forward/share) this to {p} (friends/people/contacts) |
  if you (ignore/skip/delete) this (somebody/your mother/your dog) (dies/leaves) | (she/he) is
  (standing/waiting) (behind you/under your bed) | sorry i (had/was forced) to (post/share) it | do
  not (break/stop) the chain | it (really/truly) works
praise: (great/lovely/superb/brilliant/fantastic) video | (love/adore/enjoy) this {t} |
  (best/finest/prettiest/cleanest) {t} i have (seen/met/heard of) | this made my (day/week/evening)
  | so (relaxing/calming/soothing/pretty) | i could (watch/follow/replay) this (all day/for hours)
  | thank you for the {t} | very (helpful/useful/clear) | you are so good at this |
  (well/nicely/clearly) (explained/shown/filmed) | keep (up the good work/going) |
  (beautiful/gorgeous/magic) {t} | (goosebumps/tears/smiles) every time | still my favourite |
  (wow/woah/bravo) | this is (gold/art/perfect) | it really works | subscribed | best channel for
  {t} | (amazing/stunning) work | i learned so much
complaint: the {t} is too (loud/dark/slow/short/shaky) | i (do not agree/disagree) about the {t} |
  why is this so (long/blurry/quiet) | not your (best/finest) (work/week) | the part about the {t}
  is (wrong/outdated/missing) | (boring/overrated/sloppy/lazy) | that {t} looks (awful/fake/dirty)
  | i (expected/hoped for) more | the (old/early) (videos/ones) were better | too many
  (ads/cuts/jokes) | you (skipped/ruined/rushed) the {t} | waste of (time/an hour) | my money would
  go elsewhere | cannot (hear/see/follow) anything
question: (what/which) {t} do you use | how do you keep the {t} so (steady/clean/cheap) | can you
  (make one/do a part) about {t} | does (anyone/somebody) know the (name/brand/maker) of the {t} |
  where did you (get/find/buy) that {t} | is this (for beginners/safe/legal) | how long did
  (it/that) take | what (happens/breaks/goes wrong) at {time} | will there be a (second
  part/sequel) | does it work with an (old/cheap) {t} | how much did the {t} cost | anyone else
  (confused by/afraid of/missing) the {t} | please do a video on {t} | can i try it (at home/in
  winter)
story: i tried this with my {t} (yesterday/at work/in the rain) | my
  (grandfather/aunt/teacher/neighbour) (taught me/hates my/gave me a) {t} | my {t}
  (broke/vanished/froze) last (week/winter/night) | reminds me of ({place}/school/my wedding) | we
  did this (at school/in the army/for years) | took me {p} (tries/weekends) | my
  (kids/parents/cats) (laughed/cried/danced) | i have loved {t} since i was {p} | watching from
  {place} | first time i got the {t} right | i was there in {year} | the {t} at {time}
  (got/broke/surprised) me | my (friend/boss/sister) bought the same {t} | back here after {p}
  years
helper: the full {t} list is at {url} | source for the {t} (part/claim) {url} | he explains it at
  {time} | the song at {time} is called {place} | (here is/found) the written version {url} | for
  those (asking/wondering) about the {t} | (chapters/sources/notes) are in the description | check
  out the part at {time} | there is a free {t} (chart/guide/course) on {url} | hope that helps | i
  wrote the steps down | saved you a search | turn on (captions/subtitles) | you can get the {t}
  for ${p}
irony: subscribe to my (grandma/cat/toaster) (she/it) has better {t} | check out my (channel/page)
  it is empty | please subscribe to my {t} it is lonely | i will sell my (house/car/kidney) for
  that {t} | like if you are watching in {year} | free {t} for everybody who reads this haha | i
  made ${p} with my {t} and (spent/lost) it on more {t} | my (wallet/bank account) hates this
  channel | thumbs up if the {t} scared you | take my money | click the {t} to win a nap lol |
  nobody subscribe to me i have no {t}
quote: to all who write check out my channel please stop | reported the free gift cards guy | no i
  do not want to earn ${n} a day from home | why is everyone saying subscribe to me | these
  (whatsapp/telegram) bots are everywhere | half of the comments are click here and sign up | do
  not click those links | mods please clean up | can we talk about the {t} instead | (mr/dr) {name}
  is not a real (broker/doctor) people | stop with the copy and paste stuff | i came for the {t}
  not for your sale
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
    "syllable": "ba den fo gri hol jun ka lu mer nox pra ri sto tal vex wim zo",
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
    weights = 1 / (np.arange(len(options)) + 12.0)
    return options[int(rng.choice(len(options), p=weights / weights.sum()))]


def _url(rng: np.random.Generator) -> str:
    start = ("http://", "www.", "")[int(rng.integers(3))]
    number = int(rng.integers(2, 99)) if rng.random() < 0.5 else ""
    return f"{start}{_name(rng)}{number}.{_pick(WORDS['end'].split(), rng)}"


def _name(rng: np.random.Generator) -> str:
    """Make up a name of three syllables, for a person or a site: few come twice."""
    return "".join(rng.choice(WORDS["syllable"].split(), 3))


def fill(phrase: str, topic: str, rng: np.random.Generator) -> str:
    """Take one of the ways to say it, and put words into the slots."""
    values: dict[str, Callable[[], object]] = {
        "t": lambda: rng.choice(topic.split()),
        "n": lambda: int(rng.integers(2, 90)) * 50,
        "p": lambda: int(rng.integers(2, 60)),
        "place": lambda: rng.choice(WORDS["place"].split()),
        "name": lambda: _name(rng),
        "phone": lambda: f"+{rng.integers(10, 99)} {rng.integers(10**6, 10**7)}",
        "time": lambda: f"{rng.integers(0, 14)}:{rng.integers(10, 59)}",
        "year": lambda: int(rng.integers(2019, 2027)),
        "code": lambda: f"{rng.choice(WORDS['code'].split())}{rng.integers(5, 60)}",
        "url": lambda: _url(rng),
    }
    said = re.sub(r"\(([^)]*)\)", lambda ways: str(rng.choice(ways[1].split("/"))), phrase)
    return re.sub(r"{(\w+)}", lambda slot: str(values[slot[1]]()), said)


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
    count = int(rng.choice([1, 2, 3, 4], p=[0.4, 0.36, 0.18, 0.06]))
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
