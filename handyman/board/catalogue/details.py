"""A catalogue entry as values: what the form gives and the store writes down."""

from collections.abc import Sequence
from dataclasses import dataclass

from handyman.models import QuestionKind

Choices = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question; `id` is of the one that it was before, None for a new one."""

    id: int | None
    label_ko: str
    label_en: str
    kind: QuestionKind
    unit: str = ""
    least: int | None = None
    most: int | None = None
    required: bool = True
    choices: tuple[tuple[str, ...], ...] = ()  # Korean, English, and "waits" where it waits


@dataclass(frozen=True, slots=True)
class Details:
    name_ko: str
    name_en: str
    short_ko: str
    unit: str
    permitted: bool
    refer_out: tuple[tuple[str, str, str], ...] = ()  # who, number, hours
    base_minutes: int = 0
    minutes_per_piece: int = 0
    team_size: int = 1
    two_person_from_cm: int | None = None
    fall_risk: bool = False
    active: bool = True
    position: int = 0
    skills: frozenset[int] = frozenset()
    materials: frozenset[int] = frozenset()
    questions: tuple[Asked, ...] = ()
