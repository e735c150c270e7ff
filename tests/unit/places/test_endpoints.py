"""The table of services, and changing it."""

import pytest

from crenel.inputs.errors import InputError
from crenel.places.endpoints import TABLE, endpoints


def test_every_service_is_asked_over_https_with_limits():
    for endpoint in TABLE:
        assert endpoint.addresses
        assert all(address.startswith("https://") and not address.endswith("/") for address in endpoint.addresses)
        assert endpoint.timeout_s > 0
        assert 1 < endpoint.n_tries < 10
        assert endpoint.largest_bytes > 0
    assert len({endpoint.key for endpoint in TABLE}) == len(TABLE)


def test_a_file_changes_entries(tmp_path, monkeypatch):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "overpass:\n  addresses: [https://overpass.example/api/]\n  timeout: 2 min\n  tries: 9\n  pause: 5 s\n", "utf-8"
    )
    monkeypatch.setenv("CRENEL_ENDPOINTS", str(path))
    changed = endpoints()["overpass"]
    assert changed.addresses == ("https://overpass.example/api",)
    assert (changed.timeout_s, changed.n_tries, changed.pause_s) == (120.0, 9, 5.0)
    assert endpoints()["glo30"] == TABLE[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("glo31: {}", "Did you mean 'glo30'"),
        ("glo30: {adresses: []}", "Did you mean 'addresses'"),
        ("glo30: {addresses: []}", "empty"),
        ("glo30: {addresses: [ftp://x]}", "web addresses"),
        ("glo30: {addresses: ['https://user:pw@x/']}", "web addresses"),
        ("glo30: {timeout: 0 s}", "above zero"),
        ("glo30: {timeout: 5}", "timeout"),
        ("glo30: {tries: 0}", "whole number"),
        ("glo30: {pause: 40 h}", "at most a day"),
        ("[", "mine.yaml"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, monkeypatch, text, says):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("CRENEL_ENDPOINTS", str(path))
    with pytest.raises(InputError, match=r"mine\.yaml:\d") as error:
        endpoints()
    assert says in str(error.value)


def test_a_file_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setenv("CRENEL_ENDPOINTS", "/nowhere/mine.yaml")
    with pytest.raises(InputError, match="no such file"):
        endpoints()
