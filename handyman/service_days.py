"""Whoever plans on a day, or changes what others plan on, holds that day until the end of the transaction.

Its version is raised with it: whoever keeps a picture of the day knows by that to look again.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from handyman.extensions import db, settings, write_new
from handyman.models import ServiceDay

MOVE_DAYS = 60  # how far ahead a visit may be moved by hand


def lock_days(days: Iterable[date]) -> None:
    """Lock the days, and the first of their months: monthly caps are shared by all days of a month.

    SQLite writers queue at BEGIN already; PostgreSQL waits at the row. Always in the same order.
    """
    wanted = sorted({day for asked in days for day in (asked.replace(day=1), asked)})
    if not wanted:
        return
    write_new(ServiceDay, [{"day": day, "version": 0} for day in wanted])
    held = (
        select(ServiceDay)
        .where(ServiceDay.day.in_(wanted))
        .order_by(ServiceDay.day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in db.session.scalars(held):
        row.version += 1
    db.session.flush()


def lock_days_ahead(today: date, first: date | None = None, last: date | None = None) -> None:
    """All days that anybody may plan on by now, or those of them in between: a member's own days change."""
    reach = max(MOVE_DAYS, 2 * settings().booking_days)
    days = (today + timedelta(days=ahead) for ahead in range(reach + 1))
    lock_days(day for day in days if (first or day) <= day <= (last or day))
