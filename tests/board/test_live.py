"""Open pages hear of news: a version that changes with the day, and with anything in the office."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

import handyman
from handyman import flow
from handyman.extensions import now
from handyman.models import Actor, ActorKind, Member, Role, Visit
from tests.board.plans.makers import promised
from tests.factories import make_member

DB = scoped_session[Session]
NEWS_IS_THERE_WITHIN, LEFT_FOR_THE_ANSWERS = 2_000, 1_000  # milliseconds
BY_ITSELF = {"X-By-Itself": "1"}


@pytest.fixture
def member(sign_in: Callable[..., Any]) -> Member:
    sign_in(Role.OPERATOR)
    return make_member("박수리")


@pytest.fixture
def visit(member: Member, session: DB) -> Visit:
    made = promised("11:00", [member], day=now().date())
    session.commit()
    return made


def test_what_a_member_reports_changes_the_version_of_the_day_alone(
    client: FlaskClient, member: Member, visit: Visit
) -> None:
    today, other = f"/live?day={visit.day}", "/live?day=2026-12-24"
    before, elsewhere, office = (client.get(path) for path in (today, other, "/live"))
    seen = {"If-None-Match": before.headers["ETag"]}
    assert client.get(today, headers=seen).status_code == 304
    flow.start_travel(visit.id, Actor(ActorKind.MEMBER, member.id), now())
    after = client.get(today, headers=seen)
    assert after.status_code == 200
    assert after.text != before.text
    assert client.get("/live").text != office.text
    assert client.get(other).text == elsewhere.text
    assert f'data-live-seen="{after.text}"' in client.get(f"/board?day={visit.day}").text
    assert "is-on_the_way" in client.get(f"/board/grid?day={visit.day}").text


def test_open_pages_of_the_desk_ask_often_enough_for_news_within_two_seconds(
    client: FlaskClient, visit: Visit
) -> None:
    script = (Path(handyman.__file__).parent / "static" / "live.js").read_text(encoding="utf-8")
    every = re.search(r"EVERY = (\d+);", script)
    assert every is not None
    assert int(every[1]) <= NEWS_IS_THERE_WITHIN - LEFT_FOR_THE_ANSWERS
    for path in (
        f"/board?day={visit.day}",
        f"/board/week?day={visit.day}",
        f"/board/map?day={visit.day}",
        "/work",
    ):
        page = client.get(path).text
        assert 'src="/static/live.js' in page
        assert 'data-live="/live' in page
        assert "data-live-every" not in page, "none asks less often"


def test_a_look_is_one_short_question(client: FlaskClient, visit: Visit, count_queries: Any) -> None:
    client.get("/live")
    for path in (f"/live?day={visit.day}", "/live", "/live?day=nonsense"):
        with count_queries() as asked:
            client.get(path)
        assert len(asked) == 2, "who is signed in, and the version"


def test_pages_that_look_by_themselves_keep_nobody_signed_in(client: FlaskClient, member: Member) -> None:
    def kept() -> bool:
        with client.session_transaction() as cookie:
            return "kept" in cookie

    for path in ("/live", "/board/grid", "/work"):
        assert client.get(path, headers=BY_ITSELF).status_code == 200
    assert not kept()
    client.get("/work")
    assert kept(), "a click does"
    with client.session_transaction() as cookie:
        cookie.clear()
    assert client.get("/live", headers=BY_ITSELF).status_code == 401
