"""What a page is refused is a page like any other; scripts that ask without a browser are told the status."""

import runpy
import socket
from pathlib import Path

import pytest
from gunicorn import util

from handyman.models import Role
from tests import factories
from tests.factories import PASSWORD

PAGE = {"Sec-Fetch-Dest": "document"}
SCRIPT = {"Sec-Fetch-Dest": "empty"}


@pytest.mark.parametrize("asked", [PAGE, SCRIPT])
def test_a_refused_form_is_no_error_to_a_browser(client, sign_in, asked) -> None:
    sign_in(Role.COORDINATOR)
    plain = client.post("/members/new", data={"name": ""})
    page = client.post("/members/new", data={"name": ""}, headers=asked)
    assert (plain.status_code, plain.headers.get("X-Refused")) == (422, None)
    assert (page.status_code, page.headers["X-Refused"]) == (200, "422")
    assert 'id="problems"' in page.text
    assert page.headers["Cache-Control"] == "private, no-cache"


def test_what_is_not_there_stays_an_error(client, sign_in) -> None:
    sign_in(Role.COORDINATOR)
    assert client.get("/visits/99", headers=PAGE).status_code == 404
    assert client.get("/nowhere", headers=PAGE).status_code == 404


def test_a_picture_that_may_not_be_seen_stays_an_error(client, sign_in) -> None:
    sign_in(Role.OPERATOR)
    assert client.get("/users", headers={"Sec-Fetch-Dest": "image"}).status_code == 403


def test_no_page_comes_in_the_place_of_a_fragment(client, session) -> None:
    answer = client.post("/calls/caller", data={}, headers={"HX-Request": "true", **SCRIPT})
    assert (answer.status_code, answer.headers["X-Refused"]) == (200, "401")


@pytest.mark.settings(LOGIN_LIMIT="3 per minute")
def test_guesses_count_in_a_browser_too(client, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)

    def refused(password: str) -> str | None:
        typed = {"login": user.login, "password": password}
        return client.post("/sign-in", data=typed, headers=PAGE).headers.get("X-Refused")

    assert [refused("틀린 비밀번호") for _ in range(3)] == ["422"] * 3
    assert refused(PASSWORD) == "429"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (414, "주소가 너무 깁니다"),
        (400, "요청을 읽을 수 없습니다"),
        (431, "요청을 읽을 수 없습니다"),
        (500, "저희 쪽에"),
    ],
)
def test_what_gunicorn_refuses_by_itself_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, status: int, words: str
) -> None:
    monkeypatch.setattr(util, "write_error", None)  # put back behind the test
    runpy.run_path(str(Path(__file__).parents[1] / "gunicorn.conf.py"))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        util.write_error(ours, status, "Reason", "Request Line is too large (10031 > 4094)")
        ours.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: theirs.recv(4096), b"")).decode()
    head, _blank, page = answer.partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} Reason")
    assert f"Content-Length: {len(page.encode())}" in head
    assert words in page
    assert "10031" not in page
