"""The month counted: households, cases and items; who worked how long; what was not done and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, func, select
from sqlalchemy.orm import InstrumentedAttribute

from handyman.extensions import db
from handyman.models import (
    Address,
    Assignment,
    AssignmentState,
    CompletionReport,
    MaterialUse,
    Member,
    Rating,
    Reopening,
    RequestItem,
    RequestState,
    Resident,
    Satisfaction,
    ServiceItem,
    ServiceRequest,
    TeamRole,
    Visit,
    VisitItem,
    VisitState,
)
from handyman.month import Month

Query = Any  # a select of columns; its exact type helps nobody here
REPORTED = (VisitState.FINISHED, VisitState.FAILED)
DONE = case((VisitItem.done_quantity > 0, 1), else_=None)  # counted, a NULL is not
FIRST_TIME = RequestItem.request_id.not_in(select(Reopening.request_id))  # no work is counted twice


@dataclass(frozen=True, slots=True)
class Totals:
    """What the district asks for, and what the co-operative pays by."""

    households: int
    cases: int
    items: int
    pieces: int
    visits: int
    failed: int
    cancelled: int
    material_won: int
    minutes: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    name_ko: str
    name_en: str
    unit: str
    cases: int
    items: int
    pieces: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    name: str
    visits: int
    as_lead: int
    as_second: int
    failed: int
    minutes: int


@dataclass(frozen=True, slots=True)
class DongRow:
    dong: str  # "" when the address was not found
    households: int
    visits: int
    pieces: int


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """How often something was not done for one coded reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Opinions:
    """What residents said of finished visits, and how many were repaired once more."""

    answered: int = 0
    works: int = 0
    works_not: int = 0
    manner: int = 0
    again: int = 0
    reopened: int = 0


@dataclass(frozen=True, slots=True)
class MonthReport:
    month: Month
    totals: Totals
    items: list[ItemRow]
    members: list[MemberRow]
    dongs: list[DongRow]
    opinions: Opinions
    failed: list[ReasonRow]
    cancelled_visits: list[ReasonRow]
    cancelled_requests: list[ReasonRow]


def count_month(month: Month) -> MonthReport:
    """Everything about one month, in as many queries as there are tables on the page."""
    members = _by_member(month)
    return MonthReport(
        month=month,
        totals=_totals(month, sum(row.minutes for row in members)),
        items=_by_item(month),
        members=members,
        dongs=_by_dong(month),
        opinions=_opinions(month),
        failed=_failed(month),
        cancelled_visits=_reasons(Visit.cancel_reason, _in_month(month), Visit.state == VisitState.CANCELLED),
        cancelled_requests=_reasons(
            ServiceRequest.cancel_reason,
            ServiceRequest.state == RequestState.CANCELLED,
            ServiceRequest.closed_at >= month.starts_at,
            ServiceRequest.closed_at < month.ends_at,
        ),
    )


def _totals(month: Month, minutes: int) -> Totals:
    states = {row[0]: row[1] for row in _rows(_visits_by_state(month))}
    households, cases, items, pieces = _rows(
        _finished(
            select(
                func.count(distinct(Resident.household_id)),
                func.count(distinct(RequestItem.request_id)),
                func.count(DONE),
                func.coalesce(func.sum(VisitItem.done_quantity), 0),
            ),
            month,
        ).where(FIRST_TIME)
    )[0]
    return Totals(
        households=households,
        cases=cases,
        items=items,
        pieces=int(pieces),
        visits=states.get(VisitState.FINISHED, 0),
        failed=states.get(VisitState.FAILED, 0),
        cancelled=states.get(VisitState.CANCELLED, 0),
        material_won=_material_won(month),
        minutes=minutes,
    )


def _visits_by_state(month: Month) -> Query:
    return select(Visit.state, func.count()).where(_in_month(month)).group_by(Visit.state)


def _material_won(month: Month) -> int:
    won = (
        select(func.coalesce(func.sum(MaterialUse.quantity * MaterialUse.unit_price), 0))
        .select_from(Visit)
        .join(CompletionReport, CompletionReport.visit_id == Visit.id)
        .join(MaterialUse, MaterialUse.report_id == CompletionReport.id)
        .where(_in_month(month), Visit.state.in_(REPORTED))
    )
    return int(db.session.scalar(won) or 0)


