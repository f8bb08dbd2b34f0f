"""Addresses: which are refused, and that a login stays secret."""

import pytest

from mlops_lab.data.address import mirror, without_login
from mlops_lab.data.errors import DataError


@pytest.mark.parametrize(
    ("named", "shown", "fault"),
    [
        ("nohost", "nohost", "must begin with http:// or https://"),
        ("localhost:8000", "localhost:8000", "must begin with http:// or https://"),
        ("file:///srv/data", "file:///srv/data", "must begin with http:// or https://"),
        ("ftp://host/data", "ftp://host/data", "must begin with http:// or https://"),
        ("http://", "http://", "names no host after http://"),
        ("https:///data", "https:///data", "names no host after https://"),
        ("http://:8000", "http://:8000", "names no host after http://"),
        ("http://host:port", "http://host:port", "host or port cannot be read"),
        ("http://host:99999", "http://host:99999", "host or port cannot be read"),
        ("http://a..b", "http://a..b", "host or port cannot be read"),
        (f"http://{'a' * 64}", f"http://{'a' * 64}", "host or port cannot be read"),
        ("http://[host", "http://[host", "host or port cannot be read"),
        ("http://my host", "http://my host", "no spaces"),
        ("http://host/?a=b", "http://host/?a=b", "no @, \\? or #"),
        ("ursula:secret@host", "***@host", "must begin with"),
        ("ftp://ursula:secret@host", "ftp://***@host", "must begin with"),
        ("http://ursula:secret@", "http://***@", "names no host"),
        ("http://ursula:1/secret@host", "http://***@host", "%2F for /"),
        ("http://ursula:1#secret@host", "http://***@host", "%23 for #"),
        ("http://ursula:1?secret@host", "http://***@host", "%3F for \\?"),
        ("http://ursula:sec ret@host", "http://***@host", "no spaces"),
    ],
)
def test_what_is_no_mirror_is_refused_without_its_login(
    named: str, shown: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_LAB_MIRROR", named)
    with pytest.raises(DataError, match=f": .*{fault}") as caught:
        mirror()
    assert str(caught.value).startswith(f"MLOPS_LAB_MIRROR is {shown!r}: ")
    assert "ursula" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("named", "used"),
    [
        ("", None),
        ("  ", None),
        (" http://host:8000/data/ ", "http://host:8000/data"),
        ("HTTPS://[::1]", "HTTPS://[::1]"),
        ("http://ursula:p%40ss@host", "http://ursula:p%40ss@host"),
    ],
)
def test_a_mirror_that_is_one(
    named: str, used: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_LAB_MIRROR", named)
    assert mirror() == used


@pytest.mark.parametrize(
    ("url", "address", "login"),
    [
        ("http://host/a@b", "http://host/a@b", None),
        ("http://ursula:p%40ss@host:80/a", "http://host:80/a", ("ursula", "p@ss")),
        ("http://token@host", "http://host", ("token", "")),
    ],
)
def test_the_login_is_taken_out(url: str, address: str, login: tuple[str, str] | None) -> None:
    assert without_login(url) == (address, login)
