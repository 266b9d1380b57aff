"""When people may be disturbed: by a text, and by a ringing telephone. On the way is said at any hour."""

from datetime import datetime, timedelta

from handyman.config import TimeSpan
from handyman.extensions import settings
from handyman.models import Channel, Message, MessageKind
from handyman.words import at_minute, seoul_day

AT_ANY_HOUR = frozenset({MessageKind.RESIDENT_ON_THE_WAY})  # whoever waits at the door is awake


def next_allowed(at: datetime, latest: datetime) -> datetime:
    """The next minute at which a text may disturb; at once when waiting would make it useless."""
    allowed = _next(at, settings().text_hours)
    return allowed if allowed < latest else at


def next_call(at: datetime, latest: datetime) -> datetime | None:
    """The next minute at which a telephone may ring; None when that is too late."""
    allowed = _next(at, settings().call_hours)
    return allowed if allowed < latest else None


def may_leave_at(message: Message, now: datetime) -> datetime:
    """When a text or call that is due may leave: now, or when people may be disturbed again.

    A call whose time is over by then never leaves; it expires and a person passes it on.
    """
    if message.kind in AT_ANY_HOUR:
        return now
    if message.channel is Channel.VOICE:
        return next_call(now, message.not_after) or message.not_after
    return next_allowed(now, message.not_after)


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
