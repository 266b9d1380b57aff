"""What a provider said of an address, in words of ours."""

from dataclasses import dataclass
from typing import Any

from handyman.geocode.address import read_address


@dataclass(frozen=True, slots=True)
class Answer:
    """One point with the parts that the provider named; what it left out is empty."""

    label: str
    lat: float
    lon: float
    gu: str = ""
    road_name: str = ""
    number: str = ""  # 20-3, 지하 12
    dong: str = ""  # the legal one
    lot: str = ""  # 1002-3, 산12
    name: str = ""  # of the building


def words(value: Any) -> str:
    """A text of theirs as a database takes it; anything that is none counts as left out."""
    if not isinstance(value, str):
        return ""
    return "".join(sign for sign in " ".join(value.split()) if sign.isprintable())


def number(main: Any, sub: Any, before: str = "") -> str:
    """`20-3` of its two halves, which come as texts or as numbers."""
    first, second = _whole(main), _whole(sub)
    if not first:
        return ""
    return f"{before}{first}-{second}" if second else f"{before}{first}"


def _whole(value: Any) -> int:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() else 0


def from_words(label: str, lat: float, lon: float, road: str, lot: str, name: str = "") -> Answer:
    """For a provider that writes its addresses out and names no parts."""
    by_road, by_lot = read_address(road), read_address(lot)
    return Answer(
        label=label,
        lat=lat,
        lon=lon,
        gu=by_road.district or by_lot.district,
        road_name=by_road.road_name,
        number=by_road.number if by_road.road_name and by_road.main else "",
        dong=by_lot.dong,
        lot=by_lot.lot,
        name=name,
    )
