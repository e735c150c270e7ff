"""Asking over the network: patience, limits, manners."""

import gzip
import io
import socket
import time
import urllib.request
from email.message import Message

import pytest

from crenel.places.client import Client, FetchError, NotThereError, OfflineError, Redirects, user_agent
from served import Fault, Server, point_at


def get(client, path="/a"):
    return client.get("glo30", path, check=lambda _: None).body


def test_an_answer_comes_whole_and_the_question_says_who_asks(server, client):
    server.files["/glo30/a"] = b"abc" * 100_000
    assert get(client) == b"abc" * 100_000
    assert server.asked[0][2]["User-Agent"].startswith("crenel/")
    assert "python" not in user_agent().casefold()


@pytest.mark.parametrize(
    "fault",
    [Fault(status=500), Fault(status=503), Fault(is_dropped=True), Fault(n_sent=10), Fault(status=429)],
    ids=["500", "503", "dropped", "cut off", "429"],
)
def test_what_passes_is_asked_again(server, client, fault):
    server.files["/glo30/a"] = b"x" * 1000
    server.faults["/glo30/a"] = [fault, fault]
    assert get(client) == b"x" * 1000
    assert len(server.asked) == 3


def test_what_does_not_pass_ends_in_one_message(server, client):
    server.files["/glo30/a"] = b"x"
    server.faults["/glo30/a"] = [Fault(status=500)] * 9
    with pytest.raises(
        FetchError, match=r"/glo30/a: the server is in trouble \(HTTP 500\)\. The trouble is on their side.*--from DIR"
    ):
        get(client)
    assert len(server.asked) == 3


def test_a_slow_server_is_not_waited_for_for_ever(server, client, tmp_path, monkeypatch):
    point_at(server.address, tmp_path, monkeypatch, timeout="200 ms", tries="2")
    server.files["/glo30/a"] = b"x"
    server.faults["/glo30/a"] = [Fault(slow_s=1.0)] * 2
    begun = time.monotonic()
    with pytest.raises(FetchError, match="no answer in time"):
        get(Client(pause=lambda _: None))
    assert time.monotonic() - begun < 5.0


def test_waiting_doubles_and_many_requests_mean_half_a_minute(server, tmp_path, monkeypatch):
    point_at(server.address, tmp_path, monkeypatch, wait="1 s", wait_busy="30 s", tries="4")
    server.files["/glo30/a"] = b"x"
    server.faults["/glo30/a"] = [Fault(status=500), Fault(status=429), Fault(status=503, headers={"Retry-After": "7"})]
    waits = []
    get(Client(pause=waits.append))
    assert waits == [1.0, 30.0, 7.0]


def test_requests_keep_their_distance(server, tmp_path, monkeypatch):
    point_at(server.address, tmp_path, monkeypatch, pause="5 s")
    server.files["/glo30/a"] = b"x"
    waits = []
    client = Client(pause=waits.append)
    get(client)
    get(client)
    assert len(waits) == 1
    assert 4.0 < waits[0] <= 5.0


def test_what_is_not_there_is_said_at_once(server, client):
    with pytest.raises(NotThereError, match="no such file"):
        get(client)
    assert len(server.asked) == 1


def test_what_is_refused_is_not_asked_for_again(server, client):
    server.faults["/glo30/a"] = [Fault(status=403)]
    with pytest.raises(FetchError, match="403"):
        get(client)
    assert len(server.asked) == 1


def test_a_redirect_on_the_same_server_is_followed(server, client):
    server.files["/glo30/b"] = b"there"
    server.faults["/glo30/a"] = [Fault(status=302, headers={"Location": "/glo30/b"})]
    assert get(client) == b"there"


