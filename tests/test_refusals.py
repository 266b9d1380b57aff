"""What a page is refused is a page like any other; scripts that ask without a browser are told the status."""

import pytest

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
