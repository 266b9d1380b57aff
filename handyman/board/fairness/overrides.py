"""Members chosen by hand: how often, why and by whom, on visits of a month and of its year so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from handyman.extensions import rows
from handyman.models import (
    ActorKind,
    Assignment,
    AuditEntry,
    Member,
    Offer,
    OfferState,
    User,
    Visit,
    VisitState,
)
from handyman.month import Month

MOST_LISTED = 60  # more than that is read as counts
Earlier = aliased(Offer)
Undoing = aliased(AuditEntry)
UNDONE = (
    select(Undoing.id)
    .where(
        Undoing.entity == Offer.__tablename__,
        Undoing.entity_id == Offer.id,
        Undoing.why.in_(("undone", "restored")),
    )
    .exists()
)


@dataclass(frozen=True, slots=True)
class Count:
    key: str  # a reason, or the name of whoever chose; "" where nobody has written it down
    month: int
    year: int


@dataclass(frozen=True, slots=True)
class Overrides:
    visits_month: int  # all that were promised, chosen by hand or not
    visits_year: int
    month: int
    year: int
    reasons: Sequence[Count]
    choosers: Sequence[Count]
    latest: Sequence[Any]  # of the month, the newest first


def load(month: Month) -> Overrides:
    """Three queries."""
    counted = rows(_counts(month)).all()
    visits = rows(_visits(month)).one()
    return Overrides(
        visits_month=int(visits.month),
        visits_year=int(visits.year),
        month=sum(row.month for row in counted),
        year=sum(row.year for row in counted),
        reasons=_together((row.reason.value if row.reason else "", row) for row in counted),
        choosers=_together((row.chooser or "", row) for row in counted),
        latest=rows(_latest(month)).all(),
    )


def _together(found: Iterable[tuple[str, Any]]) -> list[Count]:
    """Most often first."""
    sums: dict[str, tuple[int, int]] = {}
    for key, row in found:
        month, year = sums.get(key, (0, 0))
        sums[key] = month + row.month, year + row.year
    ordered = sorted(sums.items(), key=lambda item: (-item[1][1], -item[1][0], item[0]))
    return [Count(key, month, year) for key, (month, year) in ordered]


def _in_month(month: Month) -> Any:
    return func.coalesce(func.sum(case((Visit.day >= month.first, 1), else_=0)), 0).label("month")


def _of_year(query: Any, month: Month) -> Any:
    day = Visit.day >= month.first.replace(month=1), Visit.day < month.end
    return query.where(*day, Visit.state != VisitState.CANCELLED)


def _visits(month: Month) -> Any:
    return _of_year(select(_in_month(month), func.count().label("year")).select_from(Visit), month)


def _counts(month: Month) -> Any:
    query = select(
        Offer.override_reason.label("reason"),
        User.name.label("chooser"),
        _in_month(month),
        func.count().label("year"),
    )
    return _of_year(_by_hand(query), month).group_by(Offer.override_reason, User.id, User.name)


def _latest(month: Month) -> Any:
    before = (
        select(Member.name)
        .join(Earlier, Earlier.member_id == Member.id)
        .where(
            Earlier.assignment_id == Offer.assignment_id,
            Earlier.id < Offer.id,
            Earlier.state == OfferState.WITHDRAWN,
        )
        .order_by(Earlier.id.desc())
        .limit(1)
        .correlate(Offer)
        .scalar_subquery()
    )
    chosen = aliased(Member)
    query = select(
        Visit.id.label("visit_id"),
        Visit.day,
        chosen.name.label("member"),
        before.label("instead_of"),
        Offer.override_reason.label("reason"),
        Offer.override_note.label("note"),
        User.name.label("chooser"),
    )
    query = _of_year(_by_hand(query), month).join(chosen, chosen.id == Offer.member_id)
    return (
        query.where(Visit.day >= month.first).order_by(Visit.day.desc(), Offer.id.desc()).limit(MOST_LISTED)
    )


def _by_hand(query: Any) -> Any:
    """The offers made by hand, with whoever made them; a move that was undone at once is none."""
    made = and_(
        AuditEntry.entity == Offer.__tablename__,
        AuditEntry.entity_id == Offer.id,
        AuditEntry.moved_to == OfferState.OFFERED.value,
    )
    return (
        query.select_from(Offer)
        .join(Assignment, Assignment.id == Offer.assignment_id)
        .join(Visit, Visit.id == Assignment.visit_id)
        .outerjoin(AuditEntry, made)
        .outerjoin(User, and_(AuditEntry.actor_kind == ActorKind.USER, User.id == AuditEntry.actor_id))
        .where(Offer.by_hand, ~UNDONE)
    )
