"""Words that the table does not know, as the name of a place; and where no pin may be put for an address."""

import re
import unicodedata
from enum import StrEnum

from handyman.geocode.address import AddressParts, name_key, read_address
from handyman.geocode.asking.asked import GIVEN
from handyman.geocode.finding.dongs import everyday
from handyman.geocode.gazetteer import DongCentre, Gazetteer
from handyman.geocode.ground import metres
from handyman.geocode.located import Located
from handyman.geocode.reading.unit import read_unit

LONGEST_SAID = 130  # a key with the flat's number fits its column
GROUND_M = 400  # a house that the table lacks stands no further from one that it has
FAR_M = 3_000  # and this far from where its address lies stands another house
KIND = re.compile(
    r"[가-힣\d]{2,}(아파트|빌라|빌딩|맨션|맨숀|연립|주택|오피스텔|타운|타워|하우스|학교|유치원|어린이집|교회|성당"
    r"|회관|경로당|노인정|복지관|주민센터|병원|의원|시장|상가)(\d{1,2}차|\d{1,2}단지)?"
)


class BadPin(StrEnum):
    """Why a pin is not taken."""

    ELSEWHERE = "elsewhere"  # the address was refused: it is another district's
    OUTSIDE = "outside"  # nothing that the table knows is near
    FAR = "far"  # another part of town than the address


def flat(typed: str, said: str) -> str:
    """The flat in one spelling: that of its own field, with the block or storey behind the address."""
    unit, unread = read_unit(unicodedata.normalize("NFKC", typed))
    if not typed or unread or not unit:
        return typed or said
    own = {part[-1] for part in unit.split()}
    parts = [part for part in said.split() if part[-1] not in own] + unit.split()
    return " ".join(sorted(parts, key=lambda part: "동층호".find(part[-1]) % 3))


def key_of_words(said: str, vague: Located | None, table: Gazetteer) -> str:
    """The name of one house by its words alone, or "": 우리집, 201호 and a road alone name no house."""
    parts = read_address(said)
    if parts.unread or parts.other_city or (parts.district and parts.district not in table.gus):
        return ""
    place = _numbered(parts, vague, table) or _named(parts, table)
    gu = vague.label.partition(" ")[0] if vague else parts.district
    return f"said:{gu} {place}"[:LONGEST_SAID].replace(": ", ":") if place else ""


def _numbered(parts: AddressParts, vague: Located | None, table: Gazetteer) -> str:
    """A number on a road, a lot of a dong; 박종길 12 is a person with a number."""
    if parts.road_name and parts.main:
        known = bool(vague) or not GIVEN.match(parts.road_name)
        return f"{(vague and vague.road_name) or parts.road_name} {parts.number}" if known else ""
    if parts.lot and (vague or table.dongs_named(everyday(parts.dong))):
        return f"{everyday(parts.dong)} {parts.lot}"
    return ""


def _named(parts: AddressParts, table: Gazetteer) -> str:
    """A building beside its dong: there is a 행복빌라 in many a dong."""
    name = name_key(parts.name)
    known = parts.dong and KIND.fullmatch(name) and table.dongs_named(everyday(parts.dong))
    return f"{everyday(parts.dong)} {name}" if known else ""


def label_of_words(said: str, vague: Located) -> str:
    """What a pinned place is called: a road or a dong keeps the number that was said."""
    parts = read_address(said)
    label = vague.label.removesuffix(f", {vague.unit}")
    number = parts.number if parts.main and vague.road_name else parts.lot
    if not number:
        return said.removesuffix(parts.unit).rstrip(" ,") or label
    return label if label.endswith(f" {number}") else f"{label} {number}"


def bad_pin(pin: tuple[float, float], said: str, best: Located | None, table: Gazetteer) -> BadPin | None:
    """Why nobody is sent to such a pin for such an address; None when it may be taken."""
    if not table.haengjeong_dong(*pin) and not table.around(*pin, GROUND_M):
        return BadPin.OUTSIDE
    dong = everyday(read_address(said).dong) if best is None else ""
    about: Located | DongCentre | None = best or (table.dong_centre(dong) if dong else None)
    if about and metres(*pin, about.lat, about.lon) > FAR_M + (best.error_m if best else 0):
        return BadPin.FAR
    return None
