"""What can be asked for: as rows, to read a call with, and as words, to show the form."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from handyman.extensions import db, rows
from handyman.models import ItemQuestion, QuestionKind, ServiceItem
from handyman.words import is_korean, unit_words

SHOWN = (
    select(
        ServiceItem.code,
        ServiceItem.name_ko,
        ServiceItem.name_en,
        ServiceItem.unit,
        ServiceItem.permitted,
        ServiceItem.refer_to,
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


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    name: str
    label: str
    kind: QuestionKind
    choices: list[tuple[str, str]]
    unit: str


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item in the reader's language, with the names of its fields."""

    name: str
    label: str
    unit: str
    permitted: bool
    refer_to: str
    questions: list[ShownQuestion] = field(default_factory=list)


def load_shown() -> list[ShownItem]:
    """What the form shows, in the order of the catalogue. One query: a row for each question."""
    korean = is_korean()
    items: dict[str, ShownItem] = {}
    for row in rows(SHOWN):
        item = items.get(row.code)
        if item is None:
            item = items[row.code] = ShownItem(
                name=f"item-{row.code}-quantity",
                label=row.name_ko if korean else row.name_en,
                unit=unit_words(row.unit),
                permitted=row.permitted,
                refer_to=row.refer_to,
            )
        if row.key is not None:
            label, word = (row.label_ko, 1) if korean else (row.label_en, 2)
            choices = [("", "–"), *((choice[0], choice[word]) for choice in row.choices)]
            unit = unit_words(row.answer_unit)
            item.questions.append(ShownQuestion(f"item-{row.code}-{row.key}", label, row.kind, choices, unit))
    return list(items.values())


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
