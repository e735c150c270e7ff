"""A server on this machine in place of the services, and a cache of its own for each test."""

import socket

import pytest

from crenel.places.client import Client
from made import LAT, LON, circle_at
from served import Server, point_at


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """No test reaches beyond this machine, whatever it does; each has its own cache."""
    connect = socket.create_connection

    def near(address, *args, **kwargs):
        assert address[0] in ("127.0.0.1", "localhost"), address
        return connect(address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", near)
    monkeypatch.setenv("CRENEL_CACHE", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(monkeypatch, tmp_path):
    """The services of the table, on this machine."""
    with Server() as running:
        point_at(running.address, tmp_path, monkeypatch)
        yield running


@pytest.fixture
def client(server):
    return Client(pause=lambda _: None)


@pytest.fixture
def circle():
    return circle_at(LAT, LON)
