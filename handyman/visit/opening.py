"""When a home's full address, entrance and telephone number may be seen by those who go there."""

from datetime import datetime, timedelta

from handyman.words import at_minute, seoul_day

EVENING_BEFORE = 17 * 60  # minutes after midnight: when the text of the day before goes out
HOURS_AFTER = timedelta(hours=6)  # long enough for a forgotten tool, short enough to forget the door code


def opens_at(start: datetime) -> datetime:
    """Five in the afternoon of the day before."""
    return at_minute(seoul_day(start) - timedelta(days=1), EVENING_BEFORE)


def closes_at(window_end: datetime, finished_at: datetime | None) -> datetime:
    """Six hours after the promised window, or after the work when that went on longer.

    What is reported on a later day, or once the door is shut, was over before: none opens again for it.
    """
    shut = window_end + HOURS_AFTER
    if finished_at is None or finished_at >= shut or seoul_day(finished_at) > seoul_day(window_end):
        return shut
    return max(window_end, finished_at) + HOURS_AFTER


def has_shut(now: datetime, window_end: datetime, finished_at: datetime | None) -> bool:
    """From here on a visit that nobody has reported is a past one."""
    return now >= closes_at(window_end, finished_at)


def is_open(now: datetime, start: datetime, window_end: datetime, finished_at: datetime | None) -> bool:
    return opens_at(start) <= now and not has_shut(now, window_end, finished_at)
