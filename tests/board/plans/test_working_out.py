"""The worker works plans out beside everything else: stopped, given up or killed, it keeps nobody waiting."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextvars import Context
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow, jobs
from handyman.board import days as member_days
from handyman.board import road_times
from handyman.board.plans import runs, turns, work
from handyman.board.plans.stored import read_proposed, read_visits
from handyman.board.plans.take import PlanOutdatedError
from handyman.board.propose import Choice
from handyman.dispatch import day_plan
from handyman.extensions import db, now
from handyman.models import (
    SYSTEM,
    Actor,
    ActorKind,
    Message,
    PlanFailure,
    PlanRun,
    PlanState,
    RequestState,
    ServiceRequest,
    Suits,
    Visit,
)
from handyman.words import seoul_day
from tests.board.plans.makers import coordinator, plan_for_ill, promised, tomorrow, worked_out
from tests.conftest import TUESDAY_AT_TEN, Clock
from tests.factories import make_member, make_request

Db = scoped_session[Session]
ROOT = Path(__file__).resolve().parents[3]
ENDLESS = 10**8  # rounds
pytestmark = pytest.mark.settings(PLAN_DAY_SECONDS="0", PLAN_WEEK_SECONDS="0")


@pytest.fixture
def endless(session: Db, monkeypatch: pytest.MonkeyPatch) -> PlanRun:
    """A plan of tomorrow that nobody would live to see the end of; it looks up all the time."""
    for name in ("박수리", "이사랑", "최고침"):
        promised("10:00", [make_member(name)])
    run = db.session.get_one(PlanRun, flow.plan_day(tomorrow(), coordinator(), now()))
    run.rounds_at_most = ENDLESS
    session.commit()
    monkeypatch.setattr(work, "TELL_SECONDS", 0.0)
    return run


def at_the_third_look(act: Callable[[], object]) -> Callable[[], bool]:
    looks = count(1)

    def go_on() -> bool:
        if next(looks) == 3:
            act()
        return True

    return go_on


@pytest.mark.usefixtures("any_database")
def test_stopped_while_it_runs_the_best_so_far_is_kept(endless: PlanRun) -> None:
    run_id = endless.id
    work.run_next(now, at_the_third_look(lambda: flow.stop_plan(run_id, now())))
    run = db.session.get_one(PlanRun, run_id, populate_existing=True)
    assert run.state is PlanState.STOPPED
    assert run.proposed is not None
    assert len(read_proposed(run.proposed).visits) == 3
    assert 0 < run.rounds < ENDLESS


@pytest.mark.usefixtures("any_database")
def test_given_up_while_it_runs_it_ends_and_says_no_more(endless: PlanRun) -> None:
    run_id = endless.id
    work.run_next(now, at_the_third_look(lambda: flow.leave_plan(run_id, coordinator(), now())))
    assert db.session.get_one(PlanRun, run_id, populate_existing=True).state is PlanState.LEFT


def test_progress_and_the_best_so_far_are_there_while_it_runs(endless: PlanRun) -> None:
    run_id, seen = endless.id, list[tuple[object, ...]]()

    def look() -> None:
        run = db.session.get_one(PlanRun, run_id, populate_existing=True)
        left_out = read_proposed(run.proposed).after.left_out if run.proposed else None
        seen.append((run.state, run.rounds > 0, left_out, len(read_visits(run.standing))))
        flow.stop_plan(run_id, now())

    work.run_next(now, at_the_third_look(look))
    assert seen == [(PlanState.RUNNING, True, 0, 3)]


def test_a_worker_that_is_told_to_stop_puts_the_plan_back(endless: PlanRun) -> None:
    run_id = endless.id
    looks = count(1)
    work.run_next(now, lambda: next(looks) < 3)
    run = db.session.get_one(PlanRun, run_id, populate_existing=True)
    assert (run.state, run.attempt) == (PlanState.QUEUED, 0)


@pytest.mark.usefixtures("any_database")
def test_a_booking_goes_on_while_a_plan_is_worked_out_and_is_not_overwritten(
    endless: PlanRun, app: Flask, session: Db
) -> None:
    run_id, request = endless.id, make_request()
    request_id, by, day = request.id, coordinator(), tomorrow()
    session.commit()
    booked = list[int]()

    def call() -> None:
        with app.app_context():
            booked.append(flow.book(request_id, Choice(day, 540, 660), by, now()).booked[0].id)

    def meanwhile() -> None:
        caller = threading.Thread(target=Context().run, args=(call,), daemon=True)
        caller.start()
        caller.join(20)
        flow.stop_plan(run_id, now())

    work.run_next(now, at_the_third_look(meanwhile))
    assert len(booked) == 1, "the booking waited for the plan"
    before = _places()
    with pytest.raises(PlanOutdatedError) as error:
        flow.take_plan(run_id, by, now())
    assert _places() == before
    mended = worked_out(error.value.mended or 0)
    assert booked[0] in read_visits(mended.standing)
    flow.take_plan(mended.id, by, now())
    assert db.session.get_one(Visit, booked[0]).day == day


def _places() -> dict[int, tuple[int | None, ...]]:
    db.session.expire_all()
    visits = db.session.scalars(select(Visit)).all()
    return {visit.id: tuple(place.member_id for place in visit.assignments) for visit in visits}


@pytest.mark.usefixtures("any_database")
def test_taking_a_plan_while_somebody_books_loses_neither(app: Flask, session: Db) -> None:
    ill, _well, _other = make_member("박수리"), make_member("이사랑"), make_member("최고침")
    promised("09:00", [ill])
    by = coordinator()
    run_id = plan_for_ill(ill, tomorrow(), by).id
    request_id, day = make_request().id, tomorrow()
    session.commit()
    gate, done = threading.Barrier(2), list[str]()

    def take() -> None:
        gate.wait(10)
        try:
            flow.take_plan(run_id, by, now())
            done.append("taken")
        except PlanOutdatedError:
            done.append("outdated")

    def book() -> None:
        gate.wait(10)
        flow.book(request_id, Choice(day, 540, 660), by, now())
        done.append("booked")

    def person(act: Callable[[], None]) -> threading.Thread:
        def live() -> None:
            with app.app_context():
                act()

        return threading.Thread(target=Context().run, args=(live,), daemon=True)

    people = [person(take), person(book)]
    for one in people:
        one.start()
    for one in people:
        one.join(30)
    assert sorted(done) in (["booked", "outdated"], ["booked", "taken"])
    db.session.expire_all()
    assert db.session.get_one(ServiceRequest, request_id).state is RequestState.BOOKED
    travel = road_times.travel().minutes
    present = [
        one for one in member_days.load([day]).days[day] if not (one.absent or one.member_id == ill.id)
    ]
    assert [day_plan.check(one, travel) for one in present] == [[], []]


@pytest.mark.usefixtures("any_database")
def test_a_killed_worker_leaves_a_plan_that_the_next_one_works_out(
    app: Flask, session: Db, clock: Clock, database_url: str, tmp_path: Path
) -> None:
    promised("10:00", [make_member()])
    run_id = flow.plan_day(tomorrow(), coordinator(), now())
    session.commit()
    command = [sys.executable, "-c", DIES, TUESDAY_AT_TEN.isoformat()]
    environ = {"DATABASE_URL": database_url, "INSTANCE_PATH": str(tmp_path), "SECRET_KEY": "x"}
    died = subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, check=False, timeout=300)
    assert died.returncode == -signal.SIGKILL
    run = db.session.get_one(PlanRun, run_id, populate_existing=True)
    assert (run.state, run.attempt) == (PlanState.RUNNING, 1)
    assert not work.run_next(now), "its worker may still be alive"
    clock.advance(minutes=3)
    run = worked_out(run_id)
    assert (run.state, run.attempt) == (PlanState.READY, 2)


DIES = """
import os, signal, sys
from datetime import datetime
from handyman import create_app
from handyman.board.plans import work
from handyman.extensions import now

