"""The exporter: what its page says, by other readers than our own, and who waits for whom."""

import gc
import shutil
import socket
import struct
import subprocess
import threading
import weakref
from contextlib import closing
from http.client import RemoteDisconnected
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mlops_lab import monitoring


def counted() -> monitoring.Exporter:
    exporter = monitoring.Exporter()
    exporter.add("calls_total", 3, sent="yes")
    exporter.add("calls_total", 0, sent="no")
    exporter.add("calls_total", 1.5, sent="yes")
    exporter.add("level_db_sum", 12.5, place='a "quiet"\nroom\\')
    exporter.add("level_db_count", 4, place='a "quiet"\nroom\\')
    return exporter


def test_prometheus_own_parser_reads_the_page() -> None:
    with counted() as exporter, urlopen(exporter.url) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        families = list(text_string_to_metric_families(answer.read().decode()))
    found = {(one.name, *sorted(one.labels.items())): one.value
             for family in families for one in family.samples}  # fmt: skip
    room = ("place", 'a "quiet"\nroom\\')
    assert found == {
        ("calls_total", ("sent", "yes")): 4.5,
        ("calls_total", ("sent", "no")): 0.0,
        ("level_db_sum", room): 12.5,
        ("level_db_count", room): 4.0,
    }
    assert {family.name: family.type for family in families} == {
        "calls": "counter",
        "level_db": "summary",
    }


def test_promtool_has_no_error_to_tell_of_the_page() -> None:
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("the program promtool is not on the PATH")
    with monitoring.Exporter() as exporter:
        exporter.add("calls_total", 3, sent="yes")
        text = exporter.text()
    done = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert "error" not in done.stderr.lower()


def test_a_name_and_an_amount_that_cannot_be_are_refused() -> None:
    with monitoring.Exporter() as exporter:
        with pytest.raises(ValueError, match=r"ends with one of _total, _sum, _count; got 'calls'"):
            exporter.add("calls")
        with pytest.raises(ValueError, match=r"cannot fall: calls_total was given -1"):
            exporter.add("calls_total", -1)
        with pytest.raises(ValueError, match="cannot fall"):
            exporter.add("calls_total", float("nan"))


def test_who_waits_goes_on_after_two_looks() -> None:
    with monitoring.Exporter() as exporter:
        waiting = threading.Thread(target=exporter.wait)
        waiting.start()
        while waiting.is_alive():
            with urlopen(exporter.url) as answer:
                answer.read()
        assert exporter.looks >= 2
    # Another one: the last look at the first is counted when its reader has long gone on.
    alone = monitoring.Exporter()
    with alone, pytest.raises(TimeoutError, match=r"1 of 1 looks did not come in 0.01 s"):
        alone.wait(1, patience=0.01)


def test_a_reader_who_hangs_up_is_no_error_of_the_page(capfd: pytest.CaptureFixture[str]) -> None:
    with monitoring.Exporter() as exporter:
        port = exporter._server.server_address[1]
        threads = threading.active_count()
        for words in (b"", b"GET /met", b"GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n"):
            with closing(socket.create_connection(("127.0.0.1", port))) as reader:
                reader.sendall(words)
                if words.endswith(b"\r\n\r\n"):
                    assert reader.recv(1)
                while threading.active_count() == threads:
                    threading.Event().wait(0.01)
                # With linger at 0 s the end of a connection is a reset, as of a killed program.
                reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            while threading.active_count() > threads:
                threading.Event().wait(0.01)
        with urlopen(exporter.url) as answer:
            assert answer.status == 200
    assert capfd.readouterr().err == ""


def test_another_error_of_the_page_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with monitoring.Exporter() as exporter:
        exporter._counts["no_name", (("no", 1),)] = 0  # type: ignore[index]
        with pytest.raises(RemoteDisconnected):
            urlopen(exporter.url)
    assert "KeyError: '_name'" in capfd.readouterr().err


def test_another_page_is_not_found_and_a_stopped_one_is_closed() -> None:
    exporter = monitoring.Exporter()
    with pytest.raises(URLError, match="404"):
        urlopen(exporter.url.replace("/metrics", "/other"))
    exporter.stop()
    exporter.stop()
    with pytest.raises(URLError):
        urlopen(exporter.url)


def test_an_exporter_that_is_forgotten_ends_its_thread() -> None:
    before = threading.active_count()
    exporter = monitoring.Exporter()
    gone = weakref.ref(exporter)
    del exporter
    gc.collect()
    assert gone() is None
    assert threading.active_count() == before
