"""Suggestions while the operator types, from the first syllable on, finished or not."""

from functools import cache
from itertools import islice

from handyman.geocode.address import LONGEST, name_key
from handyman.geocode.answers import at_point
from handyman.geocode.gazetteer import AddressPoint, Gazetteer, current
from handyman.geocode.keyboard import strokes
from handyman.geocode.locate import locate
from handyman.geocode.located import Located

MOST_LOOKED_AT = 30
NAMES_BESIDE_ROADS = 2  # 상도 begins many roads; the buildings of that name must not drown


def suggest(text: str, limit: int = 7, gazetteer: Gazetteer | None = None) -> list[Located]:
    """Places whose road, number or name goes on from what is typed; what is found exactly comes first."""
    table = gazetteer or current()
    wanted = name_key(text[:LONGEST])
    if not wanted:
        return []
    exact = locate(text, table).candidates if any(sign.isdigit() for sign in wanted) else ()
    kept = {place.place_key: place for place in exact if place.place_key}
    for point in _going_on(wanted, table, limit):
        place = at_point(point, table)
        kept.setdefault(place.place_key, place)
        if len(kept) >= limit:
            break
    return list(kept.values())[:limit]


def _going_on(wanted: str, table: Gazetteer, limit: int) -> list[AddressPoint]:
    keys = strokes(wanted)
    begins = (point for spelled, point in _spelled(table) if spelled.startswith(keys))
    on_roads = list(islice(begins, MOST_LOOKED_AT))
    called = (point for name, point in _named(table) if keys in name)
    named = list(islice(called, MOST_LOOKED_AT))
    first = max(limit - min(len(named), NAMES_BESIDE_ROADS), 0)
    return [*on_roads[:first], *named, *on_roads[first:]]


@cache
def _spelled(table: Gazetteer) -> list[tuple[str, AddressPoint]]:
    on_roads = sorted(
        (point for point in table.points() if point.road_name),
        key=lambda point: (len(point.road_name), point.road_name, point.main, point.sub),
    )
    return [(strokes(f"{point.road_name}{point.number}"), point) for point in on_roads]


@cache
def _named(table: Gazetteer) -> list[tuple[str, AddressPoint]]:
    return [(strokes(name), table.named(name)[0]) for name in sorted(table.names())]
