"""Downloads that go on where they were, and are refused where they are damaged."""

import json

import pytest

from crenel.core.records import CrenelError
from crenel.places import cache
from crenel.places.cache import alone, download, kept
from crenel.places.client import Client, FetchError
from served import Fault

BODY = bytes(range(256)) * 4000


def fetch(client, target, check=lambda _: None):
    return download(client, "srtm", "/a", target, check=check, title="a")


@pytest.fixture
def target(server, tmp_path):
    server.files["/skadi/a"] = BODY
    return tmp_path / "cache" / "a"


def test_a_download_is_kept_with_its_origin(server, client, target):
    origin = fetch(client, target)
    assert target.read_bytes() == BODY
    assert origin.address == f"{server.address}/skadi/a"
    assert kept(target) == origin
    assert fetch(client, target) == origin
    assert len(server.asked) == 1


def test_a_download_that_broke_off_goes_on_where_it_was(server, client, target):
    server.faults["/skadi/a"] = [Fault(n_sent=700_000)]
    fetch(client, target)
    assert target.read_bytes() == BODY
    assert server.asked[1][2]["Range"] == "bytes=700000-"
    assert server.asked[1][2]["If-Range"].startswith('"')
    assert server.n_bytes_sent == len(BODY)


def test_a_download_that_was_stopped_goes_on_next_time(server, client, target):
    def stop(news):
        if news.done > 300_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(Client(listen=stop), target)
    assert not target.exists()
    assert target.with_name("a.part").stat().st_size > 0
    fetch(client, target)
    assert target.read_bytes() == BODY
    assert "Range" in server.asked[1][2]
    assert not list(target.parent.glob("*.part*"))


@pytest.mark.parametrize("knows_conditions", [True, False])
def test_a_file_that_changed_meanwhile_is_fetched_anew(server, client, target, knows_conditions):
    server.knows_conditions = knows_conditions
    server.faults["/skadi/a"] = [Fault(n_sent=700_000)] + [Fault(is_dropped=True)] * 2
    with pytest.raises(FetchError):
        fetch(client, target)
    server.files["/skadi/a"] = BODY[::-1]
    fetch(client, target)
    assert target.read_bytes() == BODY[::-1]


def test_a_file_that_became_shorter_meanwhile_is_fetched_anew(server, client, target):
    server.faults["/skadi/a"] = [Fault(n_sent=700_000)] + [Fault(is_dropped=True)] * 2
    with pytest.raises(FetchError):
        fetch(client, target)
    server.files["/skadi/a"] = b"short"
    fetch(client, target)
    assert target.read_bytes() == b"short"


def test_a_file_whose_checksum_is_wrong_is_refused(server, client, target):
    server.says_s3 = True
    server.faults["/skadi/a"] = [Fault(damages=True)]
    fetch(client, target)  # the second one is right
    assert target.read_bytes() == BODY
    target.unlink()
    server.faults["/skadi/a"] = [Fault(damages=True)] * 2
    with pytest.raises(FetchError, match="damaged twice: its checksum"):
        fetch(client, target)
    assert not target.exists()
    assert not list(target.parent.glob("*.part"))


def test_a_file_that_cannot_be_read_is_refused(server, client, target):
    def check(part):
        raise ValueError("no heights")

    with pytest.raises(FetchError, match="damaged twice: no heights"):
        fetch(client, target, check)
    assert not target.exists()


def test_a_kept_file_that_was_changed_is_not_used(server, client, target):
    fetch(client, target)
    target.write_bytes(BODY[:-1] + b"?")
    assert kept(target) is None
    fetch(client, target)
    assert target.read_bytes() == BODY


def test_a_kept_file_that_was_cut_off_is_not_used(server, client, target):
    fetch(client, target)
    target.write_bytes(BODY[:-1])
    assert kept(target) is None


def test_a_damaged_note_is_no_note(target, server, client):
    fetch(client, target)
    target.with_name("a.json").write_text(json.dumps({"address": "x"}), encoding="utf-8")
    assert kept(target) is None
    target.with_name("a.json").write_text("[", encoding="utf-8")
    assert kept(target) is None


def test_progress_tells_how_much_is_left(server, target):
    heard = []
    fetch(Client(listen=heard.append), target)
    assert heard[-1].done == heard[-1].total == len(BODY)
    assert len(heard) > 2


def test_two_at_once_do_not_fetch_into_one_cache(tmp_path):
    with alone(tmp_path), pytest.raises(CrenelError, match="another crenel"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_the_cache_is_where_the_user_says(monkeypatch, tmp_path):
    monkeypatch.setenv("CRENEL_CACHE", str(tmp_path / "mine"))
    assert cache.root() == tmp_path / "mine"
    monkeypatch.delenv("CRENEL_CACHE")
    assert cache.root().parts[-2:] == ("crenel", "places")
