"""The days on which the office works, and how long an offer may wait for its answer."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from handyman.config import TimeSpan
from handyman.extensions import settings
from handyman.words import at_minute, minute_of_day, seoul_day

MAX_CLOSED_DAYS = 60  # longer than any row of holidays: ends the search whatever the settings say


@lru_cache(maxsize=32)
def public_holidays(year: int) -> frozenset[date]:
    """Those of Korea, days in lieu included."""
    import holidays

    return frozenset(holidays.country_holidays("KR", years=year))


def is_working(day: date, work_days: Collection[int]) -> bool:
    return day.weekday() in work_days and day not in public_holidays(day.year)


def is_working_day(day: date) -> bool:
    """By the office's own settings."""
    return is_working(day, settings().work_days)


def working_days(first: date, count: int) -> list[date]:
    """The working days among so many calendar days."""
    days = (first + timedelta(days=ahead) for ahead in range(count + 1))
    return [day for day in days if is_working_day(day)]


def find_expiry(
    now: datetime, start: datetime, minutes: int, hours: TimeSpan, works: Callable[[date], bool]
) -> datetime:
    """When an offer made now runs out: minutes count in offer hours of working days, and end at the start."""
    left = minutes
    for day in _days_from(seoul_day(now)):
        if not works(day):
            continue
        opens = max(minute_of_day(now, day), hours.start)
        if opens >= hours.end:
            continue
        if opens + left <= hours.end:
            exact = (
                now + timedelta(minutes=left)
                if at_minute(day, opens) <= now
                else at_minute(day, opens + left)
            )
            return max(min(exact, start), now)
        left -= hours.end - opens
    return max(start, now)


def _days_from(day: date) -> Iterator[date]:
    return (day + timedelta(days=ahead) for ahead in range(MAX_CLOSED_DAYS))
