"""The picture of a clip says what it shows."""

from matplotlib.axes import Axes

from mlops_lab import speech
from mlops_lab.speech import plots

CLIPS = speech.draw_clips(2, 0, tag="office", words=["stop"])


def test_a_clip_says_its_word_and_what_is_sent(ax: Axes) -> None:
    assert plots.clip(ax, CLIPS, 1, speech.vad(CLIPS)) is ax
    cut = speech.vad(CLIPS)
    word, sent = CLIPS.end[1] - CLIPS.start[1], cut.end[1] - cut.start[1]
    assert ax.get_title("left") == f"“stop” takes {word / 50:.2f} s; {sent / 50:.2f} s are sent"
    assert ax.get_xlabel() == "time, seconds"


def test_a_clip_of_which_nothing_is_sent_says_so(ax: Axes) -> None:
    plots.clip(ax, CLIPS, 0, speech.vad(CLIPS, 90))
    assert ax.get_title("left").endswith("nothing is sent")


def test_without_a_cut_there_is_only_the_word(ax: Axes) -> None:
    plots.clip(ax, CLIPS, 0)
    legend = ax.get_legend()
    assert legend is not None
    assert [one.get_text() for one in legend.get_texts()] == ["word"]
