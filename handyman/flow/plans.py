"""Plans of days and weeks, and with which minutes they reckon."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from handyman import queueing
from handyman.board import locking
from handyman.board.catalogue import store as catalogue
from handyman.board.catalogue.details import Details as ItemDetails
from handyman.board.changes import Changes
from handyman.board.plans import runs as planning
from handyman.board.plans import take as taking
from handyman.board.plans import undo as undoing
from handyman.board.plans.take import PlanOutdatedError
from handyman.board.service_times import adopt as learning
from handyman.extensions import settings, transaction
from handyman.flow.telling import tell
from handyman.messages import rows
from handyman.models import (
    Actor,
    ServiceItem,
)
from handyman.words import seoul_day


def plan_day(day: date, by: Actor, now: datetime) -> int:
    """A plan of the day is wanted: the worker works it out. Gives its id."""
    with transaction():
        run_id = planning.ask_day(day, by, now).id
    return queueing.poke(run_id)


def plan_week(day: date, by: Actor, now: datetime) -> int:
    """The same of what is left of the week."""
    with transaction():
        run_id = planning.ask_week(day, by, now).id
    return queueing.poke(run_id)


def plan_for_ill(member_id: int, day: date, by: Actor, now: datetime) -> int:
    """Somebody is ill: who goes instead? Nothing is written down and nobody told before it is taken."""
    with transaction():
        run_id = planning.ask_for_ill(member_id, day, by, now).id
    return queueing.poke(run_id)


def stop_plan(run_id: int, now: datetime) -> None:
    """The best so far will do."""
    with transaction():
        planning.stop(run_id, now)


def leave_plan(run_id: int, by: Actor, now: datetime) -> None:
    """The plan is not wanted; nobody has heard of it."""
    with transaction():
        planning.leave(run_id, by, now)


def take_plan(run_id: int, by: Actor, now: datetime) -> Changes:
    """Do what the plan changes; PlanOutdatedError when it has to be mended first, and is.

    The texts wait for a while, in which all of it can be undone.
    """
    held_back = timedelta(seconds=settings().plan_undo_seconds)
    try:
        with transaction():
            changes = taking.take(run_id, by, now)
            tell(changes, now)
            rows.hold_back(changes.visits, now, now + held_back)
    except PlanOutdatedError:
        with transaction():
            mended = taking.mend(run_id, by, now).id
        raise PlanOutdatedError(queueing.poke(mended)) from None
    return changes


def undo_plan(run_id: int, by: Actor, now: datetime) -> Changes:
    """Everything stands again as it stood, and nobody has heard of it; SettledError when somebody has."""
    with transaction():
        changes = undoing.undo(run_id, by, now)
        tell(changes, now)
    return changes


def adopt_service_time(kind: learning.Kind, row_id: int, seen: str, by: Actor, now: datetime) -> None:
    """Plan an item or a member with what reports have taught."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        learning.adopt(kind, row_id, seen, by, now)


def mark_fall_risk(items: Collection[int], by: Actor, now: datetime) -> None:
    """These items guard against a fall: they go before others where not all can be served."""
    with transaction():
        learning.mark_fall_risk(items, by, now)


def take_back_service_time(kind: learning.Kind, row_id: int, seen: str, by: Actor, now: datetime) -> None:
    """Plan with what was planned before."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        learning.take_back(kind, row_id, seen, by, now)


def add_item(details: ItemDetails, by: Actor, now: datetime) -> ServiceItem:
    """Something new may be asked for."""
    with transaction():
        return catalogue.add(details, by, now)


def change_item(item_id: int, details: ItemDetails, by: Actor, now: datetime, *, seen: str) -> ServiceItem:
    """A catalogue entry changes; visits that are promised keep the minutes that they have."""
    with transaction():
        locking.lock_days_ahead(seoul_day(now))
        return catalogue.change(item_id, details, by, now, seen=seen)
