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
from handyman.models import Member, TextKind, TextLanguage

OFFERS = (TextKind.MEMBER_OFFER, TextKind.MEMBER_OFFER_CHANGED)
SHORTEST, LONGEST = 12, 60  # https://a.kr, and an address that leaves no room for anything


@dataclass(frozen=True, slots=True)
class Room:
    """`most`: up to how many characters of the address a thing is always said."""

    address: int
    most: Mapping[Slot, int]

    @property
    def lost(self) -> list[Slot]:
        """What long offers go without, in the order in which it goes."""
        gone = [slot for slot, most in self.most.items() if most < self.address]
        return sorted(gone, key=lambda slot: self.most[slot])

    @property
    def enough(self) -> int | None:
        """With so many characters nothing is lost; None where it is lost with the shortest address too."""
        most = min(self.most.values(), default=LONGEST)
        return most if most >= SHORTEST else None


def of_office(now: datetime) -> Room:
    """In the languages that members read."""
    most: dict[Slot, int] = {}
    read = set(db.session.scalars(select(Member.language).where(Member.active).distinct())) | {"ko"}
    beside = links.length() - len(settings().public_base_url)
    for (kind, language), text in templates.all_newest().items():
        if kind in OFFERS and language in read:
            sample = longest_on_file(kind, now, language)
            for slot, length in _most(kind, language, text.body, wording.office(), sample, beside).items():
                most[slot] = min(length, most.get(slot, LONGEST))
    return Room(len(settings().public_base_url), most)


@lru_cache(maxsize=32)
def _most(
    kind: TextKind, language: TextLanguage, body: str, office: Office, sample: Sample, beside: int
) -> dict[Slot, int]:
    values = samples.values_of(kind, language, office, sample)
    found: dict[Slot, int] = {}
    for address in range(SHORTEST, LONGEST):
        for slot in fill.left_out(body, values, address + beside):
            found.setdefault(slot, address - 1)
        if Slot.LINK in found:
            break
    return found
