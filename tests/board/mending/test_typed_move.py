"""A visit is moved by hand, to a day, a window or a minute of somebody's own choice."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Role, Visit
from handyman.words import local
from tests.board.mending.makers import make_member, promised, tomorrow
from tests.board.plans.makers import at

DB = scoped_session[Session]
SET_BY_HAND = "시작을 직접 정함"


@pytest.fixture(autouse=True)
def coordinator(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def visit(session: DB) -> Visit:
    made = promised("09:00", [make_member("박수리")])
    session.commit()
    return made


def form_of(client: FlaskClient, visit: Visit) -> dict[str, str]:
    """The fields as the page has filled them in."""
    page = client.get(f"/visits/{visit.id}").text
    form = page.split(f'action="/visits/{visit.id}/move"')[-1].split("</form>")[0]
    fields = re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', form)
    return {"window": "keep", **dict(fields)}


def move(client: FlaskClient, visit: Visit, **typed: str) -> str:
    answer = client.post(f"/visits/{visit.id}/move", data={**form_of(client, visit), **typed})
    return client.get(f"/visits/{visit.id}").text if answer.status_code == 303 else answer.text


def starts(session: DB, visit: Visit) -> str:
    session.expire_all()
    return f"{local(session.get_one(Visit, visit.id).start):%m%d %H:%M}"


def test_another_window_alone_is_chosen_without_a_word_about_the_minute(
    client: FlaskClient, session: DB, visit: Visit
) -> None:
    page = move(client, visit, window="1500-1700")
    assert starts(session, visit) == f"{tomorrow():%m%d} 15:00"
    assert SET_BY_HAND not in page


def test_another_day_alone_does_not_pin_the_minute(client: FlaskClient, session: DB, visit: Visit) -> None:
    day = tomorrow() + timedelta(days=1)
    busy = promised("09:00", [visit.assignments[0].member], day=day)
    busy.window_end = busy.start + timedelta(minutes=5)
    session.commit()
    page = move(client, visit, day=day.isoformat())
    assert f"{day:%m%d} 09:40" < starts(session, visit) < f"{day:%m%d} 11:00"
    assert SET_BY_HAND not in page


def test_a_minute_inside_the_promise_is_all_that_has_to_be_typed(
    client: FlaskClient, session: DB, visit: Visit
) -> None:
    page = client.get(f"/visits/{visit.id}").text
    assert "지금은 오전 9시 시작입니다. 비워 두면 알맞은 시각을 찾습니다." in page
    move(client, visit, start="09:30")
    assert starts(session, visit) == f"{tomorrow():%m%d} 09:30"


def test_a_minute_chosen_by_hand_goes_along_where_it_can(
    client: FlaskClient, session: DB, visit: Visit
) -> None:
    move(client, visit, start="09:30")
    assert form_of(client, visit)["start"] == "09:30"
    day = tomorrow() + timedelta(days=1)
    page = move(client, visit, day=day.isoformat())
    assert starts(session, visit) == f"{day:%m%d} 09:30"
    assert SET_BY_HAND in page
    move(client, visit, window="1500-1700")
    assert starts(session, visit) == f"{day:%m%d} 15:00"
    assert form_of(client, visit)["start"] == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"start": "13:30"}, "시작 시각은 약속 시간 안이어야 합니다."),
        ({"start": "10:30"}, "겹칩니다"),
    ],
)
def test_a_minute_that_cannot_be_is_said_beside_the_minute(
    client: FlaskClient, session: DB, visit: Visit, typed: dict[str, str], said: str
) -> None:
    at_once = (at(tomorrow(), "10:30"), at(tomorrow(), "10:35"))
    promised("10:30", [visit.assignments[0].member], window=at_once)
    session.commit()
    page = move(client, visit, **typed)
    assert said in page
    assert '<a href="#start">' in page
    assert '<a href="#day">' not in page