def _by_item(month: Month) -> list[ItemRow]:
    query = (
        _finished(
            select(
                ServiceItem.name_ko,
                ServiceItem.name_en,
                ServiceItem.unit,
                func.count(distinct(RequestItem.request_id)),
                func.count(DONE),
                func.sum(VisitItem.done_quantity),
            ),
            month,
        )
        .join(ServiceItem, RequestItem.service_item_id == ServiceItem.id)
        .where(VisitItem.done_quantity > 0, FIRST_TIME)
        .group_by(ServiceItem.id)
        .order_by(ServiceItem.position, ServiceItem.id)
    )
    return [ItemRow(*row) for row in _rows(query)]


def _by_member(month: Month) -> list[MemberRow]:
    """A visit's time counts for everybody who went."""
    finished = Visit.state == VisitState.FINISHED
    query = (
        select(
            Member.name,
            func.count(case((finished, 1))),
            func.count(case((finished & (Assignment.role == TeamRole.LEAD), 1))),
            func.count(case((finished & (Assignment.role == TeamRole.SECOND), 1))),
            func.count(case((Visit.state == VisitState.FAILED, 1))),
            func.coalesce(func.sum(CompletionReport.minutes), 0),
        )
        .select_from(Visit)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .join(Member, Assignment.member_id == Member.id)
        .outerjoin(CompletionReport, CompletionReport.visit_id == Visit.id)
        .where(
            _in_month(month),
            Visit.state.in_(REPORTED),
            Assignment.state == AssignmentState.ACCEPTED,
        )
        .group_by(Member.id, Member.name)
        .order_by(Member.name, Member.id)
    )
    return [MemberRow(*row) for row in _rows(query)]


def _by_dong(month: Month) -> list[DongRow]:
    dong = func.coalesce(func.nullif(Address.haengjeong_dong, ""), Address.beopjeong_dong)
    query = (
        _finished(
            select(
                dong,
                func.count(distinct(Resident.household_id)),
                func.count(distinct(Visit.id)),
                func.coalesce(func.sum(case((FIRST_TIME, VisitItem.done_quantity), else_=0)), 0),
            ),
            month,
        )
        .join(Address, Visit.address_id == Address.id)
        .group_by(dong)
        .order_by(dong)
    )
    return [DongRow(*row) for row in _rows(query)]


def _opinions(month: Month) -> Opinions:
    """By the month of the visit that they are about, whenever somebody answered."""
    columns = (
        (Satisfaction.works, Rating.GOOD),
        (Satisfaction.works, Rating.POOR),
        (Satisfaction.manner, Rating.GOOD),
        (Satisfaction.again, Rating.GOOD),
    )
    said = (
        select(
            func.count(Satisfaction.visit_id), *(func.count(case((row == is_, 1))) for row, is_ in columns)
        )
        .select_from(Visit)
        .join(Satisfaction, Satisfaction.visit_id == Visit.id)
        .where(_in_month(month))
    )
    again = (
        select(func.count())
        .select_from(Reopening)
        .join(Visit, Visit.id == Reopening.visit_id)
        .where(_in_month(month))
    )
    answered, works, works_not, manner, pleased = _rows(said)[0]
    reopened = db.session.scalar(again) or 0
    return Opinions(answered, works, works_not, manner, pleased, reopened)


def _failed(month: Month) -> list[ReasonRow]:
    query = (
        select(CompletionReport.outcome, func.count())
        .select_from(Visit)
        .join(CompletionReport, CompletionReport.visit_id == Visit.id)
        .where(_in_month(month), Visit.state == VisitState.FAILED)
        .group_by(CompletionReport.outcome)
        .order_by(func.count().desc(), CompletionReport.outcome)
    )
    return [ReasonRow(str(reason), number) for reason, number in _rows(query)]


def _reasons(reason: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> list[ReasonRow]:
    query = select(reason, func.count()).where(*conditions).group_by(reason)
    rows = _rows(query.order_by(func.count().desc(), reason))
    return [ReasonRow(str(code or "other"), number) for code, number in rows]


def _finished(query: Query, month: Month) -> Query:
    """Finished visits of the month with what was done in them and for whom."""
    return (
        query.select_from(Visit)
        .join(VisitItem, VisitItem.visit_id == Visit.id)
        .join(RequestItem, VisitItem.request_item_id == RequestItem.id)
        .join(Resident, Visit.resident_id == Resident.id)
        .where(_in_month(month), Visit.state == VisitState.FINISHED)
    )


def _in_month(month: Month) -> ColumnElement[bool]:
    return (Visit.day >= month.first) & (Visit.day < month.end)


def _rows(query: Query) -> Sequence[Any]:
    return db.session.execute(query).all()
