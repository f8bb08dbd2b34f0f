"""Boxes and texts compared by hand, and by brute force on a grid."""

from difflib import SequenceMatcher

import numpy as np
import pytest
from numpy.typing import NDArray

from mlops_lab.labeling import covered, iou, plain_words, word_errors


def cells(box: NDArray[np.int64]) -> set[tuple[int, int]]:
    left, top, right, bottom = box.tolist()
    return {(x, y) for x in range(left, right) for y in range(top, bottom)}


def test_overlap_by_hand() -> None:
    # Two squares of 4, sharing 1: union 7. The first lies in the third, which is four times it.
    first, others = [[0, 0, 2, 2]], [[1, 1, 3, 3], [0, 0, 4, 4], [5, 5, 6, 6]]
    assert iou(first, others).tolist() == [pytest.approx([1 / 7, 1 / 4, 0])]
    assert covered(first, others).tolist() == [1.0]
    assert covered(others, first) == pytest.approx([1 / 4, 1 / 4, 0])


def test_overlap_by_counting_cells() -> None:
    rng = np.random.default_rng(0)
    corners = np.sort(rng.integers(0, 12, size=(30, 2, 2)), axis=1)
    boxes = corners.reshape(30, 4)
    found = iou(boxes, boxes)
    for i, one in enumerate(boxes):
        for j, other in enumerate(boxes):
            union = len(cells(one) | cells(other))
            shared = len(cells(one) & cells(other))
            assert found[i, j] == pytest.approx(shared / union if union else 0)
    assert found == pytest.approx(found.T)


def test_no_boxes_and_flat_boxes() -> None:
    assert iou([], [[0, 0, 1, 1]]).shape == (0, 1)
    assert iou([[0, 0, 1, 1]], []).shape == (1, 0)
    assert covered([[0, 0, 1, 1]], []).tolist() == [0.0]
    assert iou([[1, 1, 1, 2]], [[1, 1, 1, 2]]).tolist() == [[0.0]]
    assert covered([[1, 1, 1, 2]], [[0, 0, 3, 3]]).tolist() == [0.0]


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ([[0, 0, 1]], r"got \(1, 3\)"),
        ([0, 0, 1, 1], r"got \(4,\)"),
        ([[2, 0, 1, 1]], "left <= ri"),
        ([[0, 0, np.inf, 1]], "finite"),
        ([[0, 0, np.nan, 1]], "finite"),
    ],
)
def test_what_is_no_box_is_refused(boxes: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        iou(boxes, [[0, 0, 1, 1]])  # type: ignore[arg-type]  # the wrong shapes are the point


@pytest.mark.parametrize(
    ("reference", "written", "errors"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b c", "a c", 1),
        ("a b c", "a b x c", 1),
        ("a b c", "", 3),
        ("", "a b", 2),
        ("", "", 0),
        ("a b c d", "d c b a", 4),
        ("the cat sat on the mat", "the cat mat", 3),
        ("um", "Um,", 1),
    ],
)
def test_word_errors_by_hand(reference: str, written: str, errors: int) -> None:
    assert word_errors(reference, written) == errors


def test_word_errors_is_a_distance() -> None:
    rng = np.random.default_rng(3)
    texts = [" ".join(rng.choice(list("abc"), rng.integers(0, 7))) for _ in range(12)]
    for one in texts:
        for two in texts:
            found = word_errors(one, two)
            assert found == word_errors(two, one)
            assert (found == 0) == (one == two)
            for three in texts:
                assert found <= word_errors(one, three) + word_errors(three, two)
            # Words in common and in order can be kept; nobody can keep more than the shorter has.
            kept = sum(
                block.size
                for block in SequenceMatcher(
                    None, one.split(), two.split(), autojunk=False
                ).get_matching_blocks()
            )
            assert found <= len(one.split()) + len(two.split()) - 2 * kept
            assert found >= abs(len(one.split()) - len(two.split()))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Um, turn the heating up to forty five degrees.", "turn the heating up to 45 degrees"),
        ("... turn the heating up to 45 degrees", "turn the heating up to 45 degrees"),
        ("call tom at seven thirty", "call tom at 7 30"),
        ("twenty zero", "20 0"),
        ("twenty ten", "20 10"),
        ("thirty", "30"),
        ("nineteen ninety nine", "19 99"),
        ("nearest [unintelligible] station", "nearest station"),
        ("Don't UH stop!", "don't stop"),
        ("", ""),
        ("um", ""),
    ],
)
def test_one_convention(text: str, plain: str) -> None:
    assert plain_words(text) == plain
    assert plain_words(plain) == plain