def tell(turn, real=work.tell, **values):
    real(turn, **values)
    if "rounds" in values:
        os.kill(os.getpid(), signal.SIGKILL)

work.tell, work.TELL_SECONDS = tell, 0.0
app = create_app()
app.extensions["clock"] = lambda: datetime.fromisoformat(sys.argv[1])
with app.app_context():
    work.run_next(now)
"""


def test_a_plan_that_kills_every_worker_fails_with_a_reason(session: Db, clock: Clock) -> None:
    promised("10:00", [make_member()])
    run_id = flow.plan_day(tomorrow(), coordinator(), now())
    session.commit()
    for _ in range(turns.ATTEMPTS):
        turns.requeue_lost(now())
        assert turns.claim(now()) == run_id
        clock.advance(minutes=3)
    assert not work.run_next(now)
    run = db.session.get_one(PlanRun, run_id, populate_existing=True)
    assert (run.state, run.failure) == (PlanState.FAILED, PlanFailure.WORKER_LOST)


def test_whoever_was_taken_for_lost_finds_the_plan_in_other_hands(session: Db, clock: Clock) -> None:
    promised("10:00", [make_member()])
    run_id = flow.plan_day(tomorrow(), coordinator(), now())
    session.commit()
    turns.claim(now())
    first = turns.turn_of(run_id)
    clock.advance(minutes=3)
    turns.requeue_lost(now())
    turns.claim(now())
    assert turns.tell(first, rounds=1) is None
    turns.fail(first, PlanFailure.TROUBLE, now())
    run = db.session.get_one(PlanRun, run_id, populate_existing=True)
    assert (run.state, run.attempt, run.rounds) == (PlanState.RUNNING, 2, 0)


def test_trouble_is_told_by_its_kind_alone(
    session: Db, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    promised("10:00", [make_member()])
    run_id = flow.plan_day(tomorrow(), coordinator(), now())

    def fail(*_args: object, **_how: object) -> None:
        raise ValueError("김보기 010-0000-0000")

    monkeypatch.setattr(work.reading, "load", fail)
    run = worked_out(run_id)
    assert (run.state, run.failure) == (PlanState.FAILED, PlanFailure.TROUBLE)
    assert "ValueError" in caplog.text
    assert "김보기" not in caplog.text


def test_the_same_wish_twice_is_one_plan(session: Db) -> None:
    by = coordinator()
    session.commit()
    assert flow.plan_day(tomorrow(), by, now()) == flow.plan_day(tomorrow(), by, now())
    assert flow.plan_week(tomorrow(), by, now()) == flow.plan_week(tomorrow(), by, now())
    assert session.query(PlanRun).count() == 2


def test_a_week_is_planned_from_tomorrow_to_its_end_and_names_times_for_those_who_wait(session: Db) -> None:
    promised("10:00", [make_member()])
    waiting = make_request(suits=Suits.AFTERNOON, suits_from=tomorrow() + timedelta(days=1))
    by = coordinator()
    session.commit()
    run = worked_out(flow.plan_week(tomorrow(), by, now()))
    assert (run.first_day, run.last_day) == (tomorrow(), seoul_day(now()) + timedelta(days=3))
    assert run.proposed is not None
    idea = read_proposed(run.proposed).ideas[0]
    assert idea.request_id == waiting.id
    assert idea.start >= 24 * 60 + 11 * 60
    flow.take_plan(run.id, by, now())
    session.expire_all()
    assert (waiting.state, session.scalars(select(Message)).all()) == (RequestState.LOGGED, [])


def test_in_a_week_over_the_end_of_a_month_each_month_has_its_own_hours(session: Db) -> None:
    """November is full to the cap, and December begins with nothing but what is promised there."""
    by, monday, tuesday = coordinator(), date(2026, 11, 30), date(2026, 12, 1)
    member = make_member(monthly_cap_minutes=120, wished_minutes=90)
    promised("10:00", [member], monday, service_minutes=120)
    held = promised("10:00", [member], tuesday, service_minutes=60)
    nobodys = promised("14:00", [], tuesday, service_minutes=60)
    over = promised("15:00", [], monday, service_minutes=30)
    session.commit()
    run = worked_out(flow.plan_week(monday, by, now()))
    assert run.proposed is not None
    plan = read_proposed(run.proposed)
    assert {visit: plan.visits[visit].team for visit in (held.id, nobodys.id, over.id)} == {
        held.id: (member.id,),
        nobodys.id: (member.id,),
        over.id: (None,),
    }
    hours = ["above_wish", {"month_minutes": 60, "wished_minutes": 90}]
    assert hours in plan.reasons[nobodys.id][member.id]


def test_run_once_works_out_what_waits(session: Db, app: Flask) -> None:
    promised("10:00", [make_member()])
    run_id = flow.plan_day(tomorrow(), coordinator(), now())
    session.commit()
    jobs.run_once(app, now())
    assert db.session.get_one(PlanRun, run_id, populate_existing=True).state is PlanState.READY


def test_a_plan_moves_only_along_its_states(session: Db) -> None:
    run = db.session.get_one(PlanRun, flow.plan_day(tomorrow(), Actor(ActorKind.SYSTEM), now()))
    with pytest.raises(Exception, match="queued -> taken"):
        run.move_to(PlanState.TAKEN, SYSTEM, now())
    assert runs.days_of(run) == [tomorrow()]
