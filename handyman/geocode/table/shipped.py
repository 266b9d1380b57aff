"""The files that the product ships: the district's addresses, all dongs of the city, roads of the others."""

import csv
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from handyman.geocode.table.rows import (
    BUILDING_ERROR_M,
    FACILITY_ERROR_M,
    FACILITY_LISTS,
    AddressPoint,
    Boundary,
    DongCentre,
)


def boundary_file() -> Path:
    """The boundaries as GeoJSON, for the map."""
    return Path(str(files("handyman.geocode") / "data" / "dongjak_dongs.geojson"))


def addresses() -> Iterator[AddressPoint]:
    """The address points of the district."""
    for row in rows_of("dongjak_addresses.csv"):
        yield AddressPoint(
            road_name=row["road_name"],
            main=int(row["building_main"] or 0),
            sub=int(row["building_sub"] or 0),
            beopjeong_dong=row["beopjeong_dong"],
            jibun=row["jibun"].replace(" ", ""),
            names=tuple(name for name in row["building_name"].split("|") if name),
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            error_m=error_of(row["source"]),
        )


def error_of(source: str) -> int:
    """How far nine of ten points of these datasets lie from the building at most."""
    return FACILITY_ERROR_M if source in FACILITY_LISTS else BUILDING_ERROR_M


@cache
def dongs() -> tuple[DongCentre, ...]:
    """The centres of all dongs of the city, administrative and legal."""
    return tuple(
        DongCentre(row["name"], row["kind"], row["gu"], float(row["lat"]), float(row["lon"]))
        for row in rows_of("seoul_dongs.csv")
    )


@cache
def haengjeong_by_code() -> dict[str, str]:
    """The everyday name of an administrative dong by the eight digits of its code."""
    return {row["code"][:8]: row["name"] for row in rows_of("seoul_dongs.csv") if row["kind"] == "행정동"}


@cache
def boundaries() -> tuple[Boundary, ...]:
    """The administrative dongs of the district."""
    features = json.loads(boundary_file().read_text(encoding="utf-8"))["features"]
    return tuple(
        _boundary(feature["properties"]["name"], feature["geometry"]["coordinates"][0])
        for feature in features
        if feature["properties"]["kind"] == "행정동"
    )


def _boundary(name: str, corners: list[list[float]]) -> Boundary:
    ring = tuple((lon, lat) for lon, lat in corners)
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return Boundary(name, ring, (min(lons), min(lats), max(lons), max(lats)))


@cache
def overlap() -> tuple[tuple[str, str], ...]:
    """Which legal dongs lie in an administrative dong of the district, the largest share first."""
    rows = sorted(rows_of("dongjak_dong_overlap.csv"), key=lambda row: -float(row["share"]))
    return tuple((row["haengjeong_dong"], row["beopjeong_dong"]) for row in rows)


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table that the product ships, by the names of their columns."""
    with (files("handyman.geocode") / "data" / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
