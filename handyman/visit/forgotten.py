"""Steps that nobody pressed: asked for at the next one, with times to choose from, and never insisted on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handyman.extensions import db
from handyman.models import Actor, Visit, VisitState
from handyman.visit.minutes import instant
from handyman.visit.progress import REPORTED, hold
from handyman.visit.taps import Step, Tap, is_new
from handyman.words import at_minute, minute_of_day, seoul_day

AGO = (10, 20, 30, 45, 60)  # minutes
LONG_AGO = (30, 60, 90, 120)
JUST_NOW = (5, 10, 15, 20)  # besides, where those leave little to choose from
FEW = 3
LATE = timedelta(hours=1)  # after the planned start somebody may still have arrived
STEP = 5  # minutes: nobody remembers single ones
ASKED = "when_"  # before the step, in what was pressed


def missing(visit: Visit, pressed: frozenset[str]) -> tuple[Step, ...]:
    """Before what was pressed, also once it is reported; the latest first, for it says more."""
    if visit.state not in (VisitState.ARRIVED, *REPORTED) or not (visit.arrived_at or visit.ended_at):
        return ()
    times = [(Step.TRAVEL, visit.on_the_way_at)]
    if visit.ended_at is not None:
        times.insert(0, (Step.ARRIVE, visit.arrived_at))
    return tuple(step for step, at in times if at is None and ASKED + step not in pressed)


def choices(visit: Visit, step: Step) -> list[datetime]:
    """When it may have been, the latest first."""
    until = _until(visit, step)
    if until is None:
        return []
    if seoul_day(until) != visit.day:
        until = _usual(visit, step)
    found = _fitting(visit, until, {*_back(until, _ago(step)), *_planned(visit, step)})
    if len(found) < FEW:
        found |= _fitting(visit, until, _back(until, JUST_NOW))
    return sorted(found, reverse=True)


def read_clock(visit: Visit, step: Step, said: str) -> datetime | None:
    """A time of the visit's day as it was chosen or typed; None when it cannot have been then."""
    at, until, earliest = _clock(visit, said), _until(visit, step), _earliest(visit)
    if at is None or until is None or not earliest.replace(second=0, microsecond=0) <= at <= until:
        return None
    return max(at, earliest)


def for_telephone(visit: Visit, step: Step) -> dict[str, int | str]:
    """With what a telephone finds the same choices (times.js): it may know of presses of which we do not."""
    return {
        "midnight": instant(at_minute(visit.day, 0)),
        "travel": instant(visit.on_the_way_at),
        "arrive": instant(visit.arrived_at),
        "end": instant(visit.ended_at),
        "usual": instant(_usual(visit, step)),
        "planned": " ".join(str(instant(at)) for at in _planned(visit, step)),
        "ago": " ".join(map(str, _ago(step))),
        "shorter": " ".join(map(str, JUST_NOW)),
    }


def roughly(visit: Visit, step: Step, said: str) -> datetime | None:
    """As it was said without signal, or the nearest that it can have been; None where it is no time."""
    at, until = _clock(visit, said), _until(visit, step)
    return None if at is None or until is None else min(max(at, _earliest(visit)), until)


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


def _clock(visit: Visit, said: str) -> datetime | None:
    hour, colon, minute = said.strip().partition(":")
    if not colon or not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in (hour, minute)):
        return None
    if int(hour) > 23 or int(minute) > 59:
        return None
    return at_minute(visit.day, int(hour) * 60 + int(minute))


def _earliest(visit: Visit) -> datetime:
    midnight = at_minute(visit.day, 0)
    return max(visit.on_the_way_at or midnight, midnight)


def _until(visit: Visit, step: Step) -> datetime | None:
    return visit.arrived_at or visit.ended_at if step is Step.TRAVEL else visit.ended_at


def _usual(visit: Visit, step: Step) -> datetime:
    """Said on a later day: it was about when it was planned."""
    return visit.start + (LATE if step is Step.ARRIVE else timedelta(0))


def _planned(visit: Visit, step: Step) -> list[datetime]:
    times = (visit.start, visit.arriving_at) if step is Step.ARRIVE else ()
    return [at for at in times if at is not None]


def _back(until: datetime, minutes: Iterable[int]) -> set[datetime]:
    return {_rounded(until - timedelta(minutes=each)) for each in minutes}


def _fitting(visit: Visit, until: datetime, times: Iterable[datetime]) -> set[datetime]:
    return {at for at in times if _earliest(visit) <= at <= until}


def _ago(step: Step) -> tuple[int, ...]:
    return AGO if step is Step.TRAVEL else LONG_AGO


def _rounded(at: datetime) -> datetime:
    day = seoul_day(at)
    return at_minute(day, minute_of_day(at, day) // STEP * STEP)
