"""What is asked before a promised visit may change its member: some queries for all visits of some days."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from handyman.board.needs import HEARD_OF, promised_anew
from handyman.board.wishes import LIVES, Wishes, gather, of_homes
from handyman.extensions import rows
from handyman.models import (
    Assignment,
    Offer,
    OfferState,
    RequestItem,
    ServiceItem,
    Skill,
    Visit,
    VisitItem,
    VisitState,
    service_item_skills,
)

OPEN = (OfferState.OFFERED, OfferState.ACCEPTED)
ON_THE_DAYS = Visit.day.in_(bindparam("days", expanding=True))
SKILLS = (
    select(VisitItem.visit_id, Skill.code)
    .join(Visit, Visit.id == VisitItem.visit_id)
    .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
    .join(ServiceItem, ServiceItem.id == RequestItem.service_item_id)
    .join(service_item_skills, service_item_skills.c.service_item_id == ServiceItem.id)
    .join(Skill, Skill.id == service_item_skills.c.skill_id)
    .where(ON_THE_DAYS)
)
BEFORE = aliased(Visit)
EARLIER = (
    select(Visit.id, Assignment.member_id)
    .join(BEFORE, BEFORE.resident_id == Visit.resident_id)
    .join(Assignment, Assignment.visit_id == BEFORE.id)
    .where(ON_THE_DAYS, BEFORE.state == VisitState.FINISHED, Assignment.member_id.is_not(None))
)
ASKED = (
    select(Assignment.visit_id, Offer.member_id, Offer.offered_at, Offer.state, Offer.by_hand)
    .join(Assignment, Assignment.id == Offer.assignment_id)
    .join(Visit, Visit.id == Assignment.visit_id)
    .where(ON_THE_DAYS, HEARD_OF)
)
WISHES = of_homes(select(Visit.id).join(LIVES, LIVES.id == Visit.resident_id)).where(ON_THE_DAYS)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of all visits of the days, by their ids."""

    skills: Mapping[int, frozenset[str]]
    earlier: Mapping[int, frozenset[int]]  # who has worked in this home before
    asked: Mapping[int, frozenset[int]]  # since the promise was made, whatever they answered
    by_hand: frozenset[int]  # somebody chose the member, or it is to change for a caller who is being asked
    wishes: Mapping[int, Wishes]  # of member and resident, for or against each other


def load(days: Collection[date], held: frozenset[int] = frozenset()) -> Facts:
    wanted = list(days)
    moved = promised_anew(Visit.day.in_(wanted))
    found = rows(ASKED, days=wanted).all()
    return Facts(
        skills=_sets(rows(SKILLS, days=wanted)),
        earlier=_sets(rows(EARLIER, days=wanted)),
        asked=_sets(
            (row.visit_id, row.member_id)
            for row in found
            if row.visit_id not in moved or row.offered_at >= moved[row.visit_id]
        ),
        by_hand=held | {row.visit_id for row in found if row.by_hand and row.state in OPEN},
        wishes=gather(rows(WISHES, days=wanted)),
    )


def _sets(pairs: Iterable[Any]) -> Mapping[int, frozenset[Any]]:
    found: dict[int, set[Any]] = defaultdict(set)
    for visit_id, value in pairs:
        found[visit_id].add(value)
    return {visit_id: frozenset(values) for visit_id, values in found.items()}
