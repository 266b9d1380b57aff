"""Whoever the page names for a window is asked for it, whatever others keep and save meanwhile."""

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import shown_team
from handyman.models import Member, Offer, Visit
from tests import factories
from tests.intake.calls import call_form, lamp, make_catalogue

Db = scoped_session[Session]

WINDOW = "20261124-1100-1300"
HERE = {"submission_key": "a" * 16, "phone": "010-0000-7771", "name": "김가람", "address": "상도로 369"}
THERE = {
    "submission_key": "b" * 16,
    "phone": "010-0000-7772",
    "name": "나두리",
    "address": "장승배기로5길 5-5",
}

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture(autouse=True)
def office(session: Db, sign_in: Callable[..., Any]) -> None:
    """Of two members, 윤여덟 suits both homes best, until both windows are held."""
    make_catalogue()
    factories.make_member("장아홉", home=(37.514, 126.965))
    factories.make_member("윤여덟", home=(37.497, 126.936))
    session.commit()
    sign_in("operator")


class Operator:
    """One page with one call: it sends back what stands in it."""

    def __init__(self, client: FlaskClient, caller: dict[str, str]) -> None:
        self.client, self.typed, self.shown = client, call_form(**caller), ""
        self.name = caller["name"]

    def look(self) -> None:
        self._read(self.client.post("/calls/windows", data=self.typed).text)

    def choose(self) -> str:
        self.typed["choice"] = WINDOW
        held = self.client.post("/calls/hold", data=self.typed).text
        self._read(held)
        return held

    def save(self) -> str:
        answer = self.client.post("/calls", data=self.typed)
        assert answer.status_code == 303, answer.text
        return html.unescape(self.client.get(answer.location).text)

    def _read(self, page: str) -> None:
        found = re.findall(rf'id="choice-\d" value="{WINDOW}".*?class="window-who">(\w+)<', page, re.DOTALL)
        found += re.findall(rf'id="who-{WINDOW}" hx-swap-oob="true" class="window-who">(\w+)<', page)
        self.shown = found[0] if found else self.shown
        self.typed |= dict(re.findall(r'name="(named-[^"]+)" value="([^"]*)"', page))


def asked(session: Db) -> dict[str, str]:
    session.rollback()
    visits = session.scalars(select(Visit)).all()
    return {visit.resident.person.name: visit.assignments[0].offers[0].member.name for visit in visits}


@pytest.mark.parametrize("first", [0, 1])
def test_two_who_keep_one_window_get_whom_each_of_them_was_shown(
    client: FlaskClient, session: Db, first: int
) -> None:
    operators = [Operator(client, HERE), Operator(client, THERE)]
    for operator in operators:
        operator.look()
        operator.choose()
    assert [operator.shown for operator in operators] == ["윤여덟", "윤여덟"]
    for operator in (operators[first], operators[1 - first]):
        assert "갈 수 없게 되어" not in operator.save()
    assert asked(session) == {operator.name: operator.shown for operator in operators}


def test_a_list_that_is_old_says_who_comes_once_the_window_is_kept(client: FlaskClient, session: Db) -> None:
    nearest = session.scalars(select(Member).where(Member.name == "윤여덟")).one()
    nearest.daily_cap_minutes = lamp().minutes(2)  # one such visit a day, and no second
    session.commit()
    early, late = Operator(client, HERE), Operator(client, THERE)
    for operator in (early, late):
        operator.look()
    assert (early.shown, late.shown) == ("윤여덟", "윤여덟")
    assert "hx-swap-oob" not in early.choose(), "as it was shown"
    assert "hx-swap-oob" in late.choose()
    assert late.shown == "장아홉"
    for operator in (late, early):
        operator.save()
    assert asked(session) == {"김가람": "윤여덟", "나두리": "장아홉"}


def test_who_cannot_come_any_more_is_named_on_the_receipt_with_the_reason(
    client: FlaskClient, session: Db
) -> None:
    operator = Operator(client, HERE)
    operator.look()
    operator.choose()
    shown = session.scalars(select(Member).where(Member.name == operator.shown)).one()
    factories.make_absence(shown, date(2026, 11, 24))
    session.commit()
    said = "그사이 윤여덟 조합원이 갈 수 없게 되어(이날은 쉽니다) 장아홉 조합원에게 부탁했습니다."
    assert said in operator.save()
    assert asked(session) == {"김가람": "장아홉"}
    offer = session.scalars(select(Offer)).one()
    shown = client.get(f"/visits/{offer.assignment.visit_id}").text
    assert "접수할 때 안내한 조합원이 갈 수 없게 되어" in shown


def _plain(member_id: int) -> str:
    return str(member_id)


def _of_another_window(member_id: int) -> str:
    return shown_team.seal("20261124-1300-1500", [member_id])


def _sealed_elsewhere(member_id: int) -> str:
    return str(URLSafeSerializer("another office", salt="shown-team").dumps([WINDOW, member_id]))


@pytest.mark.parametrize("forge", [_plain, _of_another_window, _sealed_elsewhere])
def test_nobody_is_named_but_by_the_page(
    client: FlaskClient, session: Db, forge: Callable[[int], str]
) -> None:
    operator = Operator(client, HERE)
    operator.look()
    other = session.scalars(select(Member).where(Member.name == "장아홉")).one()
    operator.typed |= {"choice": WINDOW, f"named-{WINDOW}": forge(other.id)}
    operator.save()
    assert asked(session) == {"김가람": "윤여덟"}


def test_windows_are_said_as_people_say_them(client: FlaskClient, session: Db) -> None:
    page = client.post("/calls/windows", data=call_form(**HERE)).text
    assert ("오늘 11/24(화) 오전" in page, "내일 11/25(수) 오전" in page) == (True, True)
    client.post("/language", data={"language": "en"})
    page = client.post("/calls/windows", data=call_form(**HERE)).text
    assert ("Wed 25 Nov" in page, "Tomorrow" in page) == (True, False)
