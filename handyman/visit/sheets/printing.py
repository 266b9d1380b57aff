"""Printing is written down: who printed a sheet for whom, when, and under which number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from handyman.extensions import db
from handyman.models import Actor, DaySheet, record
from handyman.service_days import lock_days
from handyman.visit.sheets.load import load
from handyman.visit.sheets.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet with its number, as it goes to the paper."""

    sheet: Sheet
    number: int


def print_sheets(day: date, member_id: int | None, by: Actor, now: datetime) -> list[Printed]:
    """All sheets of the day, or one member's, each under the day's next number."""
    lock_days([day])  # numbers run on, and nobody changes what is being printed
    sheets = [sheet for sheet in load(day, now) if member_id in (None, sheet.member_id)]
    last = db.session.scalar(select(func.max(DaySheet.number)).where(DaySheet.day == day)) or 0
    printed = [Printed(sheet, last + place) for place, sheet in enumerate(sheets, 1)]
    for each in printed:
        row = DaySheet(
            day=day,
            number=each.number,
            member_id=each.sheet.member_id,
            mark=each.sheet.mark,
            printed_at=now,
            printed_by_id=by.id,
        )
        db.session.add(row)
        db.session.flush()
        opened = sum(stop.opened for stop in each.sheet.stops)
        record(row, by, now, moved_to="printed", why=f"{opened} of {len(each.sheet.stops)} homes open")
    return printed


def last_printed(day: date) -> dict[int, DaySheet]:
    """The latest sheet of each member."""
    rows: Sequence[DaySheet] = db.session.scalars(
        select(DaySheet)
        .where(DaySheet.day == day)
        .order_by(DaySheet.number)
        .options(joinedload(DaySheet.printed_by))
    ).all()
    return {row.member_id: row for row in rows}
