"""What can be asked for: as rows, to read a call with, and as words, to show the form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from handyman.extensions import db, rows
from handyman.models import ItemQuestion, QuestionKind, ReferOutPlace, ServiceItem
from handyman.words import is_korean, unit_words

SHOWN = (
    select(
        ServiceItem.code,
        ServiceItem.name_ko,
        ServiceItem.name_en,
        ServiceItem.unit,
        ServiceItem.permitted,
        ServiceItem.id,
        ItemQuestion.key,
        ItemQuestion.label_ko,
        ItemQuestion.label_en,
        ItemQuestion.kind,
        ItemQuestion.choices,
        ItemQuestion.unit.label("answer_unit"),
    )
    .outerjoin(ItemQuestion, ItemQuestion.service_item_id == ServiceItem.id)
    .where(ServiceItem.active)
    .order_by(ServiceItem.position, ServiceItem.id, ItemQuestion.position)
)

PLACES = (
    select(ReferOutPlace.service_item_id, ReferOutPlace.name, ReferOutPlace.phone, ReferOutPlace.hours)
    .join(ServiceItem, ServiceItem.id == ReferOutPlace.service_item_id)
    .where(ServiceItem.active, ~ServiceItem.permitted)
    .order_by(ReferOutPlace.service_item_id, ReferOutPlace.position, ReferOutPlace.id)
)


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    name: str
    label: str
    kind: QuestionKind
    choices: tuple[tuple[str, str], ...]
    unit: str


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """Where people are sent with what is not ours."""

    name: str
    phone: str
    hours: str


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item in the reader's language, with the names of its fields."""

    name: str
    label: str
    unit: str
    permitted: bool
    refer_out: tuple[ShownPlace, ...] = ()
    questions: tuple[ShownQuestion, ...] = ()


def load_shown() -> tuple[ShownItem, ...]:
    """What the form shows, in the order of the catalogue. Two queries: a row for each question or place."""
    korean = is_korean()
    items: dict[str, list[Any]] = {}
    for row in rows(SHOWN):
        items.setdefault(row.code, []).append(row)
    places: dict[int, list[ShownPlace]] = {}
    for item_id, name, phone, hours in rows(PLACES):
        places.setdefault(item_id, []).append(ShownPlace(name, phone, hours))
    return tuple(_shown(asked, places.get(asked[0].id, ()), korean) for asked in items.values())


def _shown(asked: Sequence[Any], places: Iterable[ShownPlace], korean: bool) -> ShownItem:
    """One item of its rows."""
    row = asked[0]
    return ShownItem(
        name=f"item-{row.code}-quantity",
        label=row.name_ko if korean else row.name_en,
        unit=unit_words(row.unit),
        permitted=row.permitted,
        refer_out=tuple(places),
        questions=tuple(_question(each, korean) for each in asked if each.key is not None),
    )


def _question(row: Any, korean: bool) -> ShownQuestion:
    label, word = (row.label_ko, 1) if korean else (row.label_en, 2)
    choices = (("", "–"), *((choice[0], choice[word]) for choice in row.choices))
    return ShownQuestion(f"item-{row.code}-{row.key}", label, row.kind, choices, unit_words(row.answer_unit))


def load_catalogue() -> list[ServiceItem]:
    """What can be asked for, in the order of the catalogue."""
    return list(
        db.session.scalars(
            select(ServiceItem)
            .where(ServiceItem.active)
            .options(selectinload(ServiceItem.questions), selectinload(ServiceItem.skills))
            .order_by(ServiceItem.position, ServiceItem.id)
        )
    )
