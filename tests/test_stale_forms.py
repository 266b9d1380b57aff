"""A form that cannot be stored any more says why, in words that fit."""

import pytest

from handyman.models import Role


@pytest.fixture
def guarded(app):
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def test_somebody_whose_sign_in_has_ended_is_told_so(guarded, client) -> None:
    answer = client.post("/calls", data={"name": "김가람"})
    assert answer.status_code == 400
    assert "로그인이 끝나" in answer.text


def test_somebody_signed_in_is_told_that_the_page_is_old(guarded, client, sign_in) -> None:
    sign_in(Role.OPERATOR)
    answer = client.post("/calls", data={"name": "김가람"})
    assert answer.status_code == 400
    assert "화면이 오래되어" in answer.text


def test_fragment_without_a_sign_in_is_refused_and_never_a_page_inside_a_page(client, session) -> None:
    assert client.post("/calls/caller", data={}, headers={"HX-Request": "true"}).status_code == 401
