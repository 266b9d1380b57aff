"""A coordinator takes over what was learned, or takes it back. Only later bookings are planned with it."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from handyman.board.refusals import BoardError, ChangedMeanwhileError
from handyman.board.service_times import page
from handyman.board.service_times.adoptions import LEARNED, TAKEN_BACK
from handyman.extensions import db
from handyman.models import Actor, Member, ServiceItem, record
from handyman.words import seoul_day


class Kind(StrEnum):
    ITEM = "items"
    MEMBER = "members"


TABLES: dict[Kind, type[ServiceItem] | type[Member]] = {Kind.ITEM: ServiceItem, Kind.MEMBER: Member}


class NothingThereError(BoardError):
    """No such item or member is planned with."""


def adopt(kind: Kind, row_id: int, seen: str, by: Actor, now: datetime) -> None:
    """Plan with what was proposed, or ChangedMeanwhileError when that is no longer what the page showed."""
    row = _locked(kind, row_id)
    line = _line(kind, row_id, now)
    if line.proposed is None or seen != str(line.proposed):
        raise ChangedMeanwhileError
    _write(row, str(line.planned), str(line.proposed), LEARNED, by, now)


def take_back(kind: Kind, row_id: int, seen: str, by: Actor, now: datetime) -> None:
    """Plan with what was planned before the last step."""
    row = _locked(kind, row_id)
    line = _line(kind, row_id, now)
    if line.before is None or seen != str(line.before):
        raise ChangedMeanwhileError
    _write(row, str(line.planned), str(line.before), TAKEN_BACK, by, now)


def mark_fall_risk(items: Collection[int], by: Actor, now: datetime) -> None:
    """Exactly these items guard against a fall and go first."""
    query = select(ServiceItem).where(ServiceItem.active, ServiceItem.permitted).with_for_update()
    for row in db.session.scalars(query.order_by(ServiceItem.id)):
        if row.fall_risk != (row.id in items):
            row.fall_risk = row.id in items
            record(row, by, now, moved_to="fall_risk" if row.fall_risk else "usual", why="marked")
    db.session.flush()


def _locked(kind: Kind, row_id: int) -> ServiceItem | Member:
    table = TABLES[kind]
    query = select(table).where(table.id == row_id).with_for_update()
    row: Any = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NothingThereError
    return row  # type: ignore[no-any-return]


def _line(kind: Kind, row_id: int, now: datetime) -> page.ItemLine | page.MemberLine:
    times = page.load(seoul_day(now))
    lines: dict[int, page.ItemLine | page.MemberLine] = {}
    lines.update((line.id, line) for line in (times.items if kind is Kind.ITEM else times.members))
    if row_id not in lines:
        raise NothingThereError
    return lines[row_id]


def _write(row: ServiceItem | Member, before: str, after: str, why: str, by: Actor, now: datetime) -> None:
    if isinstance(row, ServiceItem):
        minutes = page.Minutes.parse(after)
        row.base_minutes, row.minutes_per_piece = minutes.base, minutes.per_piece
    else:
        row.pace_percent = int(after)
    record(row, by, now, moved_from=before, moved_to=after, why=why)
    db.session.flush()
