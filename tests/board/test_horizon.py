"""The days ahead in memory are those of the tables, whatever happened in between."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import days as member_days
from handyman.board import horizon, needs
from handyman.board.propose import Choice, propose
from handyman.board.service_times import adopt as learning
from handyman.board.service_times.adopt import Kind
from handyman.extensions import db, now, settings
from handyman.intake.call import Where
from handyman.members.details import Details, Home, Line, Shift
from handyman.models import (
    AbsenceReason,
    Actor,
    ActorKind,
    CancelReason,
    DeclineReason,
    Member,
    Outcome,
    OverrideReason,
    PhoneKind,
    TeamRole,
    Visit,
)
from handyman.service_days import lock_days
from handyman.visit.finish import WorkReport
from handyman.words import seoul_day
from tests.conftest import Clock
from tests.factories import make_item, make_member, make_request, make_visit

DB = scoped_session[Session]
Counting = Callable[[], AbstractContextManager[list[str]]]
COORDINATOR = Actor(ActorKind.USER, 1)


def ahead() -> list[date]:
    """Two weeks, and the beginning of the month behind."""
    return [seoul_day(now()) + timedelta(days=days) for days in range(15)]


def known() -> dict[date, Any]:
    view = horizon.view(ahead())
    return {day: view.horizon.day(day) for day in ahead()}


def stored() -> dict[date, Any]:
    return dict(member_days.load(ahead(), changeable=True).days)


class Office:
    """Two members, one of them with visits today and tomorrow, and a request that waits."""

    def __init__(self) -> None:
        self.busy, self.free = make_member("박수리", wished_minutes=1800), make_member("이수리")
        today = make_visit(start=now() + timedelta(hours=3), members=[self.busy])
        tomorrow = make_visit(members=[self.busy])
        asked = make_visit(start=now() + timedelta(days=2), members=[self.busy], accepted=False)
        self.today, self.tomorrow, self.asked = today.id, tomorrow.id, asked.id
        self.offer = asked.assignments[0].offers[0].id
        self.request = make_request(items=[make_item()]).id
        self.booked_request = tomorrow.items[0].request_item.request_id

    def details(self) -> Details:
        member = self.free
        home = Home(member.home_label, member.home_lat, member.home_lon)
        skills = {row.skill_id: row.valid_until for row in member.skills}
        hours = tuple(Shift(row.weekday, row.start_minute, row.end_minute) for row in member.hours)
        return Details(
            member.name,
            Line(member.phone, member.phone_kind),
            home,
            member.travel_mode,
            member.joined_on,
            skills=skills,
            shifts=hours,
        )

    def change(self, **values: Any) -> None:
        from handyman.members import roster

        member = db.session.get_one(Member, self.free.id)
        wanted = replace(self.details(), **values)
        flow.change_member(member.id, wanted, COORDINATOR, now(), seen=roster.mark(member))


def book(office: Office) -> None:
    need = needs.need_of(request := request_of(office), needs.open_items(request.id))
    choice = Choice.parse(propose(need, now())[0].key)
    db.session.rollback()
    flow.book(office.request, choice, COORDINATOR, now())


def request_of(office: Office) -> Any:
    from handyman.models import ServiceRequest

    return db.session.get_one(ServiceRequest, office.request)


def assign(office: Office) -> None:
    flow.assign(
        office.tomorrow,
        TeamRole.LEAD,
        office.free.id,
        COORDINATOR,
        now(),
        agreed=False,
        seen=None,
        reason=OverrideReason.TRAINING,
    )


def move(office: Office) -> None:
    choice = Choice(seoul_day(now()) + timedelta(days=3), 540, 660)
    flow.move(office.tomorrow, choice, None, COORDINATOR, now(), seen=None)


def finish(office: Office) -> None:
    flow.finish(office.today, WorkReport(Outcome.DONE, {}, {}, 95), [], COORDINATOR, now())


def expire(_office: Office) -> None:
    flow.expire_offers(now() + timedelta(days=1))


ACTIONS: dict[str, Callable[[Office], object]] = {
    "book": book,
    "assign": assign,
    "move": move,
    "cancel the visit": lambda office: flow.cancel_visit(
        office.tomorrow, CancelReason.RESIDENT_AWAY, COORDINATOR, now()
    ),
    "cancel the request": lambda office: flow.cancel_request(
        office.booked_request, CancelReason.RESIDENT_AWAY, COORDINATOR, now()
    ),
    "accept": lambda office: flow.answer_offer(office.offer, True, None, "", COORDINATOR, now()),
    "decline": lambda office: flow.answer_offer(
        office.offer, False, DeclineReason.ILL, "", COORDINATOR, now()
    ),
    "expire": expire,
    "away": lambda office: flow.log_absence(
        office.free.id, ahead()[1], ahead()[4], AbsenceReason.ILL, COORDINATOR, now()
    ),
    "on stand-by": lambda office: flow.put_on_stand_by(
        office.free.id, ahead()[1], ahead()[4], COORDINATOR, now()
    ),
    "new member": lambda office: flow.add_member(
        replace(office.details(), phone=Line("+821099990000", PhoneKind.MOBILE)), COORDINATOR, now()
    ),
    "other hours": lambda office: office.change(shifts=(Shift(0, 600, 720),)),
    "no skill left": lambda office: office.change(skills={}),
    "other caps": lambda office: office.change(daily_cap=60, monthly_cap=600, wished=300),
    "moved house": lambda office: office.change(home=Home("상도로 1", 37.49, 126.95)),
    "left": lambda office: office.change(active=False),
    "sets out": lambda office: flow.start_travel(office.today, COORDINATOR, now()),
    "arrives": lambda office: flow.arrive(office.today, COORDINATOR, now()),
    "finish": finish,
    "address": lambda office: flow.correct_address(
        office.booked_request, Where("상도로 102"), COORDINATOR, now()
    ),
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_what_happened_is_seen_by_the_next_caller(session: DB, action: Callable[[Office], object]) -> None:
    office = Office()
    session.commit()
    before = known()
    assert before == stored()
    session.rollback()
    action(office)
    session.rollback()
    after = stored()
    assert after != before, "nothing happened"
    assert known() == after


@pytest.mark.usefixtures("any_database")
def test_a_fuller_month_is_seen_on_all_days_of_the_month(session: DB) -> None:
    office = Office()
    session.commit()
    before = {day.member_id: day.month_minutes for day in known()[ahead()[6]]}
    session.rollback()
    book(office)
    after = {day.member_id: day.month_minutes for day in known()[ahead()[6]]}
    assert sum(after.values()) == sum(before.values()) + 40
    assert known() == stored()


def test_a_day_off_that_is_taken_back_counts_no_more(session: DB) -> None:
    office = Office()
    session.commit()
    flow.log_absence(office.free.id, ahead()[1], ahead()[1], AbsenceReason.ILL, COORDINATOR, now())
    away = known()
    absence = db.session.get_one(Member, office.free.id).absences[0].id
    flow.remove_absence(office.free.id, absence, COORDINATOR, now())
    assert known() != away
    assert known() == stored()


def test_an_adopted_pace_is_seen_at_once(session: DB, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    session.commit()

    def adopt(_kind: Kind, member_id: int, *_rest: object) -> None:
        session.get_one(Member, member_id).pace_percent = 150

    monkeypatch.setattr(learning, "adopt", adopt)
    monkeypatch.setattr(learning, "take_back", adopt)
    for step, member in ((flow.adopt_service_time, office.busy), (flow.take_back_service_time, office.free)):
        before = known()
        session.rollback()
        step(Kind.MEMBER, member.id, "", COORDINATOR, now())
        assert known() != before
        assert known() == stored()


def test_nobody_else_sees_what_may_never_stand(session: DB) -> None:
    office = Office()
    session.commit()
    before = known()
    lock_days([ahead()[1]])
    session.get_one(Visit, office.tomorrow).service_minutes = 200
    mine = known()
    session.rollback()
    assert mine != before
    assert known() == before
    lock_days([ahead()[1]])
    session.get_one(Visit, office.tomorrow).service_minutes = 100
    session.commit()  # the same version as the one that never stood
    assert known() == stored()


def test_days_that_stand_are_not_read_again(session: DB, count_queries: Counting) -> None:
    Office()
    session.commit()
    known()
    with count_queries() as asked:
        known()
    assert len(asked) == 1
    assert "service_days" in asked[0]


def test_what_no_version_tells_is_seen_when_a_day_has_grown_old(session: DB, clock: Clock) -> None:
    office = Office()
    session.commit()
    known()
    session.get_one(Visit, office.tomorrow).address.lat = 37.49
    session.commit()
    assert known() != stored()
    clock.advance(minutes=11)
    for _ in ahead():
        known()
    assert known() == stored()


def test_another_application_has_days_of_its_own(session: DB, make_app: Callable[..., Flask]) -> None:
    Office()
    session.commit()
    known()
    assert "days_ahead" not in make_app().extensions


def test_days_that_are_over_are_forgotten(session: DB, clock: Clock) -> None:
    Office()
    session.commit()
    first = horizon.view(ahead()).horizon
    clock.advance(days=5)
    second = horizon.view(ahead()).horizon
    assert first is second
    assert min(second.dates()) >= seoul_day(now()) - timedelta(days=2)
    assert settings().booking_days == 14
