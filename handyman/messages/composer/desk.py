"""How a wording would come out: counted, tried with real names, and what speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, func, select
from sqlalchemy.sql.elements import SQLCoreOperations

from handyman.extensions import db, settings
from handyman.messages import fill, samples, wording, written
from handyman.messages.fill import Problem, Slot, Why
from handyman.messages.samples import Sample
from handyman.messages.texts import LINK
from handyman.messages.wordings import OFFERS, OPENS, WORDINGS
from handyman.models import Address, Member, Person, Resident, ServiceItem, TextKind, TextLanguage
from handyman.words import local

LONGEST = 300  # what a row holds
STANDBY = frozenset(kind for kind in TextKind if kind.startswith("resident") and kind not in OPENS)
AFTERNOON = 13


@dataclass(frozen=True, slots=True)
class Preview:
    """One text as somebody would get it."""

    whose: str  # example, longest or standby
    words: str
    characters: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Look:
    """What can be said of a wording before it is saved."""

    characters: int  # of the example, before anything is shortened
    bytes: int
    strange: Sequence[str]  # letters that telephones do not show
    problems: Sequence[Problem]
    previews: Sequence[Preview]


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the legend."""

    slot: Slot
    needed: bool
    example: str


def look(kind: TextKind, language: TextLanguage, typed: str, now: datetime) -> Look:
    """Counted and tried; nothing is stored."""
    body = fill.tidy(typed)
    link = _link(kind)
    values = samples.values_of(kind, language, wording.office(), example(now, language))
    characters, size = fill.measured(fill.said(body, values), link)
    return Look(
        characters,
        size,
        fill.not_carried(typed),
        problems(kind, language, body),
        _previews(kind, language, body, now),
    )


def problems(kind: TextKind, language: TextLanguage, body: str) -> list[Problem]:
    """Why it would be refused; its length is looked at when all else is well."""
    known = WORDINGS[kind]
    found = fill.find_problems(body, known.allowed, known.needed)
    if not found and (len(body) > LONGEST or is_too_long(kind, language, body)):
        found.append(Problem(Why.TOO_LONG))
    return found


def is_too_long(kind: TextKind, language: TextLanguage, body: str) -> bool:
    """Whether some name or other would make it longer than one part."""
    whole_hours = all(span.start % 60 == span.end % 60 == 0 for span in settings().promise_windows)
    worst = samples.worst(kind, language, wording.office(), whole_hours=whole_hours)
    return any(fill.exceeds(body, found, _link(kind), offer=kind in OFFERS) for found in worst)


def legend(kind: TextKind, language: TextLanguage, now: datetime) -> list[Place]:
    """What the wording may name, what it must, and what stands for it in the example."""
    known = WORDINGS[kind]
    shown = example_words(kind, language, now)
    return [Place(slot, slot in known.needed, shown[slot.value]) for slot in known.allowed]


def example_words(kind: TextKind, language: TextLanguage, now: datetime) -> dict[str, str]:
    """What stands for each placeholder in the example, as the page counts it while somebody types."""
    values = samples.values_of(kind, language, wording.office(), example(now, language))
    found = {slot.value: said.full for slot, said in values.items()}
    return {**found, Slot.LINK.value: _address(kind)}


def example(now: datetime, language: TextLanguage) -> Sample:
    """An ordinary visit of tomorrow."""
    start = (local(now) + timedelta(days=1)).replace(hour=AFTERNOON, minute=0, second=0, microsecond=0)
    items = (("Lamp", 1),) if language is TextLanguage.EN else (("전등", 2),)
    return Sample(start, "4821", "상도1동", ("김가람",), items)


def _previews(kind: TextKind, language: TextLanguage, body: str, now: datetime) -> list[Preview]:
    ordinary, longest = example(now, language), longest_on_file(kind, now, language)
    tried = [("example", ordinary), ("longest", replace(longest, home_of=""))]
    if kind in STANDBY:
        tried.append(("standby", longest))
    link, office, shown = _link(kind), wording.office(), []
    for whose, sample in tried:
        values = samples.values_of(kind, language, office, sample)
        words = fill.fill(body, values, link, offer=kind in OFFERS)
        shown.append(Preview(whose, words.replace(LINK, _address(kind)), *fill.measured(words, link)))
    return shown


def longest_on_file(kind: TextKind, now: datetime, language: TextLanguage) -> Sample:
    """The longest names, dong and items there are, on the day of the example."""
    ordinary = example(now, language)
    dong = func.coalesce(func.nullif(Address.haengjeong_dong, ""), Address.beopjeong_dong)
    item = ServiceItem.name_en if language is TextLanguage.EN else ServiceItem.short_ko
    names = _longest_of(Member.name, 2, Member.active.is_(True))
    home_of = _longest_of(Person.name, 1, Person.id.in_(select(Resident.id)))
    if kind.startswith("member"):  # the longest name is that of whoever goes with the reader
        names = names[::-1]
    return replace(
        ordinary,
        names=tuple(names) or ordinary.names,
        dong=next(iter(_longest_of(dong, 1)), "") or ordinary.dong,
        items=tuple((name, 2) for name in _longest_of(item, 3, ServiceItem.active.is_(True)))
        or ordinary.items,
        home_of=next(iter(home_of), ""),
    )


def _longest_of(column: SQLCoreOperations[Any], most: int, *where: ColumnElement[bool]) -> Sequence[str]:
    length = func.length(column, type_=String)
    wanted = select(column).where(*where).order_by(length.desc(), column).limit(most)
    return db.session.scalars(wanted).all()


def _link(kind: TextKind) -> int:
    return written.link_length(kind)


def _address(kind: TextKind) -> str:
    """As long as a real one."""
    base = f"{settings().public_base_url}/"
    return base + "x" * (written.link_length(kind) - len(base))
