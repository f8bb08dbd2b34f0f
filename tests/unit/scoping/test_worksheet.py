"""Quantities, projects and the bundled worksheet."""

import math

import pytest

from mlops_lab.scoping import INPUTS, Quantity, examples


@pytest.mark.parametrize("values", [(2, 1, 3), (1, 3, 2), (math.nan, 1, 2), (1, 2, math.inf)])
def test_a_range_must_rise_and_be_finite(values: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="low <= likely <= high"):
        Quantity(*values)


def test_the_mean_is_that_of_pert() -> None:
    assert Quantity(0, 3, 12).mean == 4


def test_three_projects_have_every_input() -> None:
    sheet = examples()
    assert list(sheet.projects) == ["inspection", "appointments", "fraud"]
    assert all(set(one.inputs) == set(INPUTS) for one in sheet.projects.values())


def test_a_project_as_numbers() -> None:
    fraud = examples().projects["fraud"]
    assert [fraud.at(point)["recall"] for point in ("low", "likely", "high")] == [0.5, 0.7, 0.8]
    assert fraud.at()["recall"] == pytest.approx((0.5 + 4 * 0.7 + 0.8) / 6)
    with pytest.raises(ValueError, match="'median'"):
        fraud.at("median")
