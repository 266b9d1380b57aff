"""Suggestions while the operator types, from the first keystroke on, the syllable finished or not.

Short ways in: initials and numbers (ㅅㄷ23 20-3), the lot alone or after an initial (1002-3, ㅅ1002-3), any
part of a name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from handyman.geocode.address import read_address
from handyman.geocode.finding.answers import at_point
from handyman.geocode.gazetteer import Gazetteer, current
from handyman.geocode.locate import VAGUE, locate
from handyman.geocode.located import Located, Problem
from handyman.geocode.reading.keyboard import strokes
from handyman.geocode.suggesting import short
from handyman.geocode.suggesting.keys import LOOSE_END, digits, otherwise, typed_keys
from handyman.geocode.suggesting.own import fits
from handyman.geocode.suggesting.search import Line, Search
from handyman.geocode.suggesting.unlisted import Unlisted

__all__ = ["short_form", "strokes", "suggest"]


def short_form(text: str, gazetteer: Gazetteer | None = None) -> list[Located]:
    """Every house that a short form tells exactly (ㅅㄷ23 20-3, 1002-3); nothing for any other text."""
    return short.short_form(text, gazetteer or current())


def suggest(
    text: str, limit: int = 7, gazetteer: Gazetteer | None = None, first: Sequence[Located] = ()
) -> list[Located]:
    """Places that go on from what is typed: those of `first` that fit, the caller's own, before any other.

    Each with the flat that is typed behind it. Nothing for words that lead to no house of the table.
    """
    table = gazetteer or current()
    keys = typed_keys(text)
    kept: dict[str, Located] = {}
    for place in first:
        if len(keys) < 2 or fits(place, keys):
            kept.setdefault(_door(place), place)
    for place in _offered(text, keys, table, limit) if keys else ():
        if len(kept) >= limit:
            break
        kept.setdefault(_door(place), place)
    return list(kept.values())[:limit]


def _offered(text: str, keys: str, table: Gazetteer, limit: int) -> Iterator[Located]:
    rest, front = otherwise(text)
    said = f"{rest} {front}" if rest and front else text
    unit = read_address(said).unit
    search = Search(table, limit, unit)
    if lines := search.as_typed(keys):
        yield from _shown(lines, unit, table)
        return
    finding = locate(LOOSE_END.sub("", said), table)
    if finding.problem is Problem.OTHER_DISTRICT:
        return
    houses = [place for place in finding.candidates if place.grade not in VAGUE]
    houses += short.short_form(text, table)
    yield from houses
    begun = search.as_typed(typed_keys(rest)) if rest != text and (rest or _may_go_on(text)) else []
    lines = [replace(line, flat=front + line.flat) for line in begun]
    lines += [*search.romanised(text), *search.as_far_as_known(keys)]
    if not lines and not houses:
        lines = search.nearly(keys) or _begun(text, typed_keys(rest) or keys, search)
    yield from _shown(lines, unit, table)


def _begun(text: str, keys: str, search: Search) -> list[Line]:
    """What a text that is still being written may become."""
    return search.farthest(keys, len(strokes(text[-1]))) if _may_go_on(text) else []


def _may_go_on(text: str) -> bool:
    """Whether the last syllable may be unfinished: it is no number and no blank."""
    return text[-1].isalpha()


def _shown(lines: Iterable[Line], unit: str, table: Gazetteer) -> Iterator[Located]:
    """Each house with its flat; a number that tells the house tells no flat."""
    for line in lines:
        flat = unit if line.flat and digits(unit) in ("", digits(line.flat)) else ""
        if isinstance(line.house, Unlisted):
            yield from filter(None, [line.house.place(table, flat)])
        else:
            yield at_point(line.house, table, flat)


def _door(place: Located) -> str:
    """What is one building, whichever flat."""
    return place.place_key.partition("|")[0] or place.label
