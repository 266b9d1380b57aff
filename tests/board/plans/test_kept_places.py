"""A plan leaves free what is kept for a caller, whether it was kept before the plan or while it was read."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.plans.stored import read_proposed
from handyman.board.plans.take import PlanOutdatedError
from handyman.extensions import now
from handyman.models import HeldPlace, Member, PlanState, Visit
from tests.board.plans.makers import (
    NEAR,
    at,
    conflicts,
    coordinator,
    plan_for_ill,
    plan_tomorrow,
    promised,
    tomorrow,
    worked_out,
)
from tests.conftest import Clock
from tests.factories import add, make_member

Db = scoped_session[Session]
pytestmark = pytest.mark.settings(PLAN_DAY_SECONDS="0", PLAN_WEEK_SECONDS="0")


def keep(member: Member, clock: str, visit: Visit | None = None) -> HeldPlace:
    start = at(tomorrow(), clock)
    return add(
        HeldPlace(
            key="a" * 32,
            member_id=member.id,
            visit_id=visit.id if visit else None,
            day=tomorrow(),
            window_start=start,
            window_end=start + timedelta(hours=2),
            start=start,
            service_minutes=60,
            lat=NEAR[0],
            lon=NEAR[1],
            expires_at=now() + timedelta(minutes=5),
        )
    )


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("kept_first", [True, False])
def test_what_is_kept_stays_free_when_a_plan_is_taken(session: Db, kept_first: bool) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    visit, by = promised("10:00", [ill]), coordinator()
    if kept_first:
        keep(well, "10:00")
    run = plan_for_ill(ill, tomorrow(), by)
    if not kept_first:
        keep(well, "10:00")
        session.commit()
        with pytest.raises(PlanOutdatedError) as error:
            flow.take_plan(run.id, by, now())
        run = worked_out(error.value.mended or 0)
    flow.take_plan(run.id, by, now())
    session.expire_all()
    assert visit.assignments[0].member_id == well.id
    assert visit.start >= at(tomorrow(), "11:00")
    assert conflicts() == []
    loads = read_proposed(run.proposed or {}).after.loads
    assert loads[well.id].visits == 1, "it is no visit yet"


def test_when_the_time_is_over_the_place_is_anybodys(session: Db, clock: Clock) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    promised("10:00", [ill])
    run, by = plan_for_ill(ill, tomorrow()), coordinator()
    keep(well, "10:00")
    session.commit()
    clock.advance(minutes=6)
    flow.take_plan(run.id, by, now())
    assert session.scalars(select(Visit.start)).one() == at(tomorrow(), "10:00")


def test_a_visit_on_which_a_kept_window_hangs_stays_where_it_is(session: Db) -> None:
    first, second = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [first])
    keep(second, "10:00", visit)
    other = promised("10:00", [first])  # too much for one: without what is kept one of them would go over
    run = plan_tomorrow()
    proposed = read_proposed(run.proposed or {})
    assert (run.state, proposed.visits[visit.id].team) == (PlanState.READY, (first.id,))
    assert proposed.kept[visit.id].value == "for_caller"
    assert proposed.visits[other.id].start != proposed.visits[visit.id].start


def test_whoever_is_ill_keeps_nothing_for_a_caller(session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    visit = promised("13:00", [ill])
    keep(ill, "10:00")
    run = plan_for_ill(ill, tomorrow())
    assert read_proposed(run.proposed or {}).visits[visit.id].team == (well.id,)


def test_a_day_in_which_what_is_kept_has_no_room_is_left_alone(session: Db) -> None:
    """Somebody has set a visit over it by hand: a plan neither drops it nor makes the day worse."""
    full, ill = make_member("박수리"), make_member("이사랑")
    there, visit = promised("10:00", [full]), promised("13:00", [ill])
    there.window_end = there.window_start + timedelta(minutes=1)
    keep(full, "10:00")
    run = plan_for_ill(ill, tomorrow())
    proposed = read_proposed(run.proposed or {})
    assert (run.state, proposed.visits[there.id].team) == (PlanState.READY, (full.id,))
    assert proposed.visits[visit.id].team == (None,)
