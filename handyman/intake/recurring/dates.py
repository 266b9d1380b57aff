"""When a check visit is due, and from when on it is looked for. No clock, no tables."""

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

MOST_CLOSED = 30  # days: longer than any row of holidays
EARLY_A_MONTH, EARLIEST = 7, 14  # a visit may come so many days before it is due
LEAD_A_MONTH = 10  # a monthly visit is not looked for before the last one was


def next_due(last: date, every_months: int, works: Callable[[date], bool]) -> date:
    """So many months later; the end of a shorter month, and the next day on which the office works."""
    return working(last + relativedelta(months=every_months), works)


def working(day: date, works: Callable[[date], bool]) -> date:
    days = (day + timedelta(days=ahead) for ahead in range(MOST_CLOSED))
    return next((each for each in days if works(each)), day)


def asked_from(due: date, every_months: int, lead_days: int) -> date:
    """The day on which it becomes a request: near enough that there are windows for it."""
    return due - timedelta(days=min(lead_days, LEAD_A_MONTH * every_months))


def not_before(due: date, every_months: int) -> date:
    """The first day on which somebody may come."""
    return due - timedelta(days=min(EARLIEST, EARLY_A_MONTH * every_months))
