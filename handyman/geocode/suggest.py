"""Suggestions while the operator types, from the first keystroke on, the syllable finished or not.

Short ways in: initials and numbers (ㅅㄷ23 20-3), the lot alone or after an initial (1002-3, ㅅ1002-3), any
part of a name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from handyman.geocode.address import read_address
from handyman.geocode.finding.answers import at_point
from handyman.geocode.finding.by_road import by_road
from handyman.geocode.gazetteer import Gazetteer, current
from handyman.geocode.located import Grade, Located
from handyman.geocode.reading.keyboard import strokes
from handyman.geocode.suggesting import short
from handyman.geocode.suggesting.keys import as_hangul, dong_forms, initials, road_forms, typed_keys
from handyman.geocode.suggesting.search import Search
from handyman.geocode.table import facts

__all__ = ["short_form", "strokes", "suggest"]


def short_form(text: str, gazetteer: Gazetteer | None = None) -> list[Located]:
    """Every house that a short form tells exactly (ㅅㄷ23 20-3, 1002-3); nothing for any other text."""
    return short.short_form(text, gazetteer or current())


def suggest(
    text: str, limit: int = 7, gazetteer: Gazetteer | None = None, first: Sequence[Located] = ()
) -> list[Located]:
    """Places that go on from what is typed: those of `first` that fit, the caller's own, before any other."""
    table = gazetteer or current()
    keys = typed_keys(text)
    kept: dict[str, Located] = {}
    for place in first:
        if len(keys) < 2 or _fits(place, keys):
            kept.setdefault(_door(place), place)
    if unlisted := _unlisted(text, table):
        kept.setdefault(_door(unlisted), unlisted)
    for point in Search(table, limit).points(keys) if keys else ():
        if len(kept) >= limit:
            break
        place = at_point(point, table)
        kept.setdefault(_door(place), place)
    return list(kept.values())[:limit]


def _unlisted(text: str, table: Gazetteer) -> Located | None:
    """The house that is typed, when the post delivers to it and the table lacks its point: the estimate."""
    parts = read_address(text)
    if parts.romanised or not parts.main or parts.number not in facts.numbers_of(parts.road_name):
        return None
    finding = by_road(replace(parts, unit=""), table)
    best = finding.best if finding else None
    return best if best and best.grade is Grade.INTERPOLATED else None


def _door(place: Located) -> str:
    """What is one building, whichever flat."""
    return place.place_key.partition("|")[0] or place.label


def _fits(place: Located, keys: str) -> bool:
    """Whether the keys are on the way to this place, or past it to the flat."""
    name = typed_keys(place.building_name), initials(place.building_name)
    whole = list(_whole(place))
    return any(
        any(full.startswith(wanted) for full in (*whole, *_short(place)))
        or any(wanted.startswith(full) for full in whole)
        or any(wanted in form for form in name)
        for wanted in {keys.replace(" ", ""), as_hangul(keys).replace(" ", "")}
    )


def _whole(place: Located) -> Iterator[str]:
    for words in (
        place.label.partition(",")[0],
        f"{place.road_name} {place.building_number}" if place.building_number else "",
        f"{place.beopjeong_dong} {place.jibun}" if place.jibun else "",
    ):
        if words:
            yield typed_keys(words).replace(" ", "")


def _short(place: Located) -> Iterator[str]:
    if place.building_number:
        yield from (form + place.building_number for form in ("", *road_forms(place.road_name)))
    if place.jibun:
        yield from (form + strokes(place.jibun) for form in ("", *dong_forms(place.beopjeong_dong)))
