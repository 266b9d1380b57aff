"""How much waits for a person, in one number for the head of every page."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, text

from handyman import expiry
from handyman.board.work import queries
from handyman.extensions import rows
from handyman.models import (
    TO_PASS_ON,
    VAGUE,
    Address,
    Assignment,
    InboundMessage,
    Member,
    Noticing,
    RefusedPress,
    ServiceRequest,
    Visit,
    WaitingEntry,
    passing_on,
)
from handyman.words import seoul_day


def _not_for_a_place() -> ColumnElement[bool]:
    """Nobody can do anything before one opens, unless the address is to be found first."""
    located = Address.grade.not_in(VAGUE)
    waiting = exists().where(WaitingEntry.request_id == ServiceRequest.id, ~queries.OPENED)
    return ~(waiting & exists().where(Address.id == ServiceRequest.address_id, located))


_PARTS: tuple[Select[Any], ...] = (
    select(ServiceRequest.id).where(text("service_requests.state = 'logged'"), _not_for_a_place()),
    select(Assignment.id).where(text("assignments.state = 'open'")),
    select(Visit.id).where(queries.NOT_BEGUN),
    select(Visit.id).where(queries.NOT_REPORTED),
    select(Assignment.id)
    .join(Visit, Visit.id == Assignment.visit_id)
    .join(Member, Member.id == Assignment.member_id)
    .where(queries.WITH_WHO_RESTS),
    select(Noticing.id).where(text("noticings.handled_at IS NULL")),
    select(RefusedPress.visit_id).where(text("refused_presses.handled_at IS NULL")).distinct(),
    select(InboundMessage.id).where(text("inbound.handled_at IS NULL")),
    TO_PASS_ON,
    expiry.SOON,
)
# every page asks this: it is put together once
_COUNT = select(*(select(func.count()).select_from(part.subquery()).scalar_subquery() for part in _PARTS))


def count(now: datetime) -> int:
    """What the work list holds, but for what waits for a member's answer or for a place: one query."""
    today = seoul_day(now)
    asked = {**queries.silence(now), **passing_on(now)}
    return sum(rows(_COUNT, today=today, warned_until=expiry.warned_until(today), **asked).one())
