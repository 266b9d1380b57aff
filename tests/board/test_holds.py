"""A window that a caller is being asked about is theirs alone, until it is saved or the time is over."""

import threading
from contextvars import Context
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import book as booking
from handyman.board import needs
from handyman.board.propose import Choice, Proposal, propose
from handyman.board.refusals import PlaceTakenError
from handyman.extensions import db, now, transaction
from handyman.models import Actor, ActorKind, HeldPlace, Order, ServiceRequest, Visit
from tests.board.test_eject import Office
from tests.conftest import Clock
from tests.factories import make_item, make_member, make_request, make_resident, make_visit

DB = scoped_session[Session]
OPERATOR = Actor(ActorKind.SYSTEM)
MINE, THEIRS = "a" * 32, "b" * 32

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def two_calls(session: DB) -> tuple[ServiceRequest, ServiceRequest]:
    """One member, who has time for one such job in a window; two who call."""
    make_member("박수리")
    item = make_item("handrail", base_minutes=100)
    calls = make_request(make_resident("나하나"), [item]), make_request(make_resident("나두리"), [item])
    session.commit()
    return calls


def need(request: ServiceRequest) -> needs.Need:
    return needs.need_of(request, needs.open_items(request.id))


def offered(request: ServiceRequest) -> list[Proposal]:
    found = propose(need(request), now(), limit=60)
    db.session.rollback()
    return found


def hold(key: str, request: ServiceRequest, choice: str) -> object:
    with transaction():
        return booking.hold(key, need(request), Choice.parse(choice), OPERATOR, now())


def book(key: str, request: ServiceRequest, choice: str) -> None:
    with transaction():
        booking.book(request, Choice.parse(choice), OPERATOR, now(), key)


def test_what_is_held_is_offered_to_nobody_else_and_booked_by_its_holder(
    two_calls: tuple[ServiceRequest, ServiceRequest],
) -> None:
    mine, theirs = two_calls
    wanted = offered(mine)[0].key
    assert hold(MINE, mine, wanted) == now() + timedelta(minutes=5)
    assert wanted not in {each.key for each in offered(theirs)}
    with pytest.raises(PlaceTakenError) as refused:
        book(THEIRS, theirs, wanted)
    assert wanted not in {each.key for each in refused.value.alternatives}
    assert hold(THEIRS, theirs, wanted) is None
    book(MINE, mine, wanted)
    assert [visit.resident_id for visit in db.session.scalars(select(Visit))] == [mine.resident_id]
    assert db.session.scalar(select(func.count()).select_from(HeldPlace)) == 0


def test_another_choice_a_release_and_the_end_of_the_time_set_a_place_free(
    two_calls: tuple[ServiceRequest, ServiceRequest], clock: Clock
) -> None:
    mine, theirs = two_calls
    first, second = list({each.day: each.key for each in offered(mine)}.values())[:2]  # of two days
    hold(MINE, mine, first)
    hold(MINE, mine, second)
    assert {each.key for each in offered(theirs)} & {first, second} == {first}
    flow.release_window(MINE)
    assert {each.key for each in offered(theirs)} >= {first, second}
    hold(MINE, mine, first)
    assert first not in {each.key for each in offered(theirs)}
    clock.advance(minutes=5)
    assert first in {each.key for each in offered(theirs)}, "though no version of the day has changed"
    book(THEIRS, theirs, first)


def test_where_a_visit_changes_its_member_first_both_their_times_are_held(session: DB) -> None:
    office = Office(session)
    request, wanted = session.get_one(ServiceRequest, office.request_id), office.offered(session).key
    rival = make_request(items=[make_item("drill", skills=["electric"], base_minutes=90)])
    session.commit()
    assert hold(MINE, request, wanted)
    assert [row.visit_id for row in session.scalars(select(HeldPlace))] == [office.visit_id]
    later = [each.start for each in offered(rival) if each.key[:18] == wanted[:18]]
    assert later, "after that visit there is time for another in the same window"
    assert all(start >= office.at(10, 50) for start in later), "until then who could go is held for it"
    book(MINE, request, wanted)
    visits = session.scalars(select(Visit).order_by(Visit.id)).all()
    assert [visit.assignments[0].member_id for visit in visits] == [office.other.id, office.both.id]


def test_two_people_are_held_together(session: DB) -> None:
    make_member("박수리")
    make_member("이사랑")
    both = make_request(make_resident("나하나"), [make_item("screen", team_size=2)])
    session.commit()
    assert hold(MINE, both, offered(both)[0].key)
    assert len({row.member_id for row in db.session.scalars(select(HeldPlace))}) == 2


def test_eight_at_once_hold_one_place_once(
    app: Flask, two_calls: tuple[ServiceRequest, ServiceRequest]
) -> None:
    wanted, request_id = offered(two_calls[0])[0].key, two_calls[0].id
    db.session.commit()
    gate, told = threading.Barrier(8), list[object]()

    def ask(number: int) -> None:
        with app.app_context():
            gate.wait(30)
            request = db.session.get_one(ServiceRequest, request_id)
            told.append(hold(f"{number}" * 32, request, wanted))

    operators = [
        threading.Thread(target=Context().run, args=(ask, number), daemon=True) for number in range(8)
    ]
    for operator in operators:
        operator.start()
    for operator in operators:
        operator.join(60)
    assert sorted(each is not None for each in told) == [False] * 7 + [True]


def test_windows_come_in_the_order_asked_for(session: DB) -> None:
    known, _other = make_member("박수리"), make_member("이사랑")
    resident = make_resident("나하나")
    item = make_item("handrail")
    make_visit(
        make_request(resident, [item]), start=now() - timedelta(days=7), members=[known], state="finished"
    )
    asked = need(make_request(resident, [item]))
    soonest = propose(asked, now(), order=Order.SOONEST)
    assert [each.window_start for each in soonest] == sorted(each.window_start for each in soonest)
    same = propose(asked, now(), order=Order.SAME_MEMBER)
    assert same
    assert {place.member_id for each in same for place in each.team} == {known.id}
    stranger = need(make_request(make_resident("나두리"), [item]))
    assert propose(stranger, now(), order=Order.SAME_MEMBER) == []
    day = soonest[-1].day
    assert {each.day for each in propose(asked, now(), not_before=day, only=True)} == {day}
