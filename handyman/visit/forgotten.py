"""Steps that nobody pressed: asked for at the next one, with times to choose from, and never insisted on."""

from datetime import datetime, timedelta

from handyman.extensions import db
from handyman.models import Actor, Visit, VisitState
from handyman.visit.progress import hold
from handyman.visit.taps import Step, Tap, is_new
from handyman.words import at_minute, minute_of_day, seoul_day

AGO = (10, 20, 30, 45, 60)  # minutes
LONG_AGO = (30, 60, 90, 120)
LATE = timedelta(hours=1)  # after the planned start somebody may still have arrived
STEP = 5  # minutes: nobody remembers single ones
ASKED = "when_"  # before the step, in what was pressed


def missing(visit: Visit, pressed: frozenset[str]) -> Step | None:
    """The forgotten step that has still to be asked for, the latest first: it says more."""
    if visit.state is not VisitState.ARRIVED:
        return None
    times = [(Step.TRAVEL, visit.on_the_way_at)]
    if visit.ended_at is not None:
        times.insert(0, (Step.ARRIVE, visit.arrived_at))
    forgot = (step for step, at in times if at is None and ASKED + step not in pressed)
    return next(forgot, None)


def choices(visit: Visit, step: Step) -> list[datetime]:
    """When it may have been, the latest first."""
    until = _until(visit, step)
    if until is None:
        return []
    if seoul_day(until) != visit.day:  # said on a later day: it was about when it was planned
        until = visit.start + (LATE if step is Step.ARRIVE else timedelta(0))
    found = {_rounded(until - timedelta(minutes=minutes)) for minutes in _ago(step)}
    if step is Step.ARRIVE:
        found |= {at for at in (visit.start, visit.arriving_at) if at is not None}
    return sorted((at for at in found if _earliest(visit) <= at <= until), reverse=True)


def read_clock(visit: Visit, step: Step, said: str) -> datetime | None:
    """A time of the visit's day as it was chosen or typed; None when it cannot have been then."""
    hour, colon, minute = said.strip().partition(":")
    if not colon or not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in (hour, minute)):
        return None
    if int(hour) > 23 or int(minute) > 59:
        return None
    at, until = at_minute(visit.day, int(hour) * 60 + int(minute)), _until(visit, step)
    earliest = _earliest(visit)
    if until is None or not earliest.replace(second=0, microsecond=0) <= at <= until:
        return None
    return max(at, earliest)


def fill_in(visit_id: int, step: Step, at: datetime | None, by: Actor, tap: Tap, now: datetime) -> None:
    """When it was; None where nobody remembers, and nobody asks again."""
    visit = hold(visit_id, by, now)
    if not is_new(visit_id, tap, by, ASKED + step, now) or at is None:
        return
    if step is Step.TRAVEL and visit.on_the_way_at is None:
        visit.on_the_way_at = at
    elif step is Step.ARRIVE and visit.arrived_at is None:
        visit.arrived_at = max(at, visit.on_the_way_at or at)
    db.session.flush()


def _earliest(visit: Visit) -> datetime:
    midnight = at_minute(visit.day, 0)
    return max(visit.on_the_way_at or midnight, midnight)


def _until(visit: Visit, step: Step) -> datetime | None:
    return visit.arrived_at or visit.ended_at if step is Step.TRAVEL else visit.ended_at


def _ago(step: Step) -> tuple[int, ...]:
    return AGO if step is Step.TRAVEL else LONG_AGO


def _rounded(at: datetime) -> datetime:
    day = seoul_day(at)
    return at_minute(day, minute_of_day(at, day) // STEP * STEP)
