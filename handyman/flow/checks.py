"""Visits that come again."""

from datetime import datetime

from flask import current_app
from sqlalchemy.exc import IntegrityError

from handyman.board.calendar import is_working_day
from handyman.dispatch.eligibility import team_size
from handyman.extensions import transaction
from handyman.intake.recurring import due as checks
from handyman.intake.recurring import rules
from handyman.models import (
    Actor,
    CheckRule,
    ServiceItem,
)
from handyman.words import seoul_day


def add_check_rule(resident_id: int, details: rules.Details, by: Actor, now: datetime) -> CheckRule:
    """A resident is visited every so many months."""
    with transaction():
        return rules.add(resident_id, details, by, now)


def change_check_rule(
    rule_id: int, details: rules.Details, by: Actor, now: datetime, *, seen: str
) -> CheckRule | None:
    """The request that is there already stays as it is."""
    with transaction():
        return rules.change(rule_id, details, by, now, seen=seen)


def follow_check_rules(now: datetime) -> None:
    """What is over comes again later, what is due becomes a request: a transaction each, as with offers."""
    with transaction():
        over = checks.find_over()
    for rule_id in over:
        with transaction():
            checks.move_on(rule_id, is_working_day, now)
    with transaction():
        due = checks.find_due(seoul_day(now))
    for rule_id in due:
        try:
            with transaction():
                checks.make_request(rule_id, _usual_people, now)
        except IntegrityError:
            current_app.logger.info("check rule %s: another worker was quicker", rule_id)


def _usual_people(item: ServiceItem) -> int:
    return team_size(item.team_size, item.two_person_from_cm, None)
