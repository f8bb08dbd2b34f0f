"""One MLflow server for all tests of the folder; each has experiments of its own."""

from collections.abc import Iterator

import pytest

from mlops_lab import tracking


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tracking.TrackingServer]:
    with tracking.start(tmp_path_factory.mktemp("tracking") / "new" / "folder") as started:
        yield started


@pytest.fixture(scope="session")
def client(server: tracking.TrackingServer) -> Iterator[tracking.Client]:
    with tracking.Client(server.url) as connected:
        yield connected
