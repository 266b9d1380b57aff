"""Finds the place of an address in the embedded table, and says how sure it is."""

from dataclasses import replace
from functools import reduce

from handyman.geocode.address import AddressParts, read_address
from handyman.geocode.gazetteer import GU, AddressPoint, Gazetteer, embedded
from handyman.geocode.interpolation import estimate, metres
from handyman.geocode.located import Finding, Grade, Located, Problem

__all__ = ["Finding", "Grade", "Located", "Problem", "at_point", "locate", "placed"]

MOST = 7
BUILDING_ERROR_M = 15  # independent datasets: 90 % within 3 to 30 m
LOT_ERROR_M = 40
DONG_ERROR_M = 600
SAME_PLACE_M = 30


def locate(text: str, gazetteer: Gazetteer | None = None) -> Finding:
    """Every place that the text may mean; another district is refused, never bent to this one."""
    table = gazetteer or embedded()
    parts = read_address(text)
    elsewhere = parts.other_city or (parts.district if parts.district not in ("", GU) else "")
    if elsewhere:
        return Finding((), Problem.OTHER_DISTRICT, elsewhere)
    if parts.road_name:
        return _by_road(parts, table)
    if parts.lot:
        return _by_lot(parts, table)
    return _by_name(parts, table)


def placed(known: Located | None, lat: float, lon: float, gazetteer: Gazetteer | None = None) -> Located:
    """A pin that a person has put: it keeps what is known of the address."""
    table = gazetteer or embedded()
    dong = table.haengjeong_dong(lat, lon)
    base = known or Located(lat, lon, Grade.PLACED, 5)
    return replace(
        base, lat=lat, lon=lon, grade=Grade.PLACED, error_m=5, haengjeong_dong=dong or base.haengjeong_dong
    )


def at_point(point: AddressPoint, table: Gazetteer, unit: str = "", grade: Grade = Grade.BUILDING) -> Located:
    """An address of the table as an answer."""
    number = point.number if point.road_name else ""
    place = f"{point.road_name} {number}" if point.road_name else f"{point.beopjeong_dong} {point.jibun}"
    key = f"road:{point.road_name}:{number}" if number else f"lot:{point.beopjeong_dong}:{point.jibun}"
    return Located(
        lat=point.lat,
        lon=point.lon,
        grade=grade,
        error_m=LOT_ERROR_M if grade == Grade.LOT else BUILDING_ERROR_M,
        road_name=point.road_name,
        building_number=number,
        beopjeong_dong=point.beopjeong_dong,
        haengjeong_dong=table.haengjeong_dong(point.lat, point.lon),
        jibun=point.jibun,
        building_name=point.names[0] if point.names else "",
        unit=unit,
        label=_label(place, unit),
        place_key=f"{key}|{unit}",
    )


def _label(place: str, unit: str) -> str:
    return f"{GU} {place}" + (f", {unit}" if unit else "")


def _by_road(parts: AddressParts, table: Gazetteer) -> Finding:
    road = _road_as_written(parts.road_name, table)
    if not road:
        return Finding((), Problem.NOT_FOUND, parts.road_name)
    points = table.roads[road]
    if parts.underground:
        return _whole_road(road, parts, table)
    exact = [point for point in points if (point.main, point.sub) == (parts.main, parts.sub)]
    if exact:
        return Finding((at_point(exact[0], table, parts.unit),))
    guess = estimate(points, road, parts.main, parts.sub)
    if guess is None:
        return _whole_road(road, parts, table)
    number = f"{parts.main}-{parts.sub}" if parts.sub else str(parts.main)
    near = at_point(guess.neighbour, table)
    answer = replace(
        near,
        lat=guess.lat,
        lon=guess.lon,
        grade=Grade.INTERPOLATED,
        error_m=guess.error_m,
        road_name=road,
        building_number=number,
        jibun="",
        building_name="",
        unit=parts.unit,
        haengjeong_dong=table.haengjeong_dong(guess.lat, guess.lon) or near.haengjeong_dong,
        label=_label(f"{road} {number}", parts.unit),
        place_key=f"road:{road}:{number}|{parts.unit}",
    )
    return Finding((answer,))


