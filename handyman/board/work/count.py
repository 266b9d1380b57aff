"""How much waits for a person, in one number for the head of every page."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, text

from handyman import expiry
from handyman.board.work import queries
from handyman.extensions import rows
from handyman.models import (
    VAGUE,
    Address,
    Assignment,
    InboundMessage,
    Member,
    Noticing,
    ServiceRequest,
    Visit,
    WaitingEntry,
    texts_to_pass_on,
)
from handyman.words import seoul_day


def count(now: datetime) -> int:
    """What the work list holds, but for what waits for a member's answer or for a place: one query."""
    begun, ended = now - queries.NOT_OUT, int((now - queries.NOT_OUT).timestamp())
    parts: list[Select[Any]] = [
        select(ServiceRequest.id).where(text("service_requests.state = 'logged'"), _not_for_a_place()),
        select(Assignment.id).where(text("assignments.state = 'open'")),
        select(Visit.id).where(queries.COMING, Visit.start < now - queries.LATE_START),
        select(Visit.id).where(queries.BEGUN, Visit.start < begun, ended > queries.PLANNED_END),
        select(Assignment.id)
        .join(Visit, Visit.id == Assignment.visit_id)
        .join(Member, Member.id == Assignment.member_id)
        .where(queries.WITH_WHO_RESTS),
        select(Noticing.id).where(text("noticings.handled_at IS NULL")),
        select(InboundMessage.id).where(text("inbound.handled_at IS NULL")),
        texts_to_pass_on(now),
        expiry.soon(seoul_day(now)),
    ]
    counts = [select(func.count()).select_from(part.subquery()).scalar_subquery() for part in parts]
    return sum(rows(select(*counts), today=seoul_day(now)).one())


def _not_for_a_place() -> ColumnElement[bool]:
    """Nobody can do anything before one opens, unless the address is to be found first."""
    located = Address.grade.not_in(VAGUE)
    waiting = exists().where(WaitingEntry.request_id == ServiceRequest.id, ~queries.OPENED)
    return ~(waiting & exists().where(Address.id == ServiceRequest.address_id, located))
