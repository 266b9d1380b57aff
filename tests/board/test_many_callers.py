"""Eight operators promise at once, each on the days as their process knows them: all of it can be kept."""

import threading
from contextvars import Context
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import days as member_days
from handyman.board import needs
from handyman.board.propose import Choice, Proposal, propose
from handyman.board.refusals import PlaceTakenError
from handyman.dispatch import day_plan, travel
from handyman.extensions import db, now
from handyman.models import Actor, ActorKind, ServiceRequest, Visit, WorkingHours
from handyman.words import at_minute, seoul_day
from tests.factories import (
    OFFICE_POINT,
    make_address,
    make_item,
    make_member,
    make_request,
    make_resident,
    make_visit,
)

CALLERS, CALLS_EACH, FREED = 8, 4, 6
OPERATOR = Actor(ActorKind.USER, 1)


def take_calls(app: Flask, request_ids: list[int], gate: threading.Barrier, told: list[str]) -> None:
    """One operator: the best window each time, and the next one when somebody was quicker."""
    with app.app_context():
        gate.wait(30)
        for request_id in request_ids:
            request = db.session.get_one(ServiceRequest, request_id)
            proposals = propose(needs.need_of(request, needs.open_items(request_id)), now())
            db.session.rollback()
            told.append(promise(request_id, proposals))


def promise(request_id: int, proposals: list[Proposal]) -> str:
    for _ in range(20):
        if not proposals:
            return "nothing free"
        try:
            flow.book(request_id, Choice.parse(proposals[0].key), OPERATOR, now())
        except PlaceTakenError as error:
            proposals = error.alternatives
            continue
        return "promised"
    return "never got one"


def make_office() -> list[list[int]]:
    """Three members who live apart, and calls from all around: some need two people."""
    for number in range(3):
        make_member(home=(37.49 + number / 100, 126.92 + number / 60), daily_cap_minutes=300)
    alone, both = make_item("handrail", base_minutes=70), make_item("screen", base_minutes=60, team_size=2)
    calls = []
    for caller in range(CALLERS):
        of_caller = []
        for call in range(CALLS_EACH):
            point = (OFFICE_POINT[0] + (caller - 4) / 300, OFFICE_POINT[1] + (call - 2) / 250)
            home = make_address(f"상도로 {caller * 10 + call + 1}", point)
            item = both if call == 1 else alone
            of_caller.append(make_request(make_resident(address=home), [item]).id)
        calls.append(of_caller)
    return calls


def broken(days: set[date]) -> list[object]:
    """Whatever is wrong with anybody's day; ways are those that the board plans with."""
    roster = member_days.load(sorted(days))
    return [
        conflict
        for members in roster.days.values()
        for member in members
        for conflict in day_plan.check(member, travel.minutes)
    ]


def call_at_once(app: Flask, calls: list[list[int]]) -> list[str]:
    """Every operator in a thread of their own; gives what each call came to."""
    gate, told = threading.Barrier(len(calls)), list[str]()
    callers = [
        threading.Thread(target=Context().run, args=(take_calls, app, ids, gate, told), daemon=True)
        for ids in calls
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(120)
    return told


@pytest.mark.usefixtures("any_database")
def test_eight_callers_at_once_are_promised_nothing_that_cannot_be_kept(
    app: Flask, session: scoped_session[Session]
) -> None:
    calls = make_office()
    session.commit()
    told = call_at_once(app, calls)
    session.expire_all()
    visits = session.scalars(select(Visit)).all()
    assert told == ["promised"] * CALLERS * CALLS_EACH
    assert len(visits) == CALLERS * CALLS_EACH
    assert all(visit.window_start <= visit.start <= visit.window_end for visit in visits)
    assert all(len({place.member_id for place in visit.assignments}) == visit.team_size for visit in visits)
    assert broken({visit.day for visit in visits}) == []


def make_full_office() -> list[list[int]]:
    """Six who alone can do the work, tomorrow's two hours taken by work that six others could do."""
    tomorrow = seoul_day(now()) + timedelta(days=1)
    window = (at_minute(tomorrow, 540), at_minute(tomorrow, 660))
    lamp, screen = make_item(base_minutes=90), make_item("screen", skills=["screen"], base_minutes=90)
    for _ in range(FREED):
        only = make_member(skills=["electric", "screen"], hours=False)
        only.hours.append(WorkingHours(weekday=tomorrow.weekday(), start_minute=540, end_minute=660))
        visit = make_request(items=[lamp])
        make_visit(visit, window[0] + timedelta(minutes=5), window, [only], service_minutes=110)
        make_member(skills=["electric"])
    return [[make_request(items=[screen]).id] for _ in range(CALLERS)]


@pytest.mark.settings(BOOKING_DAYS="1")
@pytest.mark.usefixtures("any_database")
def test_eight_callers_at_once_free_six_members_and_no_visit_is_lost(
    app: Flask, session: scoped_session[Session]
) -> None:
    calls = make_full_office()
    session.commit()
    told = call_at_once(app, calls)
    session.expire_all()
    visits = session.scalars(select(Visit)).all()
    assert sorted(told) == ["nothing free"] * (CALLERS - FREED) + ["promised"] * FREED
    assert len(visits) == 2 * FREED
    holders = [place.member_id for visit in visits for place in visit.assignments]
    assert len(set(holders)) == 2 * FREED
    assert None not in holders
    assert all(visit.window_start <= visit.start <= visit.window_end for visit in visits)
    assert broken({visit.day for visit in visits}) == []
