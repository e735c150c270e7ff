"""Nobody but the person who started the server gets in, and no page of theirs is used against them."""

import pytest

from crenel.web.security import MAX_BODY, Door

PORT = 8750
HERE = f"http://127.0.0.1:{PORT}"
ROUTES = [
    "/",
    "/api/state",
    "/api/scenario?key=example:stadium",
    "/api/file?path=x.json",
    "/api/jobs/1/news",
    "/nothing",
]


@pytest.mark.parametrize("route", ROUTES)
def test_without_the_token_nothing_is_told(stranger, route):
    answer = stranger.get(route)
    assert answer.status_code == 401
    assert "crenel serve" in answer.text


@pytest.mark.parametrize("token", ["", "x", "é", "../../etc/passwd"])
def test_another_token_opens_nothing(stranger, token):
    assert stranger.get("/", params={"token": token}).status_code == 401
    assert stranger.get("/api/state", params={"token": token}).status_code == 401


def test_the_token_becomes_a_cookie_that_no_script_and_no_other_site_can_use(stranger, door):
    answer = stranger.get("/", params={"token": door.token})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert f"crenel-{PORT}=" in cookie
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.get("/api/state").status_code == 200


def test_the_token_opens_no_other_address_than_the_page(stranger, door):
    assert stranger.get("/api/state", params={"token": door.token}).status_code == 401


def test_two_starts_have_two_tokens():
    assert Door(port=1).token != Door(port=1).token


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.7:8750", "", "[::2]", "localhost.evil:1"]
)
def test_a_name_that_was_pointed_at_this_machine_is_refused(client, host):
    assert client.get("/api/state", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1", "127.0.0.1:8750", "[::1]:8750"])
def test_names_of_this_machine_are_known_with_any_port(host):
    assert Door(port=PORT).knows_host(host)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
def test_what_another_site_sends_changes_nothing(client, tmp_path, headers):
    body = {"name": "planted.yaml", "text": "crenel: 1"}
    assert client.post("/api/scenario", json=body, headers=headers).status_code == 403
    assert not list(tmp_path.iterdir())


def test_what_our_page_sends_is_done(client, tmp_path):
    headers = {"origin": HERE, "sec-fetch-site": "same-origin"}
    answer = client.post("/api/scenario", json={"name": "mine.yaml", "text": "crenel: 1"}, headers=headers)
    assert answer.json() == {"key": "file:mine.yaml"}
    assert (tmp_path / "mine.yaml").read_text() == "crenel: 1"


def test_too_much_is_refused_before_it_is_read(client):
    assert client.post("/api/look", content=b"x", headers={"content-length": str(MAX_BODY + 1)}).status_code == 413
    assert client.post("/api/look", content=b"x", headers={"content-length": "many"}).status_code == 413


def test_too_much_without_a_length_is_cut_off(client):
    def pieces():
        for _ in range(MAX_BODY // 100_000 + 2):
            yield b" " * 100_000

    answer = client.post("/api/look", content=pieces())
    assert answer.status_code == 422
    assert "more than any scenario" in answer.json()["error"]


@pytest.mark.parametrize("route", ["/", "/api/state"])
def test_pages_may_load_nothing_from_elsewhere(client, route):
    policy = client.get(route).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_refusals_carry_the_policy_as_well(stranger):
    assert "default-src 'none'" in stranger.get("/").headers["content-security-policy"]
