"""One line of an imported file made into a row, or the reason why it is none."""

import csv
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from handyman.geocode.table import shipped
from handyman.geocode.table.rows import BUILDING_ERROR_M, GU

CITY = "서울특별시"
SUMMARY_COLUMNS = 18
LONGEST_ROAD, LONGEST_NAMES = 80, 400
LONGEST_NUMBER, LONGEST_SERIAL = 5, 18  # digits
TOLD = 40  # so much of a cell is told in a reason
LOT = re.compile(r"산?[0-9]{1,5}(-[0-9]{1,5})?")


class BadRowError(ValueError):
    """The message is the reason."""


class Row(NamedTuple):
    """An address as it was read; `y` and `x` are degrees or metres, as the file has them."""

    gu: str
    road: str
    underground: int
    main: int
    sub: int
    lot: str  # instead of a road: 사당동 1002-3
    dong: str
    jibun: str
    names: str  # alternatives between |
    y: float
    x: float
    error_m: int
    haengjeong: str
    serial: int  # of several entrances, the lowest is the address


def read_summary(line: str, columns: Sequence[str]) -> Row:
    """A line of the 위치정보요약DB."""
    cells = line.split("|")
    _check(line, len(cells), len(columns))
    _, serial, _, city, gu, dong, _, road, below, main, sub, name, *_, haengjeong, x, y = cells
    if city != CITY:
        raise BadRowError(f"not in {CITY}")
    return Row(
        gu=_gu(gu),
        road=_road(road),
        underground=_below(below),
        main=_number(main, 1),
        sub=_number(sub, 0),
        lot="",
        dong=dong.strip(),
        jibun="",
        names=_names(name),
        y=_coordinate(y),
        x=_coordinate(x),
        error_m=BUILDING_ERROR_M,
        haengjeong=shipped.haengjeong_by_code().get(haengjeong[:8], haengjeong.strip()),
        serial=_serial(serial),
    )


def read_csv(line: str, columns: Sequence[str]) -> Row:
    """A line of a table like the one that we ship."""
    try:
        cells = next(csv.reader([line]), [])
    except csv.Error as error:
        raise BadRowError(str(error)) from error
    _check(line, len(cells), len(columns))
    row = dict(zip(columns, map(str.strip, cells), strict=True))
    road, dong, jibun = row["road_name"], row.get("beopjeong_dong", ""), _lot(row.get("jibun", ""))
    if not road and not (dong and jibun):
        raise BadRowError("neither a road name nor a dong and a lot number")
    return Row(
        gu=_gu(row.get("gu", "") or GU),
        road=_road(road) if road else "",
        underground=_below(row.get("underground", "") or "0"),
        main=_number(row["building_main"], 1) if road else 0,
        sub=_number(row.get("building_sub", ""), 0) if road else 0,
        lot="" if road else f"{dong} {jibun}",
        dong=dong,
        jibun=jibun,
        names=_names(row.get("building_name", "")),
        y=_coordinate(row["lat"]),
        x=_coordinate(row["lon"]),
        error_m=shipped.error_of(row.get("source", "")),
        haengjeong=row.get("haengjeong_dong", ""),
        serial=0,
    )


def _check(line: str, cells: int, columns: int) -> None:
    if cells != columns:
        raise BadRowError(f"{columns} columns are expected, {cells} found")
    if "\ufffd" in line:
        raise BadRowError("not in the text encoding of the file")


def _gu(said: str) -> str:
    if said not in districts():
        raise BadRowError(f"no district of {CITY}: {said[:TOLD]}")
    return said


@cache
def districts() -> frozenset[str]:
    """The districts of the city."""
    return frozenset(centre.gu for centre in shipped.dongs())


def _road(said: str) -> str:
    road = "".join(said.split())
    if not 0 < len(road) <= LONGEST_ROAD:
        raise BadRowError("no road name")
    return road


def _lot(said: str) -> str:
    jibun = "".join(said.split())
    if jibun and not LOT.fullmatch(jibun):
        raise BadRowError(f"not a lot number: {said[:TOLD]}")
    return jibun


def _below(said: str) -> int:
    """지하여부: 0 on the ground, 1 below it, 2 above it; only below has a series of numbers of its own."""
    if said not in ("0", "1", "2"):
        raise BadRowError(f"not 0, 1 or 2 for 지하여부: {said[:TOLD]}")
    return int(said == "1")


def _number(said: str, least: int) -> int:
    number = _whole(said.strip() or "0", LONGEST_NUMBER)
    if number is None or number < least:
        raise BadRowError(f"not a building number: {said[:TOLD]}")
    return number


def _serial(said: str) -> int:
    number = _whole(said.strip() or "0", LONGEST_SERIAL)
    if number is None:
        raise BadRowError(f"not a serial number: {said[:TOLD]}")
    return number


def _whole(digits: str, longest: int) -> int | None:
    """A number of so many digits at most; zeros before it do not count."""
    told = digits.lstrip("0") or "0"
    return int(told) if digits.isascii() and digits.isdigit() and len(told) <= longest else None


def _coordinate(said: str) -> float:
    try:
        number: Any = float(said)
    except ValueError:
        raise BadRowError(f"not a coordinate: {said[:TOLD]}" if said.strip() else "no coordinates") from None
    if not abs(number) < 1e8:  # no number at all included
        raise BadRowError(f"not a coordinate: {said[:TOLD]}")
    return float(number)


def _names(said: str) -> str:
    return "|".join(name for name in map(str.strip, said[:LONGEST_NAMES].split("|")) if name)
