"""Homes that are visited again and again: one that is due soon, one later, one that pauses, one in a year."""

from collections.abc import Sequence
from datetime import timedelta

from handyman.demo.rows import Office
from handyman.extensions import db
from handyman.models import CheckRule, CheckRuleItem, Resident, Suits

RULES = (  # place in the list of residents, item, months, days until it is due, when, note
    (11, "lamp", 6, 12, Suits.MORNING, "계단 등부터 보아 주십시오"),
    (23, "handrail", 12, 75, Suits.ANY, "손잡이 나사 점검"),
    (37, "antislip", 12, 180, Suits.AFTERNOON, ""),
    (52, "screen", 12, 40, Suits.ANY, "병원에 계심"),
)
PAUSED = 52


def come_again(residents: Sequence[Resident], office: Office) -> None:
    for place, code, months, days, suits, note in RULES:
        due = office.today + timedelta(days=days)
        rule = CheckRule(
            resident_id=residents[place].id,
            every_months=months,
            suits=suits,
            starts_on=due,
            next_due=due,
            paused=place == PAUSED,
            note=note,
            written_at=office.now - timedelta(days=20),
            written_by_id=office.operator.id,
        )
        rule.items.append(CheckRuleItem(service_item_id=office.items[code].id, quantity=1))
        db.session.add(rule)
    db.session.flush()
