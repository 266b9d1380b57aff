"""What the day board offers to plan, and which plans of the day wait for a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, load_only

from handyman.board.plans.runs import days_of_week, next_working_day
from handyman.extensions import db, now, settings
from handyman.models import OPEN_PLANS, SHOWN_PLANS, Member, PlanRun, PlanState

NAMING = (PlanRun.state, PlanRun.asked_at, PlanRun.reason, PlanRun.first_day, PlanRun.last_day)


@dataclass(frozen=True, slots=True)
class Entry:
    next_day: date
    shown: date | None  # when it is another day that can still be planned
    week: date | None  # a day of the shown week, when something is left of it
    same_week: bool
    waiting: Sequence[PlanRun]  # the newest first


def load(shown: date, today: date) -> Entry:
    next_day = next_working_day(today)
    return Entry(
        next_day=next_day,
        shown=shown if shown >= today and shown != next_day else None,
        week=shown if days_of_week(shown, today) else None,
        same_week=shown.isocalendar()[:2] == today.isocalendar()[:2],
        waiting=_waiting(shown),
    )


def _waiting(day: date) -> Sequence[PlanRun]:
    """With what was taken a moment ago: whoever looks at the day that came of it finds the way back."""
    since = now() - timedelta(seconds=settings().plan_undo_seconds)
    fresh = and_(PlanRun.state == PlanState.TAKEN, PlanRun.ended_at > since)
    query = (
        select(PlanRun)
        .where(
            PlanRun.last_day >= day,
            PlanRun.first_day <= day,
            or_(PlanRun.state.in_(OPEN_PLANS | SHOWN_PLANS), fresh),
        )
        .options(load_only(*NAMING), joinedload(PlanRun.member).load_only(Member.name))
        .order_by(PlanRun.id.desc())
    )
    return db.session.scalars(query).all()
