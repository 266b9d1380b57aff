"""A resident as the operator sees them while they speak, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from handyman.form_before import pack
from handyman.models import ConsentKind, Grade, Relation, VisitState, told_by_words
from handyman.words import phone_words

OF_THE_CARD = (
    *("name", "birth_year", "address", "unit", "place_key", "lat", "lon", "pin_source", "entrance"),
    *("care_note", *(f"consent_{kind.value}" for kind in ConsentKind)),
)


def stamp(words: Mapping[str, str]) -> str:
    """A card as it fills the form, to go with it as a hidden field."""
    return pack({name: words[name] for name in OF_THE_CARD})


@dataclass(frozen=True, slots=True)
class Coming:
    """A promised visit; one that has begun takes nothing more along."""

    day: date
    window_start: datetime
    window_end: datetime
    begun: bool


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Work that is asked for and not done yet; `coming` is the visit that is promised for it."""

    id: int
    number: str
    logged_on: date
    items: dict[int, str] = field(default_factory=dict)
    coming: list[Coming] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)  # of the items

    @property
    def add_to(self) -> str:
        """Names the request as it is shown: with more of it since, somebody else was there."""
        return f"{self.id}-{max(self.items, default=0)}"


@dataclass(frozen=True, slots=True)
class LastVisit:
    day: date
    state: VisitState
    items: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Card:
    """One resident, who called for them from this number, and what is going on."""

    home: Any  # the row of callers.HOME
    relation: Relation = Relation.SELF
    caller_name: str = ""
    line: str = ""  # the number on which they called
    open_requests: list[OpenRequest] = field(default_factory=list)
    last_visits: list[LastVisit] = field(default_factory=list)
    consents: dict[ConsentKind, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"{self.home.label}, {self.home.unit}" if self.home.unit else str(self.home.label)

    def words(self, script_version: str) -> dict[str, str]:
        """What choosing the card writes into the form."""
        home = self.home
        pinned = home.decided and not home.place_key  # else the place itself is remembered
        own = home.phone if self.relation is not Relation.SELF and home.phone != self.line else None
        agreed = {f"consent_{kind.value}": "" for kind in ConsentKind}  # nobody inherits another's answer
        for kind, row in self.consents.items():
            if row.script_version == script_version:
                agreed[f"consent_{kind.value}"] = "yes" if row.given else "no"
        words = {
            "person_id": str(home.id),
            "name": home.name,
            "birth_year": str(home.birth_year or ""),
            "address": home.said if told_by_words(home.place_key or "") else home.label,
            "located_for": "",
            "place_key": home.place_key,
            "lat": f"{home.lat}" if pinned else "",
            "lon": f"{home.lon}" if pinned else "",
            "pin_source": home.source if pinned and home.grade is not Grade.PLACED else "",
            "unit": home.unit,
            "entrance": home.entrance,
            "care_note": home.care_note,
            "relation": self.relation.value,
            "caller_name": self.caller_name,
            "resident_phone": phone_words(own) if own else "",
            **agreed,
        }
        return words | {"card_was": stamp(words)}


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """Everybody a number stands for."""

    number: str
    cards: tuple[Card, ...] = ()
    others: tuple[str, ...] = ()  # have called, and nobody is on file for whom

    @property
    def known(self) -> bool:
        return bool(self.cards or self.others)
