"""Suggestions while the operator types, from the first keystroke on, the syllable finished or not.

Short ways in: initials and numbers (ㅅㄷ23 20-3), the lot alone or after an initial (1002-3, ㅅ1002-3), any
part of a name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from handyman.geocode.address import AddressParts, read_address
from handyman.geocode.finding.answers import at_point
from handyman.geocode.gazetteer import Gazetteer, current
from handyman.geocode.locate import VAGUE, locate
from handyman.geocode.located import Located, Problem
from handyman.geocode.suggesting import short
from handyman.geocode.suggesting.keys import (
    LOOSE_END,
    NUMBER_IN_WORDS,
    otherwise,
    tells_flat,
    typed_keys,
)
from handyman.geocode.suggesting.own import behind, fits
from handyman.geocode.suggesting.search import Line, Search
from handyman.geocode.suggesting.unlisted import Unlisted
from handyman.hangul import composed, strokes

__all__ = ["short_form", "strokes", "suggest"]


def short_form(text: str, gazetteer: Gazetteer | None = None) -> list[Located]:
    """Every house that a short form tells exactly (ㅅㄷ23 20-3, 1002-3); nothing for any other text."""
    return short.short_form(text, gazetteer or current(), _Said(text).flat)


def suggest(
    text: str, limit: int = 7, gazetteer: Gazetteer | None = None, first: Sequence[Located] = ()
) -> list[Located]:
    """Places that go on from what is typed: those of `first` that fit, the caller's own, before any other.

    Each with the flat that is typed behind it. Nothing for words that lead to no house of the table.
    """
    table = gazetteer or current()
    said = _Said(text)
    kept: dict[str, Located] = {}
    for place in first:
        if len(said.keys) < 2 or fits(place, said.keys):
            kept.setdefault(_door(place), _with_flat(place, said))
    for place in _offered(said, table, limit) if said.keys else ():
        if len(kept) >= limit:
            break
        kept.setdefault(_door(place), place)
    return list(kept.values())[:limit]


class _Said:
    """What is typed, and what is made of it."""

    def __init__(self, text: str, *, may_go_on: bool = False) -> None:
        self.text = text
        self.keys = typed_keys(text)
        self.may_go_on = may_go_on or text[-1:].isalpha()  # the last syllable may be unfinished

    @cached_property
    def whole(self) -> str:
        return composed(self.text)

    @cached_property
    def parted(self) -> tuple[str, str]:
        """Without what goes before an address; the flat of that."""
        return otherwise(self.whole)

    @property
    def in_order(self) -> str:
        rest, front = self.parted
        return f"{rest} {front}" if rest and front else self.whole

    @cached_property
    def parts(self) -> AddressParts:
        return read_address(self.in_order)

    @property
    def elsewhere(self) -> str:
        """A city or district that is said by its own name."""
        return self.parts.other_city or self.parts.district

    def before(self) -> Iterator["_Said"]:
        """Without the letter, then without the syllable, that is being written: 칡 may become 칠가."""
        if self.may_go_on:
            last = strokes(self.whole[-1])
            yield _Said(composed(self.whole[:-1] + last[:-1]), may_go_on=True)
            yield _Said(self.whole[:-1], may_go_on=True)

    def flat(self, behind: str) -> str:
        """The flat, if these keys tell it: a number that tells the house tells no flat."""
        if not behind:
            return ""
        return self.parts.unit if tells_flat(behind, self.parts.unit) else ""


def _offered(said: _Said, table: Gazetteer, limit: int) -> Iterator[Located]:
    search = Search(table, limit, lambda: said.parts.unit)
    if lines := search.as_typed(said.keys):
        yield from _shown(lines, said, table)
        return
    finding = locate(LOOSE_END.sub("", said.in_order), table)
    if finding.problem is Problem.OTHER_DISTRICT:
        yield from _shown([] if said.elsewhere else _still_ours(said, search), said, table)
        return
    houses = [place for place in finding.candidates if place.grade not in VAGUE]
    houses += short.short_form(said.text, table, said.flat)
    yield from houses
    lines = [*_read_otherwise(said, search), *search.as_far_as_known(said.keys)]
    if not lines and not houses:
        lines = search.nearly(said.keys) or _begun(said, search) or _before(said, search)
    yield from _shown(lines, said, table)


def _still_ours(said: _Said, search: Search) -> list[Line]:
    """What a road that lies elsewhere is the beginning of; nothing for words that are complete."""
    if not said.may_go_on:
        return []
    roads = _begun(said, search, named=False)
    return roads or _read_otherwise(said, search) or _before(said, search)


def _before(said: _Said, search: Search) -> list[Line]:
    """With less of what is being written; with none of a number that is told in words."""
    ways = (_read_otherwise(less, search) for less in said.before())
    found = next(filter(None, ways), None)
    if found is None and said.may_go_on and (spoken := NUMBER_IN_WORDS.search(said.whole)):
        found = search.as_typed(typed_keys(said.whole[: spoken.start()]))
    return found or []


def _read_otherwise(said: _Said, search: Search) -> list[Line]:
    """The same with its parts in another order, and in other letters."""
    rest, front = said.parted
    asked = rest != said.whole and (rest or said.may_go_on)
    begun = search.as_typed(typed_keys(rest)) if asked else []
    return [*(replace(line, flat=front + line.flat) for line in begun), *search.romanised(said.text)]


def _begun(said: _Said, search: Search, *, named: bool = True) -> list[Line]:
    """What a text that is still being written may become."""
    keys = typed_keys(said.parted[0]) or said.keys
    return search.farthest(keys, len(strokes(said.text[-1])), named=named) if said.may_go_on else []


def _shown(lines: Iterable[Line], said: _Said, table: Gazetteer) -> Iterator[Located]:
    """Each house with its flat."""
    for line in lines:
        flat = said.flat(line.flat)
        if isinstance(line.house, Unlisted):
            yield from filter(None, [line.house.place(table, flat)])
        else:
            yield at_point(line.house, table, flat)


def _with_flat(place: Located, said: _Said) -> Located:
    """The caller's own house with the flat that is typed, where none is on file."""
    flat = said.flat(behind(place, said.keys) or "") if place.place_key and not place.unit else ""
    return replace(place, unit=flat, label=f"{place.label}, {flat}") if flat else place


def _door(place: Located) -> str:
    """What is one building, whichever flat."""
    return place.place_key.partition("|")[0] or place.label
