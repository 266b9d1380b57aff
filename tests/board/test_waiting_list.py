"""Whoever could not be promised a window hears of a place as soon as one opens."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow, jobs
from handyman.board.work.count import count
from handyman.board.work.lists import load
from handyman.extensions import now
from handyman.models import (
    AbsenceReason,
    Actor,
    ActorKind,
    CancelReason,
    Member,
    RequestState,
    ServiceRequest,
    User,
    Visit,
    WaitingEntry,
    WaitReason,
)
from handyman.words import local, seoul_day
from tests import factories
from tests.conftest import Clock
from tests.intake.calls import call_form, make_catalogue

DB = scoped_session[Session]


@pytest.fixture
def by(session: DB) -> Actor:
    return Actor(ActorKind.USER, factories.make_user("coordinator").id)


@pytest.fixture
def member(session: DB) -> Member:
    return factories.make_member("박수리")


def away(member: Member, first: int, last: int) -> None:
    today = seoul_day(now())
    factories.make_absence(
        member, today + timedelta(days=first), today + timedelta(days=last), reason=AbsenceReason.ILL
    )


def waiting(name: str, by: Actor, reason: WaitReason = WaitReason.NOTHING_FREE) -> int:
    request = factories.make_request(factories.make_resident(name))
    assert flow.wait_for_place(request.id, reason, "", by, now())
    return request.id


def opened(request_id: int) -> str:
    flow.look_for_places(now())
    return factories.db.session.get_one(WaitingEntry, request_id).opened


def listed(key: str) -> list[str]:
    with current_app.test_request_context():
        found = {each.key: each.tasks for each in load(now())}
        return [f"{task.what} {task.more}" for task in found.get(key, ())]


@pytest.mark.usefixtures("any_database")
def test_a_day_off_that_is_taken_back_opens_a_place_for_who_waits(member: Member, by: Actor) -> None:
    away(member, 0, 60)
    request_id = waiting("나기다", by)
    assert opened(request_id) == ""
    assert listed("for_place") == ["나기다 빈 시간이 없음 · 1일째"]
    assert count(now()) == 0
    flow.remove_absence(member.id, member.absences[0].id, by, now())
    assert opened(request_id) != ""
    (said,) = listed("place_opened")
    assert said.startswith("나기다 오늘 11/24(화)")
    assert count(now()) == 1
    assert listed("for_place") == []


def test_windows_that_were_refused_are_no_news(member: Member, by: Actor, clock: Clock) -> None:
    clock.advance(hours=3)
    away(member, 2, 60)  # free today and tomorrow: no more windows than a page shows
    request_id = waiting("안되심", by, WaitReason.DOES_NOT_SUIT)
    assert opened(request_id) == ""
    flow.remove_absence(member.id, member.absences[0].id, by, now())
    assert date.fromisoformat(opened(request_id)[:8]) == seoul_day(now()) + timedelta(days=2)


def test_a_place_beyond_the_week_is_no_news_to_who_refused_one(
    member: Member, by: Actor, clock: Clock
) -> None:
    clock.advance(hours=3)
    away(member, 2, 8)
    away(member, 9, 60)
    request_id = waiting("안되심", by, WaitReason.DOES_NOT_SUIT)
    flow.remove_absence(member.id, member.absences[-1].id, by, now())
    assert opened(request_id) == ""
    other = waiting("빈시간없음", by)
    factories.db.session.get_one(WaitingEntry, other).offered = []
    factories.db.session.commit()
    assert opened(other) != ""


def test_one_place_is_offered_to_one_of_them_the_longest_waiting_first(
    member: Member, by: Actor, clock: Clock
) -> None:
    away(member, 1, 60)
    clock.set(local(now()).replace(hour=14, minute=20))  # the last window of today is left
    visit = factories.make_visit(
        factories.make_request(), start=local(now()).replace(hour=15, minute=0), members=[member]
    )
    visit.service_minutes = 165
    factories.db.session.commit()
    first = waiting("먼저", by)
    clock.advance(minutes=1)
    second = waiting("나중", by)
    assert opened(first) == opened(second) == ""
    flow.cancel_visit(visit.id, CancelReason.RESIDENT_AWAY, by, now())
    assert opened(first) != ""
    assert opened(second) == ""
    flow.wait_for_place(first, WaitReason.DOES_NOT_SUIT, "오전만", by, now())  # they cannot
    assert opened(second) != ""
    assert opened(first) == ""


def test_a_place_that_is_taken_meanwhile_is_on_the_list_no_longer(member: Member, by: Actor) -> None:
    away(member, 0, 60)
    request_id = waiting("나기다", by)
    flow.remove_absence(member.id, member.absences[0].id, by, now())
    assert opened(request_id)
    flow.log_absence(
        member.id, seoul_day(now()), seoul_day(now()) + timedelta(60), AbsenceReason.ILL, by, now()
    )
    assert opened(request_id) == ""


def test_the_worker_looks_by_itself_and_one_press_books(
    app: Flask, member: Member, by: Actor, client: FlaskClient, sign_in: Callable[..., User], session: DB
) -> None:
    away(member, 0, 60)
    request_id = waiting("나기다", by)
    flow.remove_absence(member.id, member.absences[0].id, by, now())
    jobs.run_once(app, now())
    sign_in("operator")
    page = client.get("/work").text
    number = session.get_one(ServiceRequest, request_id).number
    assert f'href="/requests/{number}/book"' in page
    form = client.get(f"/requests/{number}/book").text
    assert "새로 난 자리" in form
    key = session.get_one(WaitingEntry, request_id).opened
    assert f'value="{key}" checked autofocus' in form
    client.post(f"/requests/{number}/book", data={"choice": key})
    assert session.scalars(select(Visit)).one().resident_id
    assert session.get(WaitingEntry, request_id) is None


@pytest.mark.usefixtures("any_database")
def test_a_call_without_a_window_waits_with_its_reason_and_wishes(
    member: Member, client: FlaskClient, sign_in: Callable[..., User], session: DB
) -> None:
    make_catalogue()
    sign_in("operator")
    sunday = seoul_day(now()) + timedelta(days=6 - seoul_day(now()).weekday() + 7)
    page = client.post("/calls/windows", data=call_form(suits_from=sunday.isoformat(), only="yes")).text
    assert "그날은 쉬는 날입니다" in page
    typed = call_form(suits="morning", wait_reason="does_not_suit", wait_note="화요일 말고")
    receipt = client.post("/calls", data=typed, follow_redirects=True).text
    assert "대기 명단에 올렸습니다" in receipt
    entry = session.scalars(select(WaitingEntry)).one()
    assert (entry.reason, entry.note) == (WaitReason.DOES_NOT_SUIT, "화요일 말고")
    page = client.get(f"/requests/{entry.request.number}").text
    assert "신청: 대기 명단에 올림 (맞는 시간이 없으심)" in page


def shown(page: str) -> dict[str, str]:
    """The windows of a page, as its form sends them back."""
    named = dict(re.findall(r'name="(named-[^"]+)" value="([^"]+)"', page))
    return named | {"wait_likely": re.findall(r'name="wait_likely" value="([^"]*)"', page)[0]}


def test_a_call_is_not_stored_before_a_window_is_chosen_or_said_why_none(
    member: Member, client: FlaskClient, sign_in: Callable[..., User], session: DB
) -> None:
    make_catalogue()
    sign_in("operator")
    page = client.post("/calls/windows", data=call_form()).text
    assert not re.search(r'name="choice"[^>]* checked', page)
    typed = call_form(notes="꼭 남을 말", **shown(page))
    for unsaid in ({}, {"choice": ""}, {"wait_reason": ""}):
        refused = client.post("/calls", data=typed | unsaid)
        assert refused.status_code == 422
        assert "방문 시간을 고르거나, 약속하지 않는 까닭을 골라 주십시오(Alt+0)." in refused.text
        assert "꼭 남을 말" in refused.text
    session.rollback()
    assert session.scalars(select(ServiceRequest)).all() == []
    stored = client.post("/calls", data=typed | {"choice": "", "wait_reason": "does_not_suit"})
    assert stored.status_code == 303
    session.rollback()
    (entry,) = session.scalars(select(WaitingEntry))
    assert sorted(f"named-{key}" for key in entry.offered) == sorted(
        each for each in typed if "named" in each
    )
    other = opened(entry.request_id)
    assert other
    assert other not in entry.offered, "nobody has shown them that one yet"


def test_who_is_to_be_called_again_needs_no_place_on_the_list(
    member: Member, client: FlaskClient, sign_in: Callable[..., User], session: DB
) -> None:
    make_catalogue()
    sign_in("operator")
    page = client.post("/calls/windows", data=call_form()).text
    typed = call_form(wait_reason="call_again", **shown(page))
    assert client.post("/calls", data=typed).status_code == 303
    session.rollback()
    assert session.scalars(select(WaitingEntry)).all() == []


def test_it_is_said_when_nothing_is_free_within_the_week(
    member: Member, client: FlaskClient, sign_in: Callable[..., User], session: DB
) -> None:
    make_catalogue()
    away(member, 0, 8)
    session.commit()
    sign_in("operator")
    page = client.post("/calls/windows", data=call_form()).text
    assert "7일 안에는 빈 시간이 없습니다." in page
    assert 'value="nothing_free" selected' in page
    assert client.post("/calls", data=call_form(wait_reason="nothing_free", **shown(page))).status_code == 422
    later = (seoul_day(now()) + timedelta(days=9)).isoformat()
    assert "7일 안에는" not in client.post("/calls/windows", data=call_form(suits_from=later)).text
    typed = call_form(wait_reason="nothing_free", choice="", **shown(page))
    assert client.post("/calls", data=typed).status_code == 303
    session.rollback()
    assert session.scalars(select(WaitingEntry)).one().reason is WaitReason.NOTHING_FREE


def test_a_reason_that_nobody_has_chosen_goes_when_another_is_likely(
    member: Member, client: FlaskClient, sign_in: Callable[..., User], session: DB
) -> None:
    make_catalogue()
    sign_in("operator")

    def preset(**typed: str) -> tuple[str, str]:
        page = client.post("/calls/windows", data=call_form(**typed)).text
        likely = re.findall(r'name="wait_likely" value="([^"]*)"', page)[0]
        return likely, re.findall(r'<option value="([^"]*)" selected', page)[0]

    likely, reason = preset()
    assert reason == "", "why none suits is theirs to say"
    away(member, 0, 60)
    session.commit()
    client.application.extensions.pop("days_ahead", None)  # seen at once
    left = {"wait_likely": likely, "wait_reason": reason}
    assert preset(**left)[1] == "nothing_free", "nobody has refused anything"
    left = {"wait_likely": likely, "wait_reason": "call_again"}
    assert preset(**left)[1] == "call_again", "that was chosen"


def test_without_a_look_at_windows_it_is_the_work_list_that_has_it(
    client: FlaskClient, sign_in: Callable[..., User], session: DB
) -> None:
    make_catalogue()
    sign_in("operator")
    client.post("/calls", data=call_form())
    assert session.scalars(select(WaitingEntry)).all() == []


@pytest.mark.parametrize(("reason", "status"), [("", 422), ("왜냐하면", 422), ("does_not_suit", 303)])
def test_the_list_takes_a_reason_that_it_knows(
    member: Member,
    client: FlaskClient,
    sign_in: Callable[..., User],
    session: DB,
    reason: str,
    status: int,
) -> None:
    request = factories.make_request()
    sign_in("operator")
    sent = client.post(f"/requests/{request.number}/wait", data={"wait_reason": reason, "wait_note": "오후"})
    assert sent.status_code == status
    assert (status == 303) == bool(session.scalars(select(WaitingEntry)).all())


def test_no_reason_is_chosen_for_anybody_where_a_window_is_offered(
    member: Member, client: FlaskClient, sign_in: Callable[..., User]
) -> None:
    path = f"/requests/{factories.make_request().number}/book"
    sign_in("operator")
    assert '<option value="" selected>' in client.get(path).text
    asked = client.post(path.replace("book", "wait"), data={"wait_reason": ""})
    assert asked.status_code == 422
    assert "지금 약속하지 않는 까닭을 골라 주십시오." in asked.text


def test_work_that_fits_into_nobodys_day_is_to_be_parted_and_cannot_wait(
    member: Member, client: FlaskClient, sign_in: Callable[..., User], session: DB
) -> None:
    request = factories.make_request(items=[(factories.make_item(), 60)])
    sign_in("operator")
    page = client.get(f"/requests/{request.number}/book").text
    assert "수량을 나누어 여러 신청으로 받아 주십시오" in page
    assert "자리가 날 때" not in page
    assert "/wait" not in page
    refused = client.post(f"/requests/{request.number}/wait", data={"wait_reason": "does_not_suit"})
    assert refused.status_code == 422
    assert "수량을 나누어 여러 신청으로 받아 주십시오" in refused.text
    assert session.scalars(select(WaitingEntry)).all() == []


def test_what_is_called_off_waits_no_longer(member: Member, by: Actor, session: DB) -> None:
    request_id = waiting("그만두심", by)
    flow.cancel_request(request_id, CancelReason.REPAIRED_ALREADY, by, now())
    assert session.get(WaitingEntry, request_id) is None
    assert session.get_one(ServiceRequest, request_id).state is RequestState.CANCELLED
