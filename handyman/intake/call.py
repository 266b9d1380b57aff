"""A call as values: everything that was said, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handyman.intake.phone import PhoneNumber
from handyman.models import ConsentKind, Order, Relation, ServiceItem, Suits, WaitReason, waits


class IncompleteCallError(Exception):
    """What is still to ask: a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class AskedItem:
    """So many pieces of one catalogue item, and what was answered about it."""

    item: ServiceItem
    quantity: int
    answers: Mapping[str, Any]

    @property
    def ceiling_cm(self) -> int | None:
        height = self.answers.get("ceiling_cm")
        return height if isinstance(height, int) else None

    @property
    def waits(self) -> bool:
        """Whether an answer, such as a consent not given yet, keeps it from being promised."""
        return waits(self.item.questions, self.answers)


@dataclass(frozen=True, slots=True)
class Where:
    """An address as it was said, with what the operator chose or put on the map."""

    said: str
    unit: str = ""
    entrance: str = ""
    place_key: str = ""
    pin: tuple[float, float] | None = None
    pin_source: str = ""  # whose point the pin is: the operator's own, or a service's that they chose


@dataclass(frozen=True, slots=True)
class When:
    suits: Suits = Suits.ANY
    not_before: date | None = None
    order: Order = Order.BEST  # in which the windows are offered; not kept with the request
    only: bool = False  # that one day, and no later one


@dataclass(frozen=True, slots=True)
class Wait:
    """Why none of the windows was taken, and what they wish in their own words."""

    reason: WaitReason
    note: str = ""
    shown: tuple[str, ...] = ()  # the windows that they could choose from, by key


@dataclass(frozen=True, slots=True)
class Call:
    """One telephone call, ready to be stored. `phone` is the number on the line."""

    submission_key: str
    phone: PhoneNumber
    name: str
    where: Where
    items: tuple[AskedItem, ...]
    when: When = When()
    wait: Wait | None = None  # without a window: to the waiting list
    person_id: int | None = None
    renamed: bool = False  # that person's name was wrong on file
    card: Mapping[str, str] = field(
        default_factory=dict
    )  # theirs, as it was when the form was filled from it
    birth_year: int | None = None
    relation: Relation = Relation.SELF
    caller_name: str = ""
    resident_phone: PhoneNumber | None = None
    notes: str = ""
    care_note: str = ""
    consents: Mapping[ConsentKind, bool] = field(default_factory=dict)

    @property
    def reached_at(self) -> PhoneNumber:
        """The resident's own number, else the one that called for them."""
        return self.resident_phone or self.phone

    @property
    def own_line(self) -> bool:
        """Whether that number is the resident's; a centre's stands for many people."""
        return self.relation is Relation.SELF or self.resident_phone not in (None, self.phone)


def bookable(items: tuple[AskedItem, ...]) -> tuple[AskedItem, ...]:
    """Without those that the office must send elsewhere, and those that wait for an answer."""
    return tuple(asked for asked in items if asked.item.permitted and not asked.waits)
