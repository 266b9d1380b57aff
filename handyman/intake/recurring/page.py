"""The list of all rules, the one that is due next first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db, settings
from handyman.intake.recurring.dates import asked_from
from handyman.models import CheckDue, CheckRule, CheckRuleItem, Resident, ServiceRequest

MOST = 300


class Standing(StrEnum):
    PAUSED = "paused"
    ENDED = "ended"
    ASKED = "asked"  # there is a request for this time
    NOTHING_LEFT = "nothing_left"  # none of its items is done by the office any more
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Line:
    rule: CheckRule
    standing: Standing
    request: ServiceRequest | None
    asked_from: date  # from when on it stands in the work list


def load(resident_id: int | None = None) -> list[Line]:
    query = (
        select(CheckRule)
        .order_by(CheckRule.paused, CheckRule.next_due, CheckRule.id)
        .limit(MOST)
        .options(
            joinedload(CheckRule.resident).joinedload(Resident.person),
            selectinload(CheckRule.items).joinedload(CheckRuleItem.service_item),
            selectinload(CheckRule.dues).joinedload(CheckDue.request),
        )
    )
    if resident_id is not None:
        query = query.where(CheckRule.resident_id == resident_id)
    rules: Sequence[CheckRule] = db.session.scalars(query).all()
    return [_line(rule) for rule in rules]


def _line(rule: CheckRule) -> Line:
    request = next((due.request for due in rule.dues if due.due_on == rule.next_due), None)
    begins = asked_from(rule.next_due, rule.every_months, settings().check_visit_days)
    return Line(rule, _standing(rule, request), request, begins)


def _standing(rule: CheckRule, request: ServiceRequest | None) -> Standing:
    if request is not None:
        return Standing.ASKED
    if rule.paused:
        return Standing.PAUSED
    if rule.ends_on is not None and rule.next_due > rule.ends_on:
        return Standing.ENDED
    ours = any(each.service_item.active and each.service_item.permitted for each in rule.items)
    return Standing.LATER if ours else Standing.NOTHING_LEFT
