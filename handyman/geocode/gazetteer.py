"""Which table of addresses is asked: the one that the office imported, else the one that we ship."""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock, Thread

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
    "prepare_with",
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
    if path != _own:
        _kept.mark = _kept.table = _kept.coming = None
    _own = path


def prepare_with(prepare: Callable[[Gazetteer], object]) -> None:
    """Have a table that is imported from now on made ready apart, while the one before it still answers."""
    _kept.prepare = prepare


def current() -> Gazetteer:
    """The table that the office imported, as it lies there now; else the embedded one."""
    mark = _mark(_own) if _own else None
    if _own is None or mark is None:
        return embedded()
    if _kept.mark != mark:
        with _reading:
            if _kept.mark != mark:
                _take(_own, mark)
    return _kept.table or embedded()


Mark = tuple[Path, int, int, int]


@dataclass(slots=True)
class _Kept:
    """The imported table that is open; no table when the file that lies there cannot be used."""

    mark: Mark | None = None
    table: Gazetteer | None = None
    coming: Mark | None = None  # of the one that is made ready
    prepare: Callable[[Gazetteer], object] | None = None


def _mark(path: Path) -> Mark | None:
    """What changes when another file takes the place of this one; nothing when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return path, found.st_ino, found.st_mtime_ns, found.st_size


def _take(path: Path, mark: Mark) -> None:
    if _kept.coming == mark:
        return
    _kept.coming = mark
    if _kept.prepare is None:
        _keep(path, mark)
    else:
        Thread(target=_keep, args=(path, mark), daemon=True).start()


def _keep(path: Path, mark: Mark) -> None:
    table = _opened(path)
    if table and _kept.prepare:
        with suppress(Exception):  # it is then made ready by the first who asks
            _kept.prepare(table)
    if _kept.coming == mark:
        _kept.table = table
        _kept.mark = mark


def _opened(path: Path) -> Gazetteer | None:
    try:
        return _with_the_city(Store.at(path))
    except (UnusableTableError, sqlite3.Error, OSError) as error:
        log.warning("the imported table of addresses is not used: %s; the embedded one is", error)
        return None


def _forget() -> None:
    """In a process that was forked off: no connection and no lock of its parent."""
    global _reading
    _reading = Lock()
    _read.cache_clear()
    _kept.mark = _kept.table = _kept.coming = None


_own: Path | None = None
_kept = _Kept()
_reading = Lock()
os.register_at_fork(after_in_child=_forget)
