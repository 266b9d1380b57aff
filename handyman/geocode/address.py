"""Reads an address as people say it: road or lot form, a name, the flat. Knows grammar, no places."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from handyman.geocode.reading.cities import (
    DISTRICTS,
    city_and_district,
    district,
    may_be_a_person,
    name_without_city,
    other_city,
    other_gu,
)
from handyman.geocode.reading.forms import NAMED_LIKE_A_BUILDING, Form, is_counted, read_form, read_road_alone
from handyman.geocode.reading.frame import LETTER, LONGEST, Frame, frame
from handyman.geocode.reading.number_words import numbers_in_digits, with_lanes_letter
from handyman.geocode.reading.parts import AddressParts, name_key
from handyman.geocode.reading.romanised import LOOKS_ROMANISED, read_roman
from handyman.geocode.reading.second import Second, may_have_ahead, name_ahead, split_hint
from handyman.geocode.reading.unit import read_unit
from handyman.hangul import hangul_meant, latin_readings

__all__ = ["LETTER", "LONGEST", "AddressParts", "name_key", "read_address", "read_name", "readings"]

MOST_READINGS = 8
MOST_WORDS = 8
_DONG_FIRST = re.compile(r"^([가-힣]{1,5}\d?동)(?=\s|$)")
_LANE_LEFT_OUT = re.compile(
    rf"([가-힣](?:대로|로)\s?\d{{1,3}}[{LETTER}]?)\s+(?=\d{{1,4}}(?:-\d{{1,2}})?(?:$|\s|번지))"
)
_ROAD_LEFT_OUT = re.compile(
    rf"^((?:[가-힣]{{1,6}}\d?동\s+)?[가-힣]{{2,6}}?(?<![로길동]))\s*(?=\d{{1,3}}[{LETTER}]?\s?번?길)"
)
_HYPHEN_LEFT_OUT = re.compile(r"([로길동산하가]\s*\d{1,4}(?:번지)?)\s+(?=\d{1,2}(?:$|[\s호]))")
_FLAT_NOT_LOT = re.compile(r"(\d)(?:번지의?|-|\s)+([1-9]\d{2,3}호)")
_LONE_DIGIT = re.compile(r"\d")
_NUMBER_AFTER_NUMBER = re.compile(r"\d{1,4}-\d{1,2}")
_NUMBER_FIRST = re.compile(r"^(\d{1,5}(?:-\d{1,4})?)\s+([가-힣].*[로길동])$")
_REGION = re.compile(r"[시군구도읍면리](?:\s|$)")
_BEGINS = re.compile(r"[가-힣]+\d*(?:[로길동]|$)")
_NO_NAME = re.compile(r"[\d-]*(?:번지)?")
_LATIN = re.compile(r"[A-Za-z]")


def read_address(text: str) -> AddressParts:
    """The likeliest reading of any text; nothing raises."""
    framed = frame(text)
    return _with_aside(_meant(_literally(framed), framed), framed)


def read_name(text: str) -> AddressParts:
    """The same text taken for the name of a building, with or without a dong before it."""
    framed = frame(text)
    return _with_aside(_as_name(framed), framed)


def readings(text: str) -> tuple[AddressParts, ...]:
    """Every plausible reading, likeliest first: as typed, as a name, with a slip or a habit undone."""
    found: dict[AddressParts, None] = {}
    framed = frame(text)
    for parts in _ways(text[:LONGEST], framed):
        found.setdefault(_with_aside(parts, framed))
        if len(found) == MOST_READINGS:
            break
    return tuple(found)


def _with_aside(parts: AddressParts, framed: Frame) -> AddressParts:
    """With people and telephone numbers among what could not be read."""
    if not framed.aside or parts.unread.endswith(framed.aside):
        return parts
    return replace(parts, unread=f"{parts.unread} {framed.aside}".strip())


def _literally(framed: Frame) -> AddressParts:
    return _as_address(framed) or _as_name(framed)


def _as_address(framed: Frame) -> AddressParts | None:
    """The text as an address; None when it is but a name."""
    base = _base(framed)
    rest = _own_ground(framed.plain, base)
    if base.get("other_city") and not rest:
        return AddressParts(**base)
    if _LATIN.search(rest) and LOOKS_ROMANISED.search(rest):
        romanised = read_roman(rest, AddressParts(**base))
        if romanised:
            return romanised
    if rest[:1].isdigit():
        rest = _NUMBER_FIRST.sub(r"\2 \1", rest)
    return _of_form(rest, base, framed.reference)


def _base(framed: Frame) -> dict[str, Any]:
    return {"postcode": framed.postcode, "reference": framed.reference}


def _own_ground(plain: str, base: dict[str, Any]) -> str:
    """Takes city and district from the front; nothing is left of an address in another city."""
    base["other_city"], base["district"], rest = city_and_district(plain)
    if base["other_city"]:
        base["unread"] = rest
        return ""
    return rest


def _of_form(rest: str, base: dict[str, Any], reference: str) -> AddressParts | None:
    """Road or lot at the beginning, or behind the name of a building."""
    ahead, form = "", read_form(rest)
    if form is None or NAMED_LIKE_A_BUILDING.search(form.called) or may_have_ahead(rest):
        ahead, after = name_ahead(rest)
        form = (read_form(after) if ahead else form) or read_road_alone(rest)
    if form is None:
        return None
    second = Second()
    if form.rest:
        second.take_behind(form.rest)
    if not form.parts.get("main", 1) and not (second.only_hints or is_counted(form.rest)):
        return None  # a road without a number and with more behind it is likelier a name
    if ahead:
        second.take_ahead(ahead)
    if reference:
        second.take_reference(reference)
    return _put_together(form, base, second)


def _put_together(form: Form, base: dict[str, Any], second: Second) -> AddressParts:
    said = {**base, **form.parts, "unit": second.unit, "unread": second.unread}
    in_front = said.get("district")
    if in_front and second.district not in ("", in_front):
        said["unread"] = f"{second.unread} {second.district}".strip()
    said["district"] = in_front or second.district
    return AddressParts(**said, also=AddressParts(**second.parts) if second.parts else None)


def _as_name(framed: Frame) -> AddressParts:
    base = _base(framed)
    city, gu, rest = _city_before_a_name(framed.plain)
    if city:
        return AddressParts(**base, other_city=city, unread=rest)
    dong = _DONG_FIRST.match(rest)
    unit, left = read_unit(rest[dong.end() :] if dong else rest)
    name, hint = split_hint(left)
    second = Second()
    if framed.reference:
        second.take_reference(framed.reference)
    return AddressParts(
        **base,
        district=gu,
        dong=dong[1] if dong else "",
        name=name_key(name),
        unit=unit or second.unit,
        unread=hint,
        also=AddressParts(**second.parts) if second.parts else None,
    )


def _city_before_a_name(plain: str) -> tuple[str, str, str]:
    """City, district and the rest; 서울 and 강남 may begin a name."""
    elsewhere, rest = other_city(plain)
    if elsewhere:
        return elsewhere, "", rest
    gu, rest = district(name_without_city(plain))
    if not gu:
        gu, rest = other_gu(rest)
    return ("", gu, rest) if gu in DISTRICTS or not gu else (gu, "", rest)


def _meant(read: AddressParts, framed: Frame) -> AddressParts:
    """사당로23길 20 3 means 20-3, and 사당로 23 20-3 the lane 23; such a number means nothing else."""
    if _LONE_DIGIT.fullmatch(read.unread):
        plain = _HYPHEN_LEFT_OUT.sub(r"\1-", framed.plain)
    elif read.road_name and _NUMBER_AFTER_NUMBER.fullmatch(read.unread):
        plain = _LANE_LEFT_OUT.sub(r"\1길 ", framed.plain)
    else:
        return read
    return _as_address(replace(framed, plain=plain)) or read


def _ways(text: str, framed: Frame) -> Iterator[AddressParts]:
    literal = _literally(framed)
    first = _meant(literal, framed)
    yield first
    if first.other_city:
        return
    whole = bool(first.main or first.lot)
    if not whole:
        yield _as_name(framed)
    yield from _said_otherwise(text, first)
    yield literal
    base = _base(framed)
    rest = _own_ground(framed.plain, base)
    for said in _written_out(rest):
        if said != rest:
            yield _of_form(said, base, framed.reference) or first
    yield from _from_a_later_word(rest, base, framed.reference)
    yield from _named(framed, first.district) if whole else _named_on_a_road(rest, base)


def _said_otherwise(text: str, first: AddressParts) -> Iterator[AddressParts]:
    """With the 한/영 key as it was meant, and numbers in digits."""
    hangul = text if first.romanised else hangul_meant(text)
    if hangul != text:
        yield read_address(hangul)
    digits = numbers_in_digits(hangul)
    lane = with_lanes_letter(hangul)
    lettered = read_address(numbers_in_digits(lane)) if lane != hangul else None
    if digits != text:
        yield replace(read_address(digits), either=lettered)
    elif lettered:
        yield lettered
    if hangul == text:
        yield from map(read_address, latin_readings(text))
    elif text != text.lower():
        yield read_address(hangul_meant(text.lower()))


def _written_out(plain: str) -> Iterator[str]:
    """With the 길, 로 or hyphen that was left out; the flat, not the lot; the number behind."""
    yield _LANE_LEFT_OUT.sub(r"\1길 ", plain)
    yield _HYPHEN_LEFT_OUT.sub(r"\1-", plain)
    yield _FLAT_NOT_LOT.sub(r"\1 \2", plain)
    yield _ROAD_LEFT_OUT.sub(r"\1로", plain)
    yield _ROAD_LEFT_OUT.sub(r"\1대로", plain)


def _from_a_later_word(rest: str, base: dict[str, Any], reference: str) -> Iterator[AddressParts]:
    """What goes before is kept as unread: it may name a place that is nowhere near."""
    words = rest.split()
    for at in range(min(len(words), MOST_WORDS) - 1, 0, -1):
        if _BEGINS.match(words[at]) and read_form(" ".join(words[at:])):
            read = _of_form(" ".join(words[at:]), base, reference)
            ahead = " ".join(words[:at])
            if read and not any(_REGION.search(word) and not may_be_a_person(word) for word in ahead.split()):
                yield replace(read, unread=f"{ahead} {read.unread}".strip())
            return


def _named(framed: Frame, district: str) -> Iterator[AddressParts]:
    named = _as_name(framed)
    if not _NO_NAME.fullmatch(named.name):
        yield replace(named, district=named.district or district)


def _named_on_a_road(rest: str, base: dict[str, Any]) -> Iterator[AddressParts]:
    """상도로 우성아파트: the building, with the road that was said for it."""
    form = read_road_alone(rest)
    if form and form.rest:
        second = Second()
        second.take_behind(form.rest)
        name = second.parts.get("name")
        if name:
            also = AddressParts(road_name=form.called, dong=second.parts.get("dong", ""))
            yield AddressParts(**base, name=name, unit=second.unit, unread=second.unread, also=also)