@pytest.mark.parametrize("to", ["http://127.0.0.1:9/b", "file:///etc/passwd", "ftp://127.0.0.1/b"])
def test_a_redirect_elsewhere_without_encryption_is_not_followed(server, client, to):
    server.faults["/glo30/a"] = [Fault(status=302, headers={"Location": to})]
    with pytest.raises(FetchError, match="without encryption"):
        get(client)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("old", "new", "is_followed"),
    [
        ("https://a.example/x", "https://b.example/y", True),
        ("http://127.0.0.1:1/x", "https://b.example/y", True),
        ("http://127.0.0.1:1/x", "http://127.0.0.1:1/y", True),
        ("http://127.0.0.1:1/x", "http://127.0.0.1:2/y", False),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "file:///etc/passwd", False),
    ],
)
def test_redirects_lead_to_encryption_or_to_the_same_server(old, new, is_followed):
    request = urllib.request.Request(old, headers={"Range": "bytes=0-9"})
    led = Redirects().redirect_request(request, io.BytesIO(), 302, "Found", Message(), new)
    assert (led is not None) == is_followed
    if led is not None:
        assert led.get_header("Range") == "bytes=0-9"


def test_a_redirect_in_a_circle_ends(server, client):
    server.faults["/glo30/a"] = [Fault(status=302, headers={"Location": "/glo30/a"})] * 50
    with pytest.raises(FetchError):
        get(client)
    assert len(server.asked) < 25


def test_too_much_is_refused(server, tmp_path, monkeypatch):
    point_at(server.address, tmp_path, monkeypatch, largest_bytes="1000")
    server.files["/glo30/a"] = b"x" * 1001
    with pytest.raises(FetchError, match="larger than"):
        get(Client(pause=lambda _: None))


def test_a_packed_answer_is_unpacked_and_a_bomb_is_not(server, client, tmp_path, monkeypatch):
    point_at(server.address, tmp_path, monkeypatch, largest_bytes="100000")
    client = Client(pause=lambda _: None)
    packed = Fault(headers={"Content-Encoding": "gzip"})
    server.files["/glo30/a"] = gzip.compress(b"plain")
    server.faults["/glo30/a"] = [packed]
    assert get(client) == b"plain"
    server.files["/glo30/a"] = gzip.compress(bytes(10_000_000))
    server.faults["/glo30/a"] = [packed] * 3
    with pytest.raises(FetchError, match="far too large"):
        get(client)


def test_the_mirror_is_asked_when_the_first_server_is_down(server, tmp_path, monkeypatch):
    server.files["/glo30/a"] = b"mirrored"
    with Server() as gone:
        address = gone.address
    table = tmp_path / "mirrors.yaml"
    table.write_text(
        f"glo30: {{addresses: ['{address}/glo30', '{server.address}/glo30'], tries: 2, wait: 0 s}}\n", encoding="utf-8"
    )
    monkeypatch.setenv("CRENEL_ENDPOINTS", str(table))
    assert get(Client(pause=lambda _: None)) == b"mirrored"


def test_a_server_that_asks_for_fewer_requests_is_not_passed_over(server, tmp_path, monkeypatch):
    table = tmp_path / "mirrors.yaml"
    addresses = f"['{server.address}/one', '{server.address}/two']"
    table.write_text(f"glo30: {{addresses: {addresses}, tries: 2, wait: 0 s, wait_busy: 0 s}}\n", encoding="utf-8")
    monkeypatch.setenv("CRENEL_ENDPOINTS", str(table))
    server.files["/two/a"] = b"x"
    server.faults["/one/a"] = [Fault(status=429)] * 5
    with pytest.raises(FetchError, match="patience"):
        get(Client(pause=lambda _: None))
    assert server.paths() == ["/one/a"] * 2


def test_without_a_network_there_is_one_message(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "create_connection", unknown)
    with pytest.raises(FetchError, match="Is there a network"):
        get(Client(pause=lambda _: None))


def test_offline_opens_nothing(server, monkeypatch):
    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr(socket, "create_connection", never)
    with pytest.raises(OfflineError):
        get(Client(is_offline=True))
    assert server.asked == []
