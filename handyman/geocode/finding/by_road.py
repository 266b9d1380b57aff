"""A road and a number become a point."""

from collections.abc import Iterable
from dataclasses import replace

from handyman.geocode.address import AddressParts
from handyman.geocode.finding.answers import LOT_ERROR_M, ONE_LOT_M, apart, at_point, estimated, whole_road
from handyman.geocode.finding.dongs import everyday, in_dong
from handyman.geocode.finding.interpolation import Estimate, estimate
from handyman.geocode.gazetteer import GU, AddressPoint, Gazetteer, Road
from handyman.geocode.ground import metres
from handyman.geocode.located import Finding, Grade, Problem
from handyman.geocode.reading.roman import roman_key
from handyman.geocode.table import facts
from handyman.geocode.table.questions import once_a_table

UNDERGROUND_ERROR_M = 80  # an arcade or a station reaches along the road
NUMBER_UNKNOWN = 0.5  # doubt of a road that has no such number, though it reaches so far
NUMBER_BEYOND = 1.0
OTHER_DONG = 1.0
LOT_BESIDE_M = 100  # a lot that was said beside a road address lies so near to its estimate


def by_road(parts: AddressParts, table: Gazetteer) -> Finding | None:
    """What is found under the road's name as it was said; None when this table has no such road."""
    parts = _with_whole_name(parts, table)
    roads = _roads_as_said(parts, table)
    if not roads:
        return _elsewhere(parts, parts.road_name, table)
    exact = [point for road in roads if (point := _house(parts, road, table))]
    found = _one_of(
        [Finding((at_point(point, table, parts.unit),)) for point in exact]
        or [_on_road(parts, road, table) for road in roads]
    )
    if found.best and found.best.place_key and _is_of_another_dong(parts, roads, table):
        return replace(found, problem=Problem.AMBIGUOUS)
    return found


def _with_whole_name(parts: AddressParts, table: Gazetteer) -> AddressParts:
    """구로동로35나길 is one road, though 구로동 is a dong."""
    whole = parts.dong + parts.road_name
    return replace(parts, road_name=whole, dong="") if parts.dong and table.roads_named(whole) else parts


def _is_of_another_dong(parts: AddressParts, roads: list[Road], table: Gazetteer) -> bool:
    """Whether a dong of ours was said that none of these roads touches."""
    said = everyday(parts.dong or (parts.also.dong if parts.also else ""))
    if said not in table.dongs_here:
        return False
    dongs = {said, *table.beopjeong_of(said)}
    points = (point for road in roads for point in table.on_road(road))
    return all(dongs.isdisjoint((point.beopjeong_dong, table.haengjeong_of(point))) for point in points)


def doubt_of(parts: AddressParts, road: Road, table: Gazetteer) -> float:
    """What speaks against this road: that it has no such number, that it lies in another dong."""
    points = table.on_road(road)
    wrong_dong = bool(parts.dong) and not any(in_dong(point, parts.dong, table) for point in points)
    doubt = OTHER_DONG if wrong_dong else 0.0
    if not parts.main or has_number(road, parts, table):
        return doubt
    mains = [point.main for point in points]
    return doubt + (NUMBER_UNKNOWN if min(mains) <= parts.main <= max(mains) else NUMBER_BEYOND)


def has_number(road: Road, parts: AddressParts, table: Gazetteer) -> bool:
    """Whether such a house exists, known to the table or at least to the post."""
    if road.gu == GU and replace(parts, underground=False).number in facts.numbers_of(road.name):
        return True
    return any((point.main, point.sub) == (parts.main, parts.sub) for point in table.on_road(road))


def _roads_as_said(parts: AddressParts, table: Gazetteer) -> list[Road]:
    """The table's roads of this name; a dong that was written before it is taken off."""
    said = parts.road_name
    if parts.romanised:
        names: Iterable[str] = _romanised(table).get(said, ())
    else:
        names = (said, *(said[cut:] for cut in range(2, len(said) - 1) if said[cut - 1] == "동"))
    roads = next((found for name in names if (found := table.roads_named(name))), ())
    return _of_district(roads, parts.district)


