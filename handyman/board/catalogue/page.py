"""What the catalogue page shows: each entry with what it is planned with, what is measured, and its past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select

from handyman.board.catalogue import store
from handyman.board.catalogue.form import MOST_QUESTIONS, choice_lines
from handyman.board.service_times import finished
from handyman.dispatch.service_times import Measured, medians
from handyman.extensions import rows
from handyman.models import (
    ActorKind,
    AuditEntry,
    ItemState,
    RequestItem,
    ServiceItem,
    User,
)

OPEN = (ItemState.OPEN, ItemState.PLANNED)
LATEST = 12
MORE_QUESTIONS = 2  # empty ones below those that there are
WORDS = ("name_ko", "name_en", "short_ko", "unit")
NUMBERS = ("base_minutes", "minutes_per_piece", "team_size", "two_person_from_cm", "position")
TICKED = ("fall_risk", "active")


@dataclass(frozen=True, slots=True)
class Line:
    item: ServiceItem
    measured: Measured | None
    asked_for: int  # how often, in requests that are still open


def load(today: date) -> list[Line]:
    measured = medians(finished.load(today, {}))
    open_now: dict[int, int] = {row.service_item_id: row.asked_for for row in rows(_open_now())}
    return [Line(item, measured.get(item.id), open_now.get(item.id, 0)) for item in store.load()]


def history(item_id: int) -> Sequence[Any]:
    """Who changed what, the latest first."""
    by_user = and_(AuditEntry.actor_kind == ActorKind.USER, User.id == AuditEntry.actor_id)
    return rows(
        select(AuditEntry.at, AuditEntry.moved_from, AuditEntry.moved_to, AuditEntry.why, User.name)
        .outerjoin(User, by_user)
        .where(AuditEntry.entity == ServiceItem.__tablename__, AuditEntry.entity_id == item_id)
        .order_by(AuditEntry.id.desc())
        .limit(LATEST)
    ).all()


def place_lines(item: ServiceItem) -> str:
    """Where people are sent, a line each."""
    places = ((place.name, place.phone, place.hours) for place in item.refer_out_places)
    return "\n".join(" | ".join(place).rstrip(" |") for place in places)


def blank(position: int) -> dict[str, str]:
    """The form of a new entry."""
    return {"permitted": "1", "team_size": "1", "active": "1", "position": str(position)}


def words_of(item: ServiceItem) -> dict[str, str]:
    """The form as it opens for an entry."""
    words = {name: str(getattr(item, name)) for name in WORDS}
    words |= {name: _said(getattr(item, name)) for name in NUMBERS}
    words |= {name: "1" for name in TICKED if getattr(item, name)}
    words["permitted"] = "1" if item.permitted else "0"
    words["refer_out"] = place_lines(item)
    words |= {f"skill-{skill.id}": "1" for skill in item.skills}
    words |= {f"material-{material.id}": "1" for material in item.materials}
    for place, question in enumerate(item.questions):
        tail = f"q{place}"
        words |= {
            f"{tail}-id": str(question.id),
            f"{tail}-order": str(place + 1),
            f"{tail}-ko": question.label_ko,
            f"{tail}-en": question.label_en,
            f"{tail}-kind": question.kind.value,
            f"{tail}-unit": question.unit,
            f"{tail}-least": _said(question.least),
            f"{tail}-most": _said(question.most),
            f"{tail}-required": "1" if question.required else "",
            f"{tail}-choices": choice_lines(question.choices),
        }
    return words


def question_places(words: Mapping[str, str]) -> range:
    """The questions that were typed, and some empty ones."""
    typed = [
        place for place in range(MOST_QUESTIONS) if words.get(f"q{place}-ko") or words.get(f"q{place}-en")
    ]
    return range(min(max(typed, default=-1) + 1 + MORE_QUESTIONS, MOST_QUESTIONS))


def _said(number: int | None) -> str:
    return "" if number is None else str(number)


def _open_now() -> Any:
    return (
        select(RequestItem.service_item_id, func.count().label("asked_for"))
        .where(RequestItem.state.in_(OPEN))
        .group_by(RequestItem.service_item_id)
    )
