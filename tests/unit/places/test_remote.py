"""A file of which parts are fetched, and kept."""

import os

import pytest

from crenel.places.client import ChangedError, Client, OfflineError
from crenel.places.remote import RemoteFile, merged
from served import Fault

BODY = os.urandom(3_000_000)


@pytest.fixture
def copy(server, tmp_path):
    server.files["/data/f"] = BODY
    return tmp_path / "cache" / "f"


def opened(client, copy):
    return RemoteFile(client, "overture-data", "/f", copy, title="f")


def test_only_what_is_read_is_fetched(server, client, copy):
    file = opened(client, copy)
    assert file.size == len(BODY)
    assert file.bytes_of(1_000_000, 1_000_100) == BODY[1_000_000:1_000_100]
    assert server.n_bytes_sent < 200_000
    assert server.asked[-1][2]["If-Match"].startswith('"')


def test_what_was_fetched_once_stays(server, client, copy):
    opened(client, copy).hold([(0, 100_000), (2_000_000, 2_000_001)])
    n_asked = len(server.asked)
    again = opened(Client(is_offline=True), copy)
    assert again.bytes_of(5, 100_000) == BODY[5:100_000]
    assert again.size == len(BODY)
    assert len(server.asked) == n_asked
    with pytest.raises(OfflineError):
        again.bytes_of(1_500_000, 1_500_001)


def test_neighbouring_parts_are_one_request(server, client, copy):
    opened(client, copy).hold([(0, 10), (200_000, 200_010), (100_000, 150_000)])
    assert len(server.paths()) == 1


def test_a_part_that_broke_off_is_asked_for_again(server, client, copy):
    file = opened(client, copy)
    server.faults["/data/f"] = [Fault(), Fault(n_sent=1000), Fault(status=500)]
    assert file.bytes_of(0, 500_000) == BODY[:500_000]


def test_a_file_that_changed_between_two_sessions_is_begun_anew(server, client, copy):
    opened(client, copy).hold([(0, 1000)])
    server.files["/data/f"] = BODY[::-1]
    later = opened(Client(), copy)
    assert later.bytes_of(0, 1000) == BODY[:1000]  # it does not know yet
    with pytest.raises(ChangedError, match="changed"):
        later.hold([(2_000_000, 2_000_100)])
    assert opened(Client(), copy).bytes_of(0, 1000) == BODY[::-1][:1000]


@pytest.mark.parametrize("knows_conditions", [True, False])
def test_a_file_that_changes_under_our_hands_is_noticed(server, client, copy, knows_conditions):
    server.knows_conditions = knows_conditions
    file = opened(client, copy)
    file.hold([(0, 1000)])
    server.files["/data/f"] = BODY[::-1]
    with pytest.raises(ChangedError):
        file.hold([(2_000_000, 2_000_100)])
    assert not copy.exists()


def test_a_server_that_knows_no_parts_gives_the_whole(server, client, copy):
    server.knows_ranges = False
    file = opened(client, copy)
    assert file.bytes_of(1_000_000, 1_000_100) == BODY[1_000_000:1_000_100]
    assert file.bytes_of(0, len(BODY)) == BODY
    assert len(server.paths()) == 1


def test_stopping_keeps_what_is_here(server, copy):
    def stop(news):
        if news.done >= 8_000_000:
            raise KeyboardInterrupt

    server.files["/data/f"] = BODY * 7
    with pytest.raises(KeyboardInterrupt):
        opened(Client(listen=stop), copy).hold([(0, len(BODY) * 7)])
    n_first = server.n_bytes_sent
    assert 8_000_000 < n_first < len(BODY) * 7
    opened(Client(), copy).hold([(0, len(BODY) * 7)])
    assert server.n_bytes_sent == len(BODY) * 7
    assert copy.read_bytes() == BODY * 7


def test_a_damaged_note_means_fetching_again(client, copy):
    opened(client, copy).hold([(0, 1000)])
    note = copy.with_name("f.json")
    for text in ("[", '{"held": 3, "n_bytes": "x"}', '{"held": [[1]], "n_bytes": 3000000}'):
        note.write_text(text, encoding="utf-8")
        assert opened(Client(), copy).bytes_of(0, 10) == BODY[:10]


def test_spans_are_merged_across_small_gaps():
    assert merged([(5, 9), (0, 3), (3, 4)]) == [(0, 4), (5, 9)]
    assert merged([(5, 9), (0, 3)], gap=2) == [(0, 9)]
    assert merged([(2, 2)]) == []