def _road_as_written(said: str, table: Gazetteer) -> str:
    """The road's name in the table: 번길 and blanks are already gone, a leading dong may be left."""
    if said in table.roads:
        return said
    for cut in range(1, len(said) - 1):
        before, after = said[:cut], said[cut:]
        if before.endswith("동") and after in table.roads:
            return after
    return ""


def _whole_road(road: str, parts: AddressParts, table: Gazetteer) -> Finding:
    """The road is known, the number is not: its middle, with the road's own length as the error."""
    points = table.roads[road]
    lat = sum(point.lat for point in points) / len(points)
    lon = sum(point.lon for point in points) / len(points)
    reach = round(max(metres(lat, lon, point.lat, point.lon) for point in points)) + 50
    middle = min(points, key=lambda point: metres(lat, lon, point.lat, point.lon))
    near = at_point(middle, table)
    answer = replace(
        near,
        grade=Grade.ROAD,
        error_m=reach,
        building_number="",
        jibun="",
        building_name="",
        unit=parts.unit,
        label=_label(road, parts.unit),
        place_key="",
    )
    return Finding((answer,))


def _by_lot(parts: AddressParts, table: Gazetteer) -> Finding:
    dongs = table.beopjeong_of(_everyday(parts.dong))
    found = [point for dong in dongs for point in table.lots.get((dong, parts.lot), ())]
    if found:
        return _several(found, parts, table, Grade.LOT)
    if not dongs:
        return _other_dong(parts, table)
    return _dong(parts, table)


def _by_name(parts: AddressParts, table: Gazetteer) -> Finding:
    if not parts.name:
        return _dong(parts, table) if parts.dong else Finding((), Problem.NOT_FOUND)
    exact = table.names.get(parts.name, [])
    near = exact or [
        point
        for name, points in table.names.items()
        if len(parts.name) >= 3 and parts.name in name
        for point in points
    ]
    found = [point for point in near if not parts.dong or _in_dong(point, parts.dong, table)]
    if found:
        return _several(found, parts, table, Grade.BUILDING)
    return _other_dong(parts, table) if parts.dong else Finding((), Problem.NOT_FOUND, parts.name)


def _several(points: list[AddressPoint], parts: AddressParts, table: Gazetteer, grade: Grade) -> Finding:
    answers = [at_point(point, table, parts.unit, grade) for point in points]
    apart = reduce(_add_if_apart, answers, list[Located]())[:MOST]
    return Finding(tuple(apart), Problem.AMBIGUOUS if len(apart) > 1 else None)


def _add_if_apart(kept: list[Located], new: Located) -> list[Located]:
    near = any(metres(old.lat, old.lon, new.lat, new.lon) < SAME_PLACE_M for old in kept)
    return kept if near else [*kept, new]


def _in_dong(point: AddressPoint, dong: str, table: Gazetteer) -> bool:
    said = _everyday(dong)
    return point.beopjeong_dong in table.beopjeong_of(said) or said == table.haengjeong_dong(
        point.lat, point.lon
    )


def _everyday(dong: str) -> str:
    """사당제1동 as 사당1동."""
    head, mark, tail = dong.partition("제")
    return head + tail if mark and tail[:1].isdigit() else dong


def _dong(parts: AddressParts, table: Gazetteer) -> Finding:
    dong = _everyday(parts.dong)
    centre = table.dong_centre(dong)
    if centre is None:
        return _other_dong(parts, table)
    legal = centre.name if centre.kind == "법정동" else ""
    answer = Located(
        lat=centre.lat,
        lon=centre.lon,
        grade=Grade.DONG,
        error_m=DONG_ERROR_M,
        beopjeong_dong=legal,
        haengjeong_dong=table.haengjeong_dong(centre.lat, centre.lon) if legal else dong,
        unit=parts.unit,
        label=_label(f"{dong} {parts.lot}".strip(), parts.unit),
    )
    return Finding((answer,))


def _other_dong(parts: AddressParts, table: Gazetteer) -> Finding:
    gu = table.gu_of_dong(_everyday(parts.dong))
    if gu and gu != GU:
        return Finding((), Problem.OTHER_DISTRICT, gu)
    return Finding((), Problem.NOT_FOUND, parts.dong)
