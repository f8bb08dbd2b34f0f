"""What tests of the package's parts share."""

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

from mlops_lab.kit import style


@pytest.fixture
def ax() -> Iterator[Axes]:
    """Yield axes as a lesson's are, and the same whichever test came before."""
    with mpl.rc_context({"backend": "agg"}):
        style()
        figure, axes = plt.subplots()
        yield axes
        plt.close(figure)
