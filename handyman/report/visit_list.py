"""Every reported visit of a month in one line, without a name, a number or an address of a resident."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.models import (
    Assignment,
    AssignmentState,
    CompletionReport,
    MaterialUse,
    Outcome,
    RequestItem,
    Visit,
    VisitItem,
)
from handyman.month import Month
from handyman.report.monthly import REPORTED
from handyman.words import name_of


@dataclass(frozen=True, slots=True)
class VisitLine:
    request_numbers: str
    number: str
    day: date
    dong: str
    outcome: Outcome | None
    items: str
    pieces: int
    members: str
    minutes: int
    materials: str
    material_won: int


def list_visits(month: Month) -> list[VisitLine]:
    """In the order of the days."""
    query = (
        select(Visit)
        .where(Visit.day >= month.first, Visit.day < month.end, Visit.state.in_(REPORTED))
        .options(
            joinedload(Visit.address),
            joinedload(Visit.report)
            .selectinload(CompletionReport.materials)
            .joinedload(MaterialUse.material),
            selectinload(Visit.assignments).joinedload(Assignment.member),
            selectinload(Visit.items)
            .joinedload(VisitItem.request_item)
            .options(joinedload(RequestItem.service_item), joinedload(RequestItem.request)),
        )
        .order_by(Visit.day, Visit.start, Visit.id)
    )
    return [_line(visit) for visit in db.session.scalars(query)]


def _line(visit: Visit) -> VisitLine:
    report = visit.report
    uses = report.materials if report else []
    done = [(item.request_item, item.done_quantity or 0) for item in visit.items]
    return VisitLine(
        request_numbers=", ".join(sorted({item.request.number for item, _pieces in done})),
        number=visit.number,
        day=visit.day,
        dong=visit.address.dong,
        outcome=report.outcome if report else None,
        items=", ".join(f"{name_of(item.service_item)} {pieces}" for item, pieces in done if pieces),
        pieces=sum(pieces for _item, pieces in done),
        members=", ".join(
            place.member.name
            for place in visit.assignments
            if place.member and place.state is AssignmentState.ACCEPTED
        ),
        minutes=report.minutes if report else 0,
        materials=", ".join(f"{name_of(use.material)} {use.quantity}" for use in uses),
        material_won=sum(use.quantity * use.unit_price for use in uses),
    )
