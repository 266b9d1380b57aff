"""Which table of addresses is asked: the one that the office imported, else the one that we ship."""

import logging
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from handyman.geocode.table import shipped
from handyman.geocode.table.questions import WHOLE_DONG_M, Gazetteer
from handyman.geocode.table.rows import (
    BUILDING_ERROR_M,
    FACILITY_ERROR_M,
    GU,
    AddressPoint,
    Boundary,
    DongCentre,
    Road,
)
from handyman.geocode.table.shipped import boundary_file
from handyman.geocode.table.store import Store, UnusableTableError

__all__ = [
    "BUILDING_ERROR_M",
    "FACILITY_ERROR_M",
    "GU",
    "WHOLE_DONG_M",
    "AddressPoint",
    "Boundary",
    "DongCentre",
    "Gazetteer",
    "Road",
    "boundary_file",
    "current",
    "embedded",
    "use",
]

log = logging.getLogger(__name__)


def embedded() -> Gazetteer:
    """The table that the product ships, read when it is first asked for."""
    with _reading:
        return _read()


@cache
def _read() -> Gazetteer:
    return _with_the_city(shipped.addresses())


def _with_the_city(addresses: Iterable[AddressPoint] | Store) -> Gazetteer:
    return Gazetteer(addresses, shipped.dongs(), shipped.boundaries(), shipped.overlap())


def use(path: Path | None) -> None:
    """Where the office's own table lies, when it has imported one."""
    global _own
    _own = path


def current() -> Gazetteer:
    """The table that the office imported, as it lies there now; else the embedded one."""
    mark = _mark(_own) if _own else None
    if _own is None or mark is None:
        return embedded()
    if _kept.mark != mark:
        with _reading:
            if _kept.mark != mark:
                _keep(_own, mark)
    return _kept.table or embedded()


Mark = tuple[Path, int, int, int]


@dataclass(slots=True)
class _Kept:
    """The imported table that is open; no table when the file that lies there cannot be used."""

    mark: Mark | None = None
    table: Gazetteer | None = None


def _mark(path: Path) -> Mark | None:
    """What changes when another file takes the place of this one; nothing when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return path, found.st_ino, found.st_mtime_ns, found.st_size


def _keep(path: Path, mark: Mark) -> None:
    try:
        table = _with_the_city(Store.at(path))
    except (UnusableTableError, sqlite3.Error) as error:
        log.warning("the imported table of addresses is not used: %s; the embedded one is", error)
        table = None
    _kept.table = table
    _kept.mark = mark


def _forget() -> None:
    """In a process that was forked off: no connection and no lock of its parent."""
    global _reading
    _reading = Lock()
    _read.cache_clear()
    _kept.mark = _kept.table = None


_own: Path | None = None
_kept = _Kept()
_reading = Lock()
os.register_at_fork(after_in_child=_forget)
