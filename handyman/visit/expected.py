"""When one of ours may stand at a door: one answer for those at home and for whoever asks."""

from datetime import datetime, timedelta
from enum import StrEnum

from handyman.models import ENDED, AssignmentState, Visit, VisitState
from handyman.set_out import announced
from handyman.words import at_minute

BEFORE = timedelta(hours=1)
AFTER = timedelta(hours=2)


class Door(StrEnum):
    """What a visit says of whoever stands at its door now."""

    EXPECTED = "expected"
    LATER = "later"
    NOBODY = "nobody"  # has accepted
    PAST = "past"  # and never reported
    OVER = "over"
    CANCELLED = "cancelled"


def at_door(visit: Visit, now: datetime) -> Door:
    if visit.state in ENDED:
        return Door.CANCELLED if visit.state is VisitState.CANCELLED else Door.OVER
    if is_past(visit, now):
        return Door.PAST
    if not any(place.state is AssignmentState.ACCEPTED for place in visit.assignments):
        return Door.NOBODY
    return Door.EXPECTED if _is_there(visit) or _first(visit) <= now else Door.LATER


def is_past(visit: Visit, now: datetime) -> bool:
    """Nobody can be expected any more, and nobody has reported: it was forgotten, or nobody came."""
    return visit.state not in ENDED and now >= _until(visit)


def _first(visit: Visit) -> datetime:
    return max(min([visit.window_start, *_announced(visit)]) - BEFORE, at_minute(visit.day, 0))


def _until(visit: Visit) -> datetime:
    """Whoever has arrived stays until they say that they are done, and no longer than that day."""
    midnight = at_minute(visit.day, 24 * 60)
    if _is_there(visit):
        return midnight
    return min(max([visit.window_end, *_announced(visit)]) + AFTER, midnight)


def _is_there(visit: Visit) -> bool:
    return visit.state is VisitState.ARRIVED and visit.ended_at is None


def _announced(visit: Visit) -> list[datetime]:
    at = announced(visit)
    return [at] if at is not None else []
