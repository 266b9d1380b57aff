"""Rows and estimates of the table made into answers, each with its grade, label and key."""

from collections.abc import Sequence
from dataclasses import replace

from handyman.geocode.address import AddressParts
from handyman.geocode.finding.interpolation import Estimate
from handyman.geocode.gazetteer import GU, AddressPoint, Gazetteer
from handyman.geocode.ground import metres
from handyman.geocode.located import Finding, Grade, Located, Problem

MOST = 7
LOT_ERROR_M = 40
ONE_LOT_M = 60  # addresses of one lot that lie closer together are one place to drive to
SAME_PLACE_M = 30


def label(place: str, unit: str, gu: str = GU) -> str:
    """The address said back."""
    return f"{gu} {place}" + (f", {unit}" if unit else "")


def road_key(gu: str, road_name: str, number: str, unit: str = "") -> str:
    """What every way to say a road address comes down to."""
    return f"road:{gu} {road_name}:{number}|{unit}"


def lot_key(gu: str, beopjeong_dong: str, jibun: str, unit: str = "") -> str:
    """What every way to say a lot comes down to."""
    return f"lot:{gu} {beopjeong_dong}:{jibun}|{unit}"


def at_point(point: AddressPoint, table: Gazetteer, unit: str = "", grade: Grade = Grade.BUILDING) -> Located:
    """An address of the table as an answer."""
    number = point.number if point.road_name else ""
    place = f"{point.road_name} {number}" if point.road_name else f"{point.beopjeong_dong} {point.jibun}"
    key = (
        road_key(point.gu, point.road_name, number, unit)
        if number
        else lot_key(point.gu, point.beopjeong_dong, point.jibun, unit)
    )
    return Located(
        lat=point.lat,
        lon=point.lon,
        grade=grade,
        error_m=max(LOT_ERROR_M, point.error_m) if grade == Grade.LOT else point.error_m,
        road_name=point.road_name,
        building_number=number,
        beopjeong_dong=point.beopjeong_dong,
        haengjeong_dong=table.haengjeong_of(point),
        jibun=point.jibun,
        building_name=point.names[0] if point.names else "",
        unit=unit,
        label=label(place, unit, point.gu),
        place_key=key,
    )


def estimated(
    guess: Estimate, place: str, parts: AddressParts, table: Gazetteer, road_name: str = "", jibun: str = ""
) -> Located:
    """An address that the table lacks, at its likely point."""
    dong = guess.neighbour.beopjeong_dong
    gu = guess.neighbour.gu
    key = (
        road_key(gu, road_name, parts.number, parts.unit)
        if road_name
        else lot_key(gu, dong, jibun, parts.unit)
    )
    return Located(
        lat=guess.lat,
        lon=guess.lon,
        grade=Grade.INTERPOLATED,
        error_m=guess.error_m,
        road_name=road_name,
        building_number=parts.number if road_name else "",
        beopjeong_dong=dong,
        haengjeong_dong=table.haengjeong_dong(guess.lat, guess.lon) or table.haengjeong_of(guess.neighbour),
        jibun=jibun,
        unit=parts.unit,
        label=label(place, parts.unit, gu),
        place_key=key,
    )


def whole_road(road: str, points: Sequence[AddressPoint], unit: str, table: Gazetteer) -> Located:
    """The road is known, the number is not: its middle, with its reach as the error."""
    lat = sum(point.lat for point in points) / len(points)
    lon = sum(point.lon for point in points) / len(points)
    middle = min(points, key=lambda point: metres(lat, lon, point.lat, point.lon))
    reach = max(metres(middle.lat, middle.lon, point.lat, point.lon) for point in points)
    return replace(
        at_point(middle, table, unit, Grade.ROAD),
        error_m=round(reach) + 50,
        building_number="",
        jibun="",
        building_name="",
        beopjeong_dong=_only({point.beopjeong_dong for point in points}),
        haengjeong_dong=_only({table.haengjeong_of(point) for point in points}),
        label=label(road, unit, middle.gu),
        place_key="",
    )


def _only(dongs: set[str]) -> str:
    """The dong of a road that lies in one alone."""
    return dongs.pop() if len(dongs) == 1 else ""


def lot_as_a_whole(points: list[AddressPoint], unit: str, table: Gazetteer) -> Finding:
    """A lot with one address is that address; with several it is none of them, but the lot."""
    if len(points) == 1:
        return Finding((at_point(points[0], table, unit, Grade.LOT),))
    middle = min(points, key=lambda point: sum(apart(point, other) for other in points))
    reach = max(apart(middle, point) for point in points)
    if reach > ONE_LOT_M or len({point.beopjeong_dong for point in points}) > 1:
        return several(points, unit, table, Grade.LOT)
    bare = replace(middle, road_name="", names=())
    answer = at_point(bare, table, unit, Grade.LOT)
    return Finding((replace(answer, error_m=max(answer.error_m, round(reach) + middle.error_m)),))


def several(
    points: list[AddressPoint], unit: str, table: Gazetteer, grade: Grade = Grade.BUILDING
) -> Finding:
    """One answer, or as many as lie apart, for the operator to choose from."""
    kept: list[AddressPoint] = []
    for point in points:
        if all(apart(point, other) >= SAME_PLACE_M for other in kept):
            kept.append(point)
    answers = tuple(at_point(point, table, unit, grade) for point in kept[:MOST])
    return Finding(answers, Problem.AMBIGUOUS if len(answers) > 1 else None)


def apart(point: AddressPoint, other: AddressPoint) -> float:
    """Metres between two addresses."""
    return metres(point.lat, point.lon, other.lat, other.lon)
