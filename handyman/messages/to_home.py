"""What a resident is told of when somebody comes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handyman.extensions import settings
from handyman.messages import home_page, stood_in, wording, written
from handyman.messages.hours import next_allowed
from handyman.messages.moments import stamp
from handyman.messages.rows import Draft, resident_of, write
from handyman.messages.spoken import CLIMBS
from handyman.models import Message, MessageKind, Visit
from handyman.words import at_minute

K = MessageKind
STILL_TRUE = timedelta(hours=1)
NEXT_DAY = timedelta(days=1)


def of_move(visit: Visit, before: Iterable[Message], now: datetime) -> None:
    """The resident, and whoever was told in their stead: of that `before` tells."""
    span = (next_allowed(now, visit.window_end), visit.window_end)
    tell(visit, K.RESIDENT_MOVED, *span, now, f":{stamp(now)}")
    key = f"{visit.id}:moved:{stamp(now)}:{stamp(visit.window_start)}"
    stood_in.tell(visit, K.RESIDENT_MOVED, before, key, span, now)
    home_page.tell(visit, now)
    day_before(visit, now)


def tell(
    visit: Visit,
    kind: MessageKind,
    due_at: datetime,
    not_after: datetime,
    now: datetime,
    again: str = "",
    start: datetime | None = None,
) -> None:
    """`start` when they knew it at another time."""
    name = kind.removeprefix("resident_").replace("_", "-")
    key = f"visit:{visit.id}:{name}{again}:{stamp(start or visit.window_start)}"
    said = wording.spoken_to_resident(visit, kind, start=start) if kind in CLIMBS else ""
    if text := written.for_resident(visit, kind, start):
        write(Draft(kind, resident_of(visit, now), key, text, due_at, not_after, visit, said), now)


def day_before(visit: Visit, now: datetime) -> None:
    """Skipped when the promise was made later than that: the booking's own text suffices."""
    eve, at = visit.day - NEXT_DAY, settings().day_before_at
    due_at = at_minute(eve, at.hour * 60 + at.minute)
    if due_at > now:
        not_after = max(at_minute(eve, settings().text_hours.end), due_at + STILL_TRUE)
        tell(visit, K.RESIDENT_DAY_BEFORE, due_at, not_after, now)
