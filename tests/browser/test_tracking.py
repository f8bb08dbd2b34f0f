"""MLflow's own pages, as the tracking lesson links to them: they show the runs, and call nobody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from mlops_lab import tracking
from tests.browser.driver import PATIENCE, PICTURES, opened_page


@pytest.fixture(scope="module")
def server(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tracking.TrackingServer]:
    assert browser.is_connected(), "where there is no browser, no server is started"
    with tracking.start(tmp_path_factory.mktemp("tracking")) as started:
        yield started


def test_the_link_shows_the_runs_and_no_request_leaves_the_machine(
    browser: Browser, server: tracking.TrackingServer
) -> None:
    with tracking.Client(server.url) as client:
        experiment = client.experiment("returns")
        for number in range(3):
            client.log(
                experiment,
                f"tree {number}",
                params={"max_depth": number},
                metrics={"accuracy": 0.7 + number / 100},
            )
    with opened_page(browser, server.url) as page:  # a request to any other host fails
        page.goto(server.runs_page(experiment))
        for number in range(3):
            shown = page.get_by_role("link", name=f"tree {number}", exact=True)
            expect(shown.first).to_be_visible(timeout=PATIENCE * 1000)
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / "tracking.png")
