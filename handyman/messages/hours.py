"""When people may be disturbed: by a text, and by a ringing telephone. On the way is said at any hour."""

from datetime import datetime, timedelta

from handyman.config import TimeSpan
from handyman.extensions import settings
from handyman.models import Channel, MessageKind
from handyman.words import at_minute, seoul_day

AT_NIGHT = "at_night"  # why a person is asked
AT_ANY_HOUR = frozenset(
    {MessageKind.RESIDENT_ON_THE_WAY, MessageKind.MEMBER_CODE}
)  # whoever waits at the door, or for a code, is awake


def next_allowed(at: datetime, latest: datetime) -> datetime:
    """The next minute at which a text may disturb; at once, for a person, when waiting makes it useless."""
    allowed = _next(at, settings().text_hours)
    return allowed if allowed < latest else at


def next_call(at: datetime, latest: datetime) -> datetime | None:
    """The next minute at which a telephone may ring; None when that is too late."""
    allowed = _next(at, settings().call_hours)
    return allowed if allowed < latest else None


def is_night(kind: MessageKind, at: datetime) -> bool:
    """Whether a text of this kind would disturb people then."""
    return kind not in AT_ANY_HOUR and _next(at, settings().text_hours) > at


def next_leave(kind: MessageKind, channel: Channel, at: datetime, latest: datetime) -> datetime | None:
    """When a row that was put off may leave; None when that is too late, and a person has to tell them."""
    if kind in AT_ANY_HOUR:
        return at if at < latest else None
    office = settings()
    allowed = _next(at, office.call_hours if channel is Channel.VOICE else office.text_hours)
    return allowed if allowed < latest else None


def _next(at: datetime, hours: TimeSpan) -> datetime:
    day = seoul_day(at)
    opens, closes = at_minute(day, hours.start), at_minute(day, hours.end)
    if opens <= at < closes:
        return at
    return opens if at < opens else at_minute(day + timedelta(days=1), hours.start)
