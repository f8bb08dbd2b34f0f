"""Projections against scikit-learn, SciPy and a world where the answer is known."""

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes, subspace_angles
from sklearn.cross_decomposition import PLSSVD
from sklearn.decomposition import PCA

from mlops_lab import reduction


@pytest.mark.parametrize("shape", [(30, 8), (8, 30)])
def test_pca_is_that_of_scikit_learn_up_to_signs(shape: tuple[int, int]) -> None:
    X = np.random.default_rng(0).normal(size=shape) * np.arange(1, shape[1] + 1)
    ours, theirs = reduction.pca(X, 5), PCA(5, svd_solver="full").fit(X)
    np.testing.assert_allclose(abs(ours(X)), abs(theirs.transform(X)), atol=1e-10)
    assert ours.kept(X) == pytest.approx(theirs.explained_variance_ratio_.sum())
    np.testing.assert_allclose(
        ours.back(ours(X)), theirs.inverse_transform(theirs.transform(X)), atol=1e-10
    )


def test_pls_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    y = np.arange(60) % 4
    X = rng.normal(size=(60, 9)) + np.eye(4, 9)[y]
    theirs = PLSSVD(3, scale=False).fit(X, np.eye(4)[y])
    np.testing.assert_allclose(abs(reduction.pls(X, y, 3)(X)), abs(theirs.transform(X)), atol=1e-10)


def test_aligned_is_procrustes() -> None:
    rng = np.random.default_rng(2)
    old, new = (reduction.pca(rng.normal(size=(50, 12)) + 3, 4) for _ in range(2))
    turned = reduction.align(old, new)
    R, _ = orthogonal_procrustes(new.directions.T, old.directions.T)
    np.testing.assert_allclose(turned.directions, (new.directions.T @ R).T, atol=1e-12)
    np.testing.assert_allclose(subspace_angles(turned.directions.T, new.directions.T), 0, atol=1e-7)
    assert (turned.center == old.center).all()


def test_aligned_undoes_signs_and_order() -> None:
    X = np.random.default_rng(3).normal(size=(40, 6))
    old = reduction.pca(X, 3)
    new = reduction.Projection(old.center, -old.directions[[2, 0, 1]])
    np.testing.assert_allclose(reduction.align(old, new)(X), old(X), atol=1e-12)


def test_what_is_refused() -> None:
    X = np.eye(4)
    for k in (0, 5):
        with pytest.raises(ValueError, match=f"from 1 to 4 for this table; got {k}"):
            reduction.pca(X, k)
    with pytest.raises(ValueError, match="from 1 to 1 for this table; got 2"):
        reduction.pls(X, np.array([0, 0, 1, 1]), 2)
    with pytest.raises(ValueError, match=r"\(2, 4\) and \(1, 4\)"):
        reduction.align(reduction.pca(X, 2), reduction.pca(X, 1))
