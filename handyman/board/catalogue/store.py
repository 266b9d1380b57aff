"""Catalogue entries written down and changed. What is retired stays in the requests that ask for it."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from handyman.board.catalogue.details import Asked, Details
from handyman.board.refusals import BoardError, ChangedMeanwhileError
from handyman.extensions import db
from handyman.models import (
    Actor,
    ItemQuestion,
    Material,
    QuestionKind,
    ReferOutPlace,
    ServiceItem,
    Skill,
    record,
)

PLAIN = (
    "name_ko",
    "name_en",
    "short_ko",
    "unit",
    "permitted",
    "base_minutes",
    "minutes_per_piece",
    "team_size",
    "two_person_from_cm",
    "fall_risk",
    "active",
    "position",
)
CEILING = "ceiling_cm"  # decides the team size
OF_A_QUESTION = ("label_ko", "label_en", "kind", "unit", "least", "most", "required")


class NoSuchItemError(BoardError):
    """There is no such catalogue entry."""


def load() -> Sequence[ServiceItem]:
    """All entries, the retired last."""
    return db.session.scalars(
        select(ServiceItem)
        .order_by(ServiceItem.active.desc(), ServiceItem.position, ServiceItem.id)
        .options(
            selectinload(ServiceItem.questions),
            selectinload(ServiceItem.skills),
            selectinload(ServiceItem.refer_out_places),
            selectinload(ServiceItem.materials),
        )
    ).all()


def skills() -> Sequence[Skill]:
    return db.session.scalars(select(Skill).order_by(Skill.id)).all()


def materials() -> Sequence[Material]:
    return db.session.scalars(select(Material).where(Material.active).order_by(Material.id)).all()


def mark(item: ServiceItem) -> str:
    """A short sign of all that the form shows, to notice that it has changed meanwhile."""
    return hashlib.sha256(repr(_state(item)).encode()).hexdigest()[:16]


def add(details: Details, by: Actor, now: datetime) -> ServiceItem:
    item = ServiceItem(code=_code(details.name_en))
    _write(item, details, now)
    db.session.add(item)
    db.session.flush()
    record(item, by, now, moved_to="active" if item.active else "retired", why="added")
    return item


def change(item_id: int, details: Details, by: Actor, now: datetime, *, seen: str) -> ServiceItem:
    """Store what differs, with an entry that names the fields, and the minutes before and after."""
    item = db.session.scalar(
        select(ServiceItem)
        .where(ServiceItem.id == item_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if item is None:
        raise NoSuchItemError
    if mark(item) != seen:
        raise ChangedMeanwhileError({ServiceItem.__tablename__: [item_id]})
    before = _state(item)
    _write(item, details, now)
    db.session.flush()
    after = _state(item)
    fields = [name for name, value in before.items() if after[name] != value]
    if fields:
        record(item, by, now, moved_from=_said(before), moved_to=_said(after), why=",".join(fields))
    return item


def _said(state: dict[str, Any]) -> str:
    """retired, refer_out, or the minutes as 20+15."""
    if not state["active"]:
        return "retired"
    return f"{state['base_minutes']}+{state['minutes_per_piece']}" if state["permitted"] else "refer_out"


def _code(name: str) -> str:
    """Like lamp, antislip; with a number behind it when it is taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:20] or "item"
    taken = set(db.session.scalars(select(ServiceItem.code).where(ServiceItem.code.like(f"{plain}%"))))
    if plain not in taken:
        return plain
    last = db.session.scalar(select(func.max(ServiceItem.id))) or 0
    return next(code for code in (f"{plain}{last + more}" for more in range(1, 999)) if code not in taken)


def _write(item: ServiceItem, details: Details, now: datetime) -> None:
    for name in PLAIN:
        setattr(item, name, getattr(details, name))
    item.skills = [skill for skill in skills() if skill.id in details.skills]
    kept = {material.id for material in item.materials if not material.active}
    item.materials = list(
        db.session.scalars(
            select(Material).where(Material.id.in_(details.materials | kept)).order_by(Material.id)
        )
    )
    if _places(item) != details.refer_out:
        item.refer_out_places = [
            ReferOutPlace(name=name, phone=phone, hours=hours, position=position)
            for position, (name, phone, hours) in enumerate(details.refer_out)
        ]
    item.questions = _questions(item, details, now)


def _places(item: ServiceItem) -> tuple[tuple[str, str, str], ...]:
    return tuple((place.name, place.phone, place.hours) for place in item.refer_out_places)


def _questions(item: ServiceItem, details: Details, now: datetime) -> list[ItemQuestion]:
    known, found = {question.id: question for question in item.questions}, []
    for position, asked in enumerate(details.questions):
        row = known.get(asked.id) if asked.id else None
        question = row or ItemQuestion(
            key=f"q{now:%y%m%d%H%M%S}{position}", choices=[]
        )  # of no answer before
        for name in OF_A_QUESTION:
            setattr(question, name, getattr(asked, name))
        if asked.kind is QuestionKind.CHOICE:
            question.choices = _choices(question.choices, asked)
        question.position = position
        found.append(question)
    if details.two_person_from_cm and all(question.key != CEILING for question in found):
        found.append(_ceiling(len(found)))
    return found


def _ceiling(position: int) -> ItemQuestion:
    """Without its height nobody knows whether two people go."""
    return ItemQuestion(
        key=CEILING,
        label_ko="천장 높이",
        label_en="Ceiling height",
        kind=QuestionKind.NUMBER,
        unit="cm",
        least=180,
        most=600,
        position=position,
        choices=[],
    )


def _choices(before: Sequence[Sequence[str]], asked: Asked) -> list[list[str]]:
    """A choice that is still called the same keeps its value: earlier answers stand under that."""
    values = {choice[1]: choice[0] for choice in before}
    taken = {choice[0] for choice in before}
    fresh = (f"c{number}" for number in range(1, 999) if f"c{number}" not in taken)
    return [[values.get(choice[0]) or next(fresh), *choice] for choice in asked.choices]


def _state(item: ServiceItem) -> dict[str, Any]:
    return {
        **{name: getattr(item, name) for name in PLAIN},
        "refer_out": _places(item),
        "skills": sorted(skill.id for skill in item.skills),
        "materials": sorted(material.id for material in item.materials),
        "questions": [
            (question.id, question.choices, *(getattr(question, name) for name in OF_A_QUESTION))
            for question in sorted(item.questions, key=lambda question: question.position)
        ],
    }
