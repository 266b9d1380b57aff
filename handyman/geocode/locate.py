"""Finds the place of an address in the table, and says how sure it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from handyman.geocode.address import AddressParts, read_address, readings
from handyman.geocode.finding.answers import at_point
from handyman.geocode.finding.by_lot import by_dong, by_lot
from handyman.geocode.finding.by_name import by_mended_name, by_name, by_part_of_name, by_words
from handyman.geocode.finding.by_road import by_road
from handyman.geocode.finding.dongs import everyday
from handyman.geocode.finding.mended import half_said, mended, mended_lane
from handyman.geocode.gazetteer import Gazetteer, current
from handyman.geocode.ground import metres
from handyman.geocode.located import Finding, Grade, Located, Problem
from handyman.geocode.table import facts

__all__ = ["Finding", "Grade", "Located", "Problem", "at_point", "locate", "placed"]

PIN_ERROR_M = 5
ONE_PLACE_M = 50  # two roads or two lots that lie further apart are two addresses
ONE_ADDRESS_M = 300  # the road and the lot of one address lead no further apart
VAGUE = frozenset({Grade.ROAD, Grade.DONG})
Way = Callable[[AddressParts, Gazetteer], Finding | None]


def locate(text: str, gazetteer: Gazetteer | None = None) -> Finding:
    """Every place that the text may mean; another district is refused, never bent to this one."""
    table = gazetteer or current()
    vague: Finding | None = None
    for finding in _findings(text, table):
        if finding.problem is not None or _is_a_house(finding):
            return finding
        vague = vague or finding
    return vague or Finding((), Problem.NOT_FOUND, _what_was_said(read_address(text)))


def placed(known: Located | None, lat: float, lon: float, gazetteer: Gazetteer | None = None) -> Located:
    """A pin that a person has put: it keeps what is known of the address."""
    table = gazetteer or current()
    base = known or Located(lat, lon, Grade.PLACED, PIN_ERROR_M)
    dong = table.haengjeong_dong(lat, lon) or base.haengjeong_dong
    return replace(base, lat=lat, lon=lon, grade=Grade.PLACED, error_m=PIN_ERROR_M, haengjeong_dong=dong)


def _findings(text: str, table: Gazetteer) -> Iterator[Finding]:
    """What each reading leads to: as it was said first, then with what was left out or mistyped."""
    first = read_address(text)
    if elsewhere := _elsewhere(first, table):
        yield Finding((), Problem.OTHER_DISTRICT, elsewhere)
    if not (first.road_name or first.lot):
        yield from filter(None, [half_said(text, table)])
    said = [_unless_two(finding, first, text, table) for finding in _tried(_as_said(first), table)]
    doubtful = [finding for finding in said if _is_doubtful(finding)]
    yield from (finding for finding in said if finding not in doubtful)
    others = [(parts, _elsewhere(parts, table)) for parts in readings(text) if parts != first]
    ways = [first, *(parts for parts, elsewhere in others if not elsewhere)]
    yield from _read_otherwise(ways[1:], bool(doubtful), table)
    yield from doubtful
    for parts, elsewhere in others:
        if elsewhere and not parts.unread:
            yield Finding((), Problem.OTHER_DISTRICT, elsewhere)
    if not _is_known(first, table):
        yield from filter(None, [mended(text, table)])
    elif not (first.main or first.lot):
        yield from filter(None, [mended_lane(text, table)])
    yield from _named_beside(ways, table)
    for way in (by_part_of_name, by_mended_name):
        yield from _tried(((way, parts) for parts in ways if parts.name or parts.dong), table)
    yield from filter(None, [by_words(text, table)])


def _read_otherwise(ways: list[AddressParts], only_sure: bool, table: Gazetteer) -> Iterator[Finding]:
    """What the less likely readings lead to."""
    for parts in ways:
        if parts.either:
            yield from _one_or_both(parts, parts.either, table)
        for finding in _tried(_as_said(parts), table):
            if not only_sure or (_is_a_house(finding) and not _is_doubtful(finding) and not parts.unread):
                yield finding


def _one_or_both(parts: AddressParts, other: AddressParts, table: Gazetteer) -> Iterator[Finding]:
    """Of two meanings of the same words the one that is known, else both: 십사길 is 14길 or 10사길."""
    houses = [found for found in _tried([(by_road, parts), (by_road, other)], table) if _is_a_house(found)]
    likely = [found for found in houses if not _is_doubtful(found)] or houses
    places = tuple(place for found in likely for place in found.candidates)
    if places:
        yield Finding(places, Problem.AMBIGUOUS if len(places) > 1 else None)


def _tried(ways: Iterable[tuple[Way, AddressParts]], table: Gazetteer) -> Iterator[Finding]:
    for way, parts in ways:
        finding = way(parts, table)
        if finding is not None:
            yield finding


def _as_said(parts: AddressParts) -> Iterator[tuple[Way, AddressParts]]:
    if parts.road_name:
        yield by_road, parts
    elif parts.lot:
        yield by_lot, parts
    elif parts.name:
        yield by_name, parts
    else:
        yield by_dong, parts
        yield by_name, parts
    beside = _beside(parts)
    if beside and beside.lot and beside.dong:
        yield by_lot, beside


def _named_beside(ways: list[AddressParts], table: Gazetteer) -> Iterator[Finding]:
    """The building that was said beside an address which leads nowhere; shown, if it has a number."""
    numbered = any(parts.main or parts.lot for parts in ways)
    for parts in ways:
        beside = _beside(parts)
        found = by_name(beside, table) if beside and beside.name else None
        if found:
            yield replace(found, problem=Problem.AMBIGUOUS) if numbered else found


def _beside(parts: AddressParts) -> AddressParts | None:
    """The second form, with what was said of the first."""
    also = parts.also
    if also is None:
        return None
    return replace(also, unit=parts.unit, district=parts.district, dong=also.dong or parts.dong)


def _unless_two(finding: Finding, said: AddressParts, text: str, table: Gazetteer) -> Finding:
    """With the other address, where the text has a second one that lies apart: 사당로 20 또는 상도로 20."""
    beside = _beside(said)
    if finding.best is None or beside is None or not (beside.main or beside.lot):
        return finding
    same_kind = bool(beside.main) == bool(said.main)
    if same_kind:
        ways, most = [beside, *readings(text)], ONE_PLACE_M
    else:
        ways, most = [beside], ONE_ADDRESS_M
    for other in _tried((way for parts in ways if parts.main or parts.lot for way in _as_said(parts)), table):
        known = same_kind or not _is_doubtful(other)
        if known and other.best and _is_a_house(other) and _apart(other.best, finding.best) > most:
            return Finding((*finding.candidates, *other.candidates), Problem.AMBIGUOUS)
    return finding


def _is_known(parts: AddressParts, table: Gazetteer) -> bool:
    """Whether the road or the dong is one of ours, spelled so: then nothing is bent to another one."""
    if parts.road_name:
        return bool(table.roads_named(parts.road_name)) or parts.road_name in facts.roads_with_numbers()
    return bool(parts.lot) and everyday(parts.dong) in table.dongs_here


def _what_was_said(parts: AddressParts) -> str:
    return parts.road_name or parts.name or parts.dong


def _is_a_house(finding: Finding) -> bool:
    return finding.best is not None and finding.best.grade not in VAGUE


def _is_doubtful(finding: Finding) -> bool:
    """An estimate for a number that not even the post knows: the words may have another reading."""
    best = finding.best
    if best is None or best.grade is not Grade.INTERPOLATED:
        return False
    return best.building_number not in facts.numbers_of(best.road_name)


def _apart(place: Located, other: Located) -> float:
    return metres(place.lat, place.lon, other.lat, other.lon)


def _elsewhere(parts: AddressParts, table: Gazetteer) -> str:
    """The other city or district that was said, by its own name or by a dong of it."""
    if parts.other_city or (parts.district and parts.district not in table.gus):
        return parts.other_city or parts.district
    gu = table.gu_of_dong(everyday(parts.dong)) if parts.dong else ""
    return gu if gu not in table.gus else ""
