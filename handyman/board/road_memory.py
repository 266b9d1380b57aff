"""What the road service has said: in a table for all processes, and in this one's memory for quick looks.

The memory follows the table by its ids, so that what one process heard is soon known to the others. It
begins anew each day, without what has grown too old; a pair that it lacks is estimated.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from handyman.dispatch.problem import Point, TravelMode
from handyman.extensions import db, rows
from handyman.models import TravelTime
from handyman.patience import impatient_transaction

NO_WAY = -1  # asked, and better left to the estimate
MOST_ROWS = 500_000  # so many pairs fit into about 100 MB
DEGREE = 100_000  # five decimals: a metre
NEWER = (
    select(TravelTime.id, TravelTime.mode, TravelTime.from_place, TravelTime.to_place, TravelTime.seconds)
    .where(TravelTime.id > bindparam("last"), TravelTime.at > bindparam("oldest"))
    .order_by(TravelTime.id.desc())
    .limit(MOST_ROWS)
)
log = logging.getLogger(__name__)

Pair = tuple[TravelMode, int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """One pair as the service told it."""

    mode: TravelMode
    from_place: int
    to_place: int
    seconds: int

    @property
    def pair(self) -> Pair:
        return self.mode, self.from_place, self.to_place


def place_of(point: Point) -> int:
    """The point to a metre, as one number."""
    return round(point.lat * DEGREE) * 1_000 * DEGREE + round(point.lon * DEGREE)


class RoadMemory:
    """Used by many threads: they only ever add to it, or put a new one in its place."""

    def __init__(self, days: int) -> None:
        self._days = timedelta(days=days)
        self._lock = Lock()
        self._known: dict[str, dict[int, dict[int, int]]] = {}
        self._unwritten: dict[Pair, Told] = {}  # known here, and to no other process
        self._last_id = 0
        self._day: date | None = None

    def from_here(self, mode: TravelMode, place: int) -> dict[int, int]:
        """Seconds by the place that the way leads to."""
        return self._known.get(mode, {}).get(place, {})

    def seconds(self, mode: TravelMode, start: int, end: int) -> int | None:
        """Between two places; None where nobody has been asked, NO_WAY where that was no use."""
        return self.from_here(mode, start).get(end)

    def refresh(self, now: datetime) -> None:
        """Read what other processes have kept since. It only looks, within whatever transaction is open."""
        with self._lock:
            if self._day != now.date():
                self._day, self._known, self._unwritten, self._last_id = now.date(), {}, {}, 0
            found = rows(NEWER, last=self._last_id, oldest=now - self._days).all()
            self._last_id = found[0].id if found else self._last_id
        self._add(Told(TravelMode(row.mode), *row[2:]) for row in found)

    def learn(self, told: Sequence[Told]) -> None:
        """Know it in this process, and nowhere else yet."""
        self._add(told)
        self._unwritten.update((each.pair, each) for each in told if each.seconds != NO_WAY)

    def _add(self, told: Iterable[Told]) -> None:
        for each in told:
            ways = self._known.setdefault(each.mode, {})
            ways.setdefault(each.from_place, {})[each.to_place] = each.seconds

    def write(self, pairs: Iterable[Pair], now: datetime) -> None:
        """Write these down for the others, and drop what is too old. Never fails, never waits long."""
        ways = [way for pair in pairs if (way := self._unwritten.pop(pair, None)) is not None]
        if not ways:
            return
        try:
            with impatient_transaction():
                db.session.execute(delete(TravelTime).where(TravelTime.at <= now - self._days))
                db.session.execute(_insert(), [_row(each, now) for each in ways])
        except SQLAlchemyError as error:
            log.warning("travel times could not be kept: %s", type(error).__name__)


def _insert() -> Any:
    """Two processes may hear the same at once: the first one's word stands."""
    make: Any = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return make(TravelTime).on_conflict_do_nothing()


def _row(told: Told, now: datetime) -> dict[str, Any]:
    return {
        "mode": told.mode.value,
        "from_place": told.from_place,
        "to_place": told.to_place,
        "seconds": told.seconds,
        "at": now,
    }
