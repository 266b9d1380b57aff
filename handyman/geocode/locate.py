"""Finds the place of an address in the embedded table, and says how sure it is."""

from dataclasses import replace

from handyman.geocode.address import AddressParts, name_key, read_address, read_name
from handyman.geocode.answers import at_point, estimated, label, lot_as_a_whole, several, whole_road
from handyman.geocode.gazetteer import GU, AddressPoint, Gazetteer, current
from handyman.geocode.interpolation import Estimate, estimate, estimate_lot, leaves_the_district, sub_of
from handyman.geocode.located import Finding, Grade, Located, Problem

__all__ = ["Finding", "Grade", "Located", "Problem", "at_point", "locate", "placed"]

UNDERGROUND_ERROR_M = 80  # an arcade or a station reaches along the road
PIN_ERROR_M = 5
LEAST_NAME = 3  # so many letters of a longer name are a name; fewer are only that


def locate(text: str, gazetteer: Gazetteer | None = None) -> Finding:
    """Every place that the text may mean; another district is refused, never bent to this one."""
    table = gazetteer or current()
    parts = read_address(text)
    elsewhere = _elsewhere(parts, table)
    if elsewhere:
        return Finding((), Problem.OTHER_DISTRICT, elsewhere)
    if parts.road_name:
        found = _by_road(parts, table) or _by_name(text, table)
    elif parts.lot:
        found = _by_lot(parts, table) or _by_name(text, table)
    else:
        found = _by_name(text, table) or _dong(parts, table)
    unknown = parts.road_name or parts.name or parts.dong
    return found or Finding((), Problem.NOT_FOUND, unknown)


def placed(known: Located | None, lat: float, lon: float, gazetteer: Gazetteer | None = None) -> Located:
    """A pin that a person has put: it keeps what is known of the address."""
    table = gazetteer or current()
    base = known or Located(lat, lon, Grade.PLACED, PIN_ERROR_M)
    dong = table.haengjeong_dong(lat, lon) or base.haengjeong_dong
    return replace(base, lat=lat, lon=lon, grade=Grade.PLACED, error_m=PIN_ERROR_M, haengjeong_dong=dong)


def _elsewhere(parts: AddressParts, table: Gazetteer) -> str:
    """The other city or district that was said, by its own name or by a dong of it."""
    if parts.other_city or parts.district not in ("", GU):
        return parts.other_city or parts.district
    gu = table.gu_of_dong(_everyday(parts.dong)) if parts.dong else ""
    return gu if gu != GU else ""


def _by_road(parts: AddressParts, table: Gazetteer) -> Finding | None:
    road = _road_as_written(parts.road_name, table)
    if not road:
        return None
    points = table.on_road(table.roads_named(road)[0])
    if not parts.main:
        return Finding((whole_road(road, points, parts.unit, table),))
    exact = next((point for point in points if (point.main, point.sub) == (parts.main, parts.sub)), None)
    if exact and not parts.underground:
        return Finding((at_point(exact, table, parts.unit),))
    if not parts.underground and leaves_the_district(points, road, parts.main):
        return Finding((), Problem.OTHER_DISTRICT, f"{road} {parts.number}")
    guess = _on(exact) if exact else estimate(points, road, parts.main, parts.sub)
    if guess is None:
        return Finding((whole_road(road, points, parts.unit, table),))
    if parts.underground:
        guess = replace(guess, error_m=max(guess.error_m, UNDERGROUND_ERROR_M))
    return Finding((estimated(guess, f"{road} {parts.number}", parts, table, road_name=road),))


def _on(point: AddressPoint) -> Estimate:
    return Estimate(point.lat, point.lon, point.error_m, point)


def _road_as_written(said: str, table: Gazetteer) -> str:
    """The road's name in the table; a dong that was said before it is taken off."""
    after_dong = (said[cut:] for cut in range(2, len(said) - 1) if said[cut - 1] == "동")
    return next((name for name in (said, *after_dong) if table.roads_named(name)), "")


def _by_lot(parts: AddressParts, table: Gazetteer) -> Finding | None:
    dongs = table.beopjeong_of(_everyday(parts.dong))
    found = _of_the_dong([p for dong in dongs for p in table.at_lot(dong, parts.lot)], parts.dong, table)
    if found:
        return lot_as_a_whole(found, parts.unit, table)
    plot, _, _ = parts.lot.partition("-")
    near = _of_the_dong([p for dong in dongs for p in table.on_plot(dong, plot)], parts.dong, table)
    guess = estimate_lot(near, sub_of(parts.lot))
    if guess is None:
        return _dong(parts, table)
    lot = f"{guess.neighbour.beopjeong_dong} {parts.lot}"
    return Finding((estimated(guess, lot, parts, table, jibun=parts.lot),))


def _of_the_dong(points: list[AddressPoint], said: str, table: Gazetteer) -> list[AddressPoint]:
    """Those that lie in the dong as it was said; all of them when none does."""
    return [point for point in points if _in_dong(point, said, table)] or points


def _in_dong(point: AddressPoint, said: str, table: Gazetteer) -> bool:
    return _everyday(said) in (point.beopjeong_dong, table.haengjeong_dong(point.lat, point.lon))


def _by_name(text: str, table: Gazetteer) -> Finding | None:
    """A building's name; what carries it within a longer name counts too, so that none is guessed."""
    parts = read_name(text)
    if elsewhere := _elsewhere(parts, table):
        return Finding((), Problem.OTHER_DISTRICT, elsewhere)
    for dong, name in _dong_and_name(parts, table):
        points = _named(name, table)
        found = [point for point in points if not dong or _in_dong(point, dong, table)]
        if found:
            return several(found, parts.unit, table)
    return None


def _dong_and_name(parts: AddressParts, table: Gazetteer) -> list[tuple[str, str]]:
    """As it stands, and with a dong that was written to the name (사당동우성아파트) taken off."""
    whole = parts.dong + parts.name
    if whole in table.dongs_here:
        return []
    ways = [("", whole), (parts.dong, parts.name)] if parts.dong else [("", whole)]
    ways += [(dong, whole.removeprefix(dong)) for dong in table.dongs_here if whole.startswith(dong)]
    return [(dong, name) for dong, name in ways if name]


def _named(name: str, table: Gazetteer) -> list[AddressPoint]:
    """Exact names first; a longer name that only begins so (a school's own kindergarten) adds nothing."""
    exact = list(table.named(name))
    if len(name) < LEAST_NAME:
        return exact
    longer = [
        point
        for other in table.names_with(name)
        if not (exact and other.startswith(name))
        for point in table.named(other)
    ]
    return list(dict.fromkeys([*exact, *longer]))


def _everyday(dong: str) -> str:
    """사당제1동 as 사당1동."""
    head, mark, tail = dong.partition("제")
    return head + tail if mark and tail[:1].isdigit() else dong


def _dong(parts: AddressParts, table: Gazetteer) -> Finding | None:
    """The middle of a dong, when no more was said than that or a lot that nothing is known of."""
    dong = _everyday(name_key(parts.dong))
    centre = table.dong_centre(dong)
    if centre is None or parts.name:
        return None
    legal = centre.kind == "법정동"
    answer = Located(
        lat=centre.lat,
        lon=centre.lon,
        grade=Grade.DONG,
        error_m=table.dong_error(dong),
        beopjeong_dong=dong if legal else "",
        haengjeong_dong="" if legal else dong,
        jibun=parts.lot,
        unit=parts.unit,
        label=label(f"{dong} {parts.lot}".strip(), parts.unit),
    )
    return Finding((answer,))
