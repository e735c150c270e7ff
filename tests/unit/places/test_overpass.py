"""OpenStreetMap through the Overpass API: tiles, manners, and what a server says when it has no room."""

import json
from urllib.parse import parse_qs

import pytest
import shapely

import made
from crenel.places import overpass
from crenel.places.client import Client, FetchError, OfflineError
from made import LAT, LON, circle_at, put_osm
from served import Fault

PATH = "/api/interpreter"


def test_buildings_and_land(server, client, circle, tmp_path):
    put_osm(server)
    found = overpass.fetch(client, circle, tmp_path)
    table = found.buildings
    assert table.height == 31  # 30 ways and a relation; the one underground is none
    assert table["name"].drop_nulls().to_list() == ["Дом 0", "Дом 10", "Дом 20", "Court"]
    assert table["height"].drop_nulls().to_list() == [12.5] * 3
    assert table["levels"].drop_nulls().to_list() == [9.0] * 3
    court = shapely.from_wkb(table["geometry"][-1])
    assert len(court.interiors) == 1
    assert sorted(found.land["kind"]) == ["green", "road", "water"]
    assert found.as_of == "2026-10-01T00:00:00Z"


def test_a_large_place_is_asked_for_in_tiles_and_nothing_comes_twice(server, client, tmp_path):
    put_osm(server)
    circle = circle_at(LAT, LON, 40_000.0)
    n_queries = len(overpass.queries(circle))
    assert 12 <= n_queries <= 25
    found = overpass.fetch(client, circle, tmp_path)
    assert len(server.asked) == n_queries
    assert found.buildings.height == 31
    assert sorted(found.land["kind"]) == ["green", "road", "water"]


def test_a_query_says_its_limits(server, client, circle, tmp_path):
    seen = []

    def answer(body):
        seen.append(parse_qs(body.decode())["data"][0])
        return json.dumps({"elements": []}).encode()

    server.posts[PATH] = answer
    overpass.fetch(client, circle, tmp_path)
    assert seen[0].startswith("[out:json][timeout:180][maxsize:536870912][bbox:")
    assert seen[0].rstrip().endswith("out geom qt;")
    assert server.asked[0][2]["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("remark", ['runtime error: Query timed out in "query"', "runtime error: out of memory"])
def test_a_query_that_is_too_much_is_asked_in_four(server, client, circle, tmp_path, remark):
    usual = made.overpass(made.osm_elements(LAT, LON))
    n_asked = []

    def answer(body):
        n_asked.append(1)
        if len(n_asked) == 1:
            return json.dumps({"elements": [], "remark": remark}).encode()
        return usual(body)

    server.posts[PATH] = answer
    assert overpass.fetch(client, circle, tmp_path).buildings.height == 31
    assert len(n_asked) == 5


def test_a_server_without_room_for_anything_is_left_alone_in_the_end(server, client, circle, tmp_path):
    server.posts[PATH] = lambda _: json.dumps({"elements": [], "remark": "runtime error: out of memory"}).encode()
    with pytest.raises(FetchError, match="no room"):
        overpass.fetch(client, circle, tmp_path)
    assert len(server.asked) < 30


@pytest.mark.parametrize("answer", [b"<html>busy</html>", b"[]", b'{"elements": 3}', b'{"remark": "runtime error: x"}'])
def test_what_is_no_answer_is_asked_again_and_then_refused(server, client, circle, tmp_path, answer):
    server.posts[PATH] = lambda _: answer
    with pytest.raises(FetchError):
        overpass.fetch(client, circle, tmp_path)
    assert len(server.asked) == 3


@pytest.mark.parametrize("fault", [Fault(status=504), Fault(status=429), Fault(n_sent=100)], ids=["504", "429", "cut"])
def test_trouble_passes(server, client, circle, tmp_path, fault):
    put_osm(server)
    server.faults[PATH] = [fault]
    assert overpass.fetch(client, circle, tmp_path).buildings.height == 31


def test_what_came_is_kept_so_that_a_stopped_download_goes_on(server, client, tmp_path):
    put_osm(server)
    circle = circle_at(LAT, LON, 15_000.0)
    n_queries = len(overpass.queries(circle))

    def stop(news):
        if news.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        overpass.fetch(Client(listen=stop), circle, tmp_path)
    overpass.fetch(client, circle, tmp_path)
    assert len(server.asked) == n_queries
    again = overpass.fetch(Client(is_offline=True), circle, tmp_path)
    assert again.buildings.height == 31
    with pytest.raises(OfflineError):
        overpass.fetch(Client(is_offline=True), circle_at(50.0, 10.0), tmp_path)


def test_old_answers_are_asked_for_anew(server, client, circle, tmp_path, monkeypatch):
    put_osm(server)
    overpass.fetch(client, circle, tmp_path)
    monkeypatch.setattr(overpass, "today", lambda: "2099-01-01")
    overpass.fetch(client, circle, tmp_path)
    assert len(server.asked) == 2


def test_broken_elements_are_passed_over(server, client, circle, tmp_path):
    court = {"type": "multipolygon", "building": "yes"}
    broken = [
        {"type": "way", "id": 1},
        {"type": "way", "id": 2, "tags": {"building": "yes"}, "geometry": [None, {"lat": LAT, "lon": LON}]},
        {"type": "way", "id": 3, "tags": {"building": "yes"}, "geometry": made.line((LON, LAT), (LON + 0.1, LAT))},
        {
            "type": "relation",
            "id": 4,
            "tags": {"type": "multipolygon", "building": "yes"},
            "members": [{"role": "outer"}],
        },
        {"type": "relation", "id": 5, "tags": court},
        {"type": "node", "id": 6},
        "nothing",
    ]
    server.posts[PATH] = lambda _: json.dumps({"elements": broken}).encode()
    assert overpass.fetch(client, circle, tmp_path).buildings.is_empty()
