"""Rules of check visits: read from a form, written down, changed."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.models import (
    Actor,
    CheckRule,
    CheckRuleItem,
    Resident,
    ServiceItem,
    Suits,
    record,
)

MOST_MONTHS, MOST_PIECES, LONGEST_NOTE, FURTHEST_YEARS = 60, 99, 200, 10
Words = Mapping[str, str]


class RuleChangedError(Exception):
    """Somebody else has changed the rule since the form was opened."""


@dataclass(frozen=True, slots=True)
class Details:
    every_months: int
    items: Mapping[int, int]  # pieces by catalogue entry
    suits: Suits
    next_due: date
    ends_on: date | None = None
    paused: bool = False
    note: str = ""


def items() -> Sequence[ServiceItem]:
    """What may come again: all that the office does itself."""
    return db.session.scalars(
        select(ServiceItem)
        .where(ServiceItem.active, ServiceItem.permitted)
        .order_by(ServiceItem.position, ServiceItem.id)
    ).all()


def find(rule_id: int) -> CheckRule | None:
    return db.session.scalar(
        select(CheckRule)
        .where(CheckRule.id == rule_id)
        .options(
            joinedload(CheckRule.resident).joinedload(Resident.person),
            selectinload(CheckRule.items).joinedload(CheckRuleItem.service_item),
        )
    )


def resident(resident_id: int) -> Resident | None:
    return db.session.get(Resident, resident_id, options=[joinedload(Resident.person)])


def read(words: Words, known: Sequence[ServiceItem], today: date) -> tuple[Details | None, dict[str, str]]:
    problems: dict[str, str] = {}
    every = _whole(words.get("every_months", ""), 1, MOST_MONTHS)
    if every is None:
        problems["every_months"] = _("몇 달마다인지 1부터 60까지의 수로 적어 주십시오. 해마다는 12입니다.")
    wanted = _items(words, known, problems)
    next_due = _day(words.get("next_due", ""), today)
    if next_due is None:
        problems["next_due"] = _("다음 예정일을 2027-03-02처럼, 오늘부터 10년 안의 날로 적어 주십시오.")
    ends_on = _end(words, next_due, today, problems)
    suits = next((each for each in Suits if each.value == words.get("suits")), Suits.ANY)
    note = " ".join(unicodedata.normalize("NFC", words.get("note", "")).split())
    if len(note) > LONGEST_NOTE:
        problems["note"] = _("200자까지 적을 수 있습니다.")
    if problems or every is None or next_due is None:
        return None, problems
    return Details(every, wanted, suits, next_due, ends_on, words.get("paused") == "1", note), {}


def words_of(rule: CheckRule) -> dict[str, str]:
    """The form as it opens for a rule."""
    return {
        "every_months": str(rule.every_months),
        "suits": rule.suits.value,
        "next_due": rule.next_due.isoformat(),
        "ends_on": rule.ends_on.isoformat() if rule.ends_on else "",
        "paused": "1" if rule.paused else "",
        "note": rule.note,
        **{f"item-{each.service_item_id}": str(each.quantity) for each in rule.items},
    }


def mark(rule: CheckRule) -> str:
    """A short sign of all that the form shows, to notice that it has changed meanwhile."""
    return hashlib.sha256(repr(sorted(words_of(rule).items())).encode()).hexdigest()[:16]


def add(resident_id: int, details: Details, by: Actor, now: datetime) -> CheckRule:
    rule = CheckRule(resident_id=resident_id, starts_on=details.next_due, written_at=now, written_by_id=by.id)
    _write(rule, details)
    db.session.add(rule)
    db.session.flush()
    record(rule, by, now, moved_to=_standing(rule), why="added")
    return rule


def change(rule_id: int, details: Details, by: Actor, now: datetime, *, seen: str) -> CheckRule | None:
    rule = db.session.scalar(
        select(CheckRule)
        .where(CheckRule.id == rule_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if rule is None:
        return None
    if mark(rule) != seen:
        raise RuleChangedError
    before, standing, due = words_of(rule), _standing(rule), rule.next_due
    _write(rule, details)
    _carry_over(rule, due)
    db.session.flush()
    after = words_of(rule)
    fields = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if fields:
        record(rule, by, now, moved_from=standing, moved_to=_standing(rule), why=",".join(fields))
    return rule


def _carry_over(rule: CheckRule, due: date) -> None:
    """A request that is there already stands for the new day: no second one is made beside it."""
    known = {each.due_on: each for each in rule.dues}
    if due in known and rule.next_due not in known:
        known[due].due_on = rule.next_due


def _standing(rule: CheckRule) -> str:
    return "paused" if rule.paused else str(rule.next_due)


def _write(rule: CheckRule, details: Details) -> None:
    rule.every_months, rule.suits = details.every_months, details.suits
    rule.next_due, rule.ends_on = details.next_due, details.ends_on
    rule.starts_on = min(rule.starts_on, details.next_due)
    rule.paused, rule.note = details.paused, details.note
    held = {each.service_item_id: each for each in rule.items}
    for item_id, quantity in details.items.items():
        if item_id in held:
            held[item_id].quantity = quantity
        else:
            rule.items.append(CheckRuleItem(service_item_id=item_id, quantity=quantity))
    for item_id, each in held.items():
        if item_id not in details.items:
            rule.items.remove(each)


def _items(words: Words, known: Sequence[ServiceItem], problems: dict[str, str]) -> dict[int, int]:
    found = {}
    for item in known:
        name = f"item-{item.id}"
        typed = words.get(name, "").strip()
        quantity = _whole(typed, 0, MOST_PIECES)
        if typed and quantity is None:
            problems[name] = _("0부터 99까지의 수를 적어 주십시오.")
        elif quantity:
            found[item.id] = quantity
    if not found and not any(name.startswith("item-") for name in problems):
        problems["items"] = _("무엇을 하러 가는지 품목의 수량을 하나 이상 적어 주십시오.")
    return found


def _end(words: Words, next_due: date | None, today: date, problems: dict[str, str]) -> date | None:
    typed = words.get("ends_on", "").strip()
    ends_on = _day(typed, today) if typed else None
    if typed and ends_on is None:
        problems["ends_on"] = _("끝나는 날을 2028-12-31처럼 적거나 비워 두십시오.")
    elif ends_on and next_due and ends_on < next_due:
        problems["ends_on"] = _("끝나는 날이 다음 예정일보다 이릅니다.")
    return ends_on


def _day(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if today <= day and day.year <= today.year + FURTHEST_YEARS else None


def _whole(text: str, least: int, most: int) -> int | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) < 5):
        return None
    return int(plain) if least <= int(plain) <= most else None
