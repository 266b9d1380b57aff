"""What somebody has placed by hand today, no plan of today moves."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.labels import move_words
from handyman.board.mending.put import Wanted
from handyman.board.plans import facts
from handyman.board.plans.stored import read_proposed
from handyman.board.propose import Choice
from handyman.board.request_rows import MOVES
from handyman.board.seen import seen_of_visit
from handyman.extensions import now, rows
from handyman.models import (
    Actor,
    ActorKind,
    DeclineReason,
    Member,
    OverrideReason,
    PlanRun,
    TeamRole,
    Visit,
)
from handyman.visit import promise
from handyman.visit.taps import Tap, new_key
from handyman.words import minute_of_day
from tests.board.plans.makers import coordinator, plan_for_ill, plan_tomorrow, promised, tomorrow
from tests.conftest import Clock
from tests.factories import make_member

Db = scoped_session[Session]
pytestmark = [pytest.mark.settings(PLAN_DAY_SECONDS="0"), pytest.mark.usefixtures("any_database")]


def put(session: Db, visit: Visit, member: Member, start: int) -> None:
    session.commit()
    wanted = Wanted(TeamRole.LEAD, member.id, start, seen_of_visit(visit), OverrideReason.TRAINING)
    flow.put(visit.id, wanted, coordinator(), now())
    session.expire_all()


def kept(run: PlanRun) -> dict[int, str]:
    assert run.proposed is not None
    return {visit_id: why.value for visit_id, why in read_proposed(run.proposed).kept.items()}


def test_a_visit_placed_today_stays_where_it_was_put_and_the_plan_says_so(session: Db) -> None:
    first, second = make_member("박수리"), make_member("이사랑")
    for start in ("09:30", "13:00"):
        promised(start, [first])
    given, moved, left = (promised(start, [first]) for start in ("10:40", "14:10", "16:00"))
    put(session, given, second, minute_of_day(given.start, given.day) + 30)
    put(session, moved, first, minute_of_day(moved.start, moved.day) + 15)
    run = plan_tomorrow()
    assert kept(run) == {given.id: "placed", moved.id: "placed"}
    assert read_proposed(run.proposed or {}).visits[given.id].team == (second.id,)
    ill = kept(plan_for_ill(first, tomorrow()))
    assert ill == {given.id: "placed"}, "whoever is ill keeps none"
    assert left.id not in ill


def test_what_was_placed_on_another_day_may_be_planned_anew(session: Db) -> None:
    first, second = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [first])
    put(session, visit, second, 615)
    for later, placed in ((timedelta(), True), (timedelta(days=1), False)):
        assert [each.placed for each in facts.load([tomorrow()], now() + later).visits] == [placed]


@pytest.mark.parametrize("same_member", [True, False])
def test_what_was_undone_was_not_placed(same_member: bool, session: Db) -> None:
    """Nor is one that somebody placed on another day, put elsewhere by mistake and back."""
    first, second = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [first])
    visit.assignments[0].offers[0].by_hand = True
    visit.assignments[0].offers[0].offered_at = now() - timedelta(days=2)
    session.commit()
    member, start = (first, 615) if same_member else (second, 600)
    wanted = Wanted(TeamRole.LEAD, member.id, start, seen_of_visit(visit), OverrideReason.TRAINING)
    _changes, before = flow.put(visit.id, wanted, coordinator(), now())
    assert [each.placed for each in facts.load([tomorrow()], now()).visits] == [True]
    flow.put_back(before, coordinator(), now())
    session.expire_all()
    assert [each.placed for each in facts.load([tomorrow()], now()).visits] == [False]
    put(session, visit, first, 630)
    assert [each.placed for each in facts.load([tomorrow()], now()).visits] == [True]


def test_what_was_placed_is_so_still_when_a_move_that_shifted_it_is_undone(session: Db) -> None:
    first, second = make_member("박수리"), make_member("이사랑")
    visit, other = promised("10:00", [first]), promised("10:00", [second])
    put(session, visit, first, 615)
    wanted = Wanted(TeamRole.LEAD, first.id, 600, seen_of_visit(other), OverrideReason.TRAINING)
    changes, before = flow.put(other.id, wanted, coordinator(), now())
    assert changes.shifted == [visit]
    flow.put_back(before, coordinator(), now())
    session.expire_all()
    assert minute_of_day(visit.start, visit.day) == 615
    assert {each.id for each in facts.load([tomorrow()], now()).visits if each.placed} == {visit.id}


def test_who_chose_the_start_in_another_window_has_placed_it_and_who_left_it_open_has_not(
    session: Db,
) -> None:
    visit = promised("10:00", [make_member("박수리")])
    session.commit()
    for window, start, placed in (
        ((780, 900), 825, True),
        ((540, 660), None, False),
        ((780, 900), 840, True),
    ):
        flow.move(visit.id, Choice(visit.day, *window), start, coordinator(), now(), seen=None)
        session.expire_all()
        assert [each.placed for each in facts.load([tomorrow()], now()).visits] == [placed], start
        assert start is None or minute_of_day(visit.start, visit.day) == start
    assert kept(plan_tomorrow()) == {visit.id: "placed"}
    told = [move_words(row) for row in rows(MOVES, request_ids=[], visit_ids=[visit.id])]
    assert "방문: 오후 2시 (시작을 직접 정함)" in told


def test_what_was_placed_stays_so_when_a_later_mistake_is_undone(session: Db) -> None:
    """Given to somebody else at another start, and back at once: it stands again where it was put by hand."""
    first, second = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [first])
    session.commit()
    put(session, visit, first, 615)
    assert [each.placed for each in facts.load([tomorrow()], now()).visits] == [True]
    wanted = Wanted(TeamRole.LEAD, second.id, 600, seen_of_visit(visit), OverrideReason.TRAINING)
    _changes, before = flow.put(visit.id, wanted, coordinator(), now())
    flow.put_back(before, coordinator(), now())
    session.expire_all()
    assert minute_of_day(visit.start, visit.day) == 615
    assert [each.placed for each in facts.load([tomorrow()], now()).visits] == [True]


def test_whoever_gives_a_job_back_after_a_move_was_undone_is_not_planned_for_it_again(
    session: Db, clock: Clock
) -> None:
    first, _second = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [first])
    session.commit()
    clock.advance(seconds=20)
    choice = Choice(visit.day, 780, 900)
    _changes, before = flow.move(visit.id, choice, None, coordinator(), now(), seen=None)
    clock.advance(seconds=5)
    session.expire_all()
    flow.move_back(before, coordinator(), now())
    clock.advance(minutes=10)
    session.expire_all()
    offer = visit.assignments[0].offers[-1]
    press = (visit.id, Tap(new_key(), now()))
    by = Actor(ActorKind.MEMBER, first.id)
    flow.give_back(offer.id, DeclineReason.ILL, "", by, now(), press, promise.of_offer(offer, visit))
    [planned] = facts.load([tomorrow()], now()).visits
    assert planned.refused == {first.id}
