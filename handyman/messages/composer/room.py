"""How long the office's address may be for the links in texts, and what they go without beyond that.

Worked out by filling the longest offer: as it is worded now, with the longest names and items on file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from handyman import links
from handyman.extensions import db, settings
from handyman.messages import fill, samples, templates, wording
from handyman.messages.composer.desk import longest_on_file
from handyman.messages.fill import Slot
from handyman.messages.samples import Sample
from handyman.messages.texts import Office
from handyman.messages.wordings import OFFERS
from handyman.models import Member, TextKind, TextLanguage

GOES_FIRST = frozenset({Slot.UNTIL, Slot.AGAIN})  # nobody decides by it, and the page behind the link says it
SHORTEST, LONGEST = 12, 60  # https://a.kr, and an address that leaves no room for anything


@dataclass(frozen=True, slots=True)
class Room:
    """`most`: up to how many characters of the address a thing is always said; `gone`: what is not, here."""

    address: int
    most: Mapping[Slot, int]
    gone: frozenset[Slot]

    @property
    def lost(self) -> list[Slot]:
        """What long offers go without, in the order in which it goes."""
        return sorted(self.gone, key=lambda slot: self.most[slot])

    @property
    def enough(self) -> int | None:
        """With so many characters nothing is lost; None where it is lost with the shortest address too."""
        most = min(self.most.values(), default=LONGEST)
        return most if most >= SHORTEST else None


def of_office(now: datetime) -> Room:
    """In the languages that members read."""
    most: dict[Slot, int] = {}
    gone: set[Slot] = set()
    read = set(db.session.scalars(select(Member.language).where(Member.active).distinct())) | {"ko"}
    address = len(settings().public_base_url)
    for (kind, language), text in templates.all_newest().items():
        if kind in OFFERS and language in read:
            sample = longest_on_file(kind, now, language)
            beside = links.length() - address
            lost = _lost(kind, language, text.body, wording.office(), sample, beside)
            gone |= lost[max(SHORTEST, min(address, LONGEST)) - SHORTEST]
            for length, slots in enumerate(lost, SHORTEST):
                for slot in slots:
                    most[slot] = min(length - 1, most.get(slot, LONGEST))
    return Room(address, most, frozenset(gone))


@lru_cache(maxsize=32)
def _lost(
    kind: TextKind, language: TextLanguage, body: str, office: Office, sample: Sample, beside: int
) -> tuple[frozenset[Slot], ...]:
    """By the length of the address."""
    values = samples.values_of(kind, language, office, sample)
    lengths = range(SHORTEST, LONGEST + 1)
    return tuple(fill.left_out(body, values, length + beside, offer=True) - GOES_FIRST for length in lengths)
