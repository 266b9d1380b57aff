"""Rules that fall due become requests, each time once; a visit that is over moves its rule on."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db, settings
from handyman.intake.log_call import AlreadyLoggedError, log_check
from handyman.intake.recurring.dates import asked_from, next_due, not_before
from handyman.models import (
    SYSTEM,
    CheckDue,
    CheckRule,
    CheckRuleItem,
    RequestItem,
    RequestState,
    ServiceItem,
    ServiceRequest,
    Visit,
    VisitItem,
    VisitState,
    record,
)
from handyman.words import seoul_day

Works = Callable[[date], bool]
TeamSize = Callable[[ServiceItem], int]
OVER = (RequestState.DONE, RequestState.CANCELLED, RequestState.REFERRED)


def find_due(today: date) -> list[int]:
    """The rules of which the next request has still to be made."""
    made = select(CheckDue.id).where(CheckDue.rule_id == CheckRule.id, CheckDue.due_on == CheckRule.next_due)
    query = (
        select(CheckRule.id, CheckRule.next_due, CheckRule.every_months)
        .where(
            CheckRule.paused.is_(False),
            or_(CheckRule.ends_on.is_(None), CheckRule.next_due <= CheckRule.ends_on),
            CheckRule.next_due <= asked_until(today),
            ~made.exists(),
        )
        .order_by(CheckRule.next_due, CheckRule.id)
    )
    lead = settings().check_visit_days
    return [row.id for row in db.session.execute(query) if asked_from(row[1], row[2], lead) <= today]


def asked_until(today: date) -> date:
    return date.fromordinal(today.toordinal() + settings().check_visit_days)


def make_request(rule_id: int, team_size: TeamSize, now: datetime) -> ServiceRequest | None:
    """The request of a rule that is due; None when it is there, or nothing of it is done any more."""
    rule = _held(rule_id)
    today = seoul_day(now)
    if rule is None or rule_id not in find_due(today):
        return None
    items = [each for each in rule.items if each.service_item.active and each.service_item.permitted]
    if not items:
        return None
    earliest = max(not_before(rule.next_due, rule.every_months), today)
    request = ServiceRequest(
        submission_key=f"check-{rule.id}-{rule.next_due}",
        resident_id=rule.resident_id,
        address_id=rule.resident.household.address_id,
        suits=rule.suits,
        suits_from=earliest,
        notes=rule.note,
        logged_by_id=rule.written_by_id,
    )
    asked = [_item(each, team_size) for each in items]
    try:
        log_check(request, asked, SYSTEM, now)
    except AlreadyLoggedError:
        return None
    db.session.add(CheckDue(rule_id=rule.id, due_on=rule.next_due, request_id=request.id))
    db.session.flush()
    return request


def find_over() -> Sequence[int]:
    """The rules of which the present visit is over, or was called off."""
    return db.session.scalars(
        select(CheckRule.id)
        .join(CheckDue, (CheckDue.rule_id == CheckRule.id) & (CheckDue.due_on == CheckRule.next_due))
        .join(ServiceRequest, ServiceRequest.id == CheckDue.request_id)
        .where(ServiceRequest.state.in_(OVER))
        .order_by(CheckRule.id)
    ).all()


def move_on(rule_id: int, works: Works, now: datetime) -> None:
    """Due again so many months after the visit; after the day it was due when no visit came of it."""
    rule = _held(rule_id)
    if rule is None or rule_id not in find_over():
        return
    before = rule.next_due
    rule.next_due = next_due(_last_visit(rule) or before, rule.every_months, works)
    if rule.next_due <= before:  # done long before it was due
        rule.next_due = next_due(before, rule.every_months, works)
    record(rule, SYSTEM, now, moved_from=str(before), moved_to=str(rule.next_due), why="done")
    db.session.flush()


def _last_visit(rule: CheckRule) -> date | None:
    return db.session.scalar(
        select(func.max(Visit.day))
        .join(VisitItem, VisitItem.visit_id == Visit.id)
        .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
        .join(CheckDue, CheckDue.request_id == RequestItem.request_id)
        .where(
            CheckDue.rule_id == rule.id,
            CheckDue.due_on == rule.next_due,
            Visit.state == VisitState.FINISHED,
        )
    )


def _held(rule_id: int) -> CheckRule | None:
    """Whoever comes second waits, and finds it done."""
    return db.session.scalar(
        select(CheckRule)
        .where(CheckRule.id == rule_id)
        .with_for_update(of=CheckRule)
        .options(
            joinedload(CheckRule.resident, innerjoin=True),
            selectinload(CheckRule.items).joinedload(CheckRuleItem.service_item),
        )
        .execution_options(populate_existing=True)
    )


def _item(asked: CheckRuleItem, team_size: TeamSize) -> RequestItem:
    return RequestItem(
        service_item_id=asked.service_item_id,
        quantity=asked.quantity,
        answers={},
        team_size=team_size(asked.service_item),
    )