def _of_district(roads: Iterable[Road], district: str) -> list[Road]:
    return [road for road in roads if district in ("", road.gu)]


def _house(parts: AddressParts, road: Road, table: Gazetteer) -> AddressPoint | None:
    """The very number, found without reading the road."""
    return table.at_number(road, parts.main, parts.sub, underground=parts.underground) if parts.main else None


def _on_road(parts: AddressParts, road: Road, table: Gazetteer) -> Finding:
    """What is told of a road that has no such number."""
    if not parts.main:
        return Finding((whole_road(road.name, table.on_road(road), parts.unit, table),))
    elsewhere = None if parts.underground else _elsewhere(parts, road.name, table)
    return elsewhere or _estimated(parts, road, table.on_road(road), table)


def _estimated(parts: AddressParts, road: Road, points: Iterable[AddressPoint], table: Gazetteer) -> Finding:
    """Between its neighbours; a lot that was said with it and is known lies nearer."""
    known = [point for point in points if not point.underground]
    if not known:  # an arcade: its numbers say nothing of houses above the ground
        return Finding((whole_road(road.name, list(points), parts.unit, table),))
    said = [point for point in known if (point.main, point.sub) == (parts.main, parts.sub)]
    guess = _on(said[0]) if said else estimate(known, road.name, parts.main, parts.sub)
    if guess is None:
        return Finding((whole_road(road.name, known, parts.unit, table),))
    guess = _at_lot(parts, guess, table) or guess
    if parts.underground:
        guess = replace(guess, error_m=max(guess.error_m, UNDERGROUND_ERROR_M))
    return Finding((estimated(guess, f"{road.name} {parts.number}", parts, table, road_name=road.name),))


def _on(point: AddressPoint) -> Estimate:
    return Estimate(point.lat, point.lon, point.error_m, point)


def _at_lot(parts: AddressParts, guess: Estimate, table: Gazetteer) -> Estimate | None:
    """The lot that was said beside a road address, when all its houses stand together near the estimate."""
    if parts.also is None or not parts.also.lot:
        return None
    dong = parts.also.dong or parts.dong or guess.neighbour.beopjeong_dong
    there = [
        point
        for legal in table.beopjeong_of(everyday(dong))
        for point in table.at_lot(legal, parts.also.lot)
        if metres(point.lat, point.lon, guess.lat, guess.lon) <= LOT_BESIDE_M + guess.error_m
    ]
    if not there or any(apart(point, there[0]) > ONE_LOT_M for point in there):
        return None
    middle = min(there, key=lambda point: metres(point.lat, point.lon, guess.lat, guess.lon))
    return Estimate(middle.lat, middle.lon, max(LOT_ERROR_M, middle.error_m), middle)


def _elsewhere(parts: AddressParts, road_name: str, table: Gazetteer) -> Finding | None:
    """The refusal of a road, or of a number on it, that lies in a district which the table lacks."""
    if table.roads_named(road_name):
        gu = facts.district_of_number(road_name, parts.main)
        return _refused(f"{gu} {road_name} {parts.number}") if gu and gu not in table.gus else None
    gus = [gu for gu in facts.districts_of(road_name) if gu not in table.gus]
    if not gus or parts.district in table.gus or road_name in facts.roads_with_numbers():
        return None
    return _refused(f"{', '.join(gus[:3])} {road_name}")


def _refused(place: str) -> Finding:
    return Finding((), Problem.OTHER_DISTRICT, place)


def _one_of(findings: list[Finding]) -> Finding:
    """One road may run through several districts: the one that has the number, else each."""
    for grades in ((Grade.BUILDING,), (Grade.INTERPOLATED,)):
        places = tuple(place for found in findings for place in found.candidates if place.grade in grades)
        if places:
            return Finding(places, Problem.AMBIGUOUS if len(places) > 1 else None)
    return findings[0]


@once_a_table
def _romanised(table: Gazetteer) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for road in table.roads:
        keys.setdefault(roman_key(road.name), []).append(road.name)
    return keys
