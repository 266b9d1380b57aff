"""Where somebody of the office decided that a building stands: by a pin, or by one answer before another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from handyman.extensions import db, rows
from handyman.models import VAGUE, Address, Grade
from handyman.residents.place import BY_HAND, TABLE_CHOSEN


@dataclass(frozen=True, slots=True)
class Kept:
    """A point that was decided on, whose it is, and since when."""

    lat: float
    lon: float
    source: str
    on: datetime
    grade: Grade
    error_m: int

    @property
    def by_hand(self) -> bool:
        return self.source == BY_HAND

    @property
    def of_table(self) -> bool:
        return self.source == TABLE_CHOSEN


_kept: Select[float | None, float | None, str, Grade, int | None, datetime | None] = (
    select(Address.lat, Address.lon, Address.source, Address.grade, Address.error_m, Address.located_at)
    .where(Address.located_at.is_not(None), Address.decided)
    .order_by((Address.place_key == bindparam("key")).desc(), Address.located_at.desc(), Address.id.desc())
    .limit(1)
)
# Every flat of a building: each database uses its index for one of the two, and for that alone.
_RANGE = and_(Address.place_key >= bindparam("first"), Address.place_key < bindparam("end"))
_BEGINNING = Address.place_key.like(bindparam("beginning"), escape="/")
_BY_RANGE, _BY_BEGINNING = _kept.where(_RANGE), _kept.where(_BEGINNING)


_written: Select[Address] = (
    select(Address)
    .where(
        Address.place_key == bindparam("key"),
        or_(Address.label == bindparam("words"), Address.said == bindparam("words")),
    )
    .where(Address.lat.is_not(None), Address.grade.not_in(VAGUE))
    .order_by(Address.located_at.desc(), Address.id.desc())
    .limit(1)
)


def on_file(place_key: str, words: str) -> Address | None:
    """The place of this name as it was stored under these words, whoever knows it today."""
    if not place_key:
        return None
    return db.session.scalar(_written, {"key": place_key, "words": words})


def recall(place_key: str) -> Kept | None:
    """What was decided about this very door, else the newest for another of the building."""
    building = place_key.partition("|")[0]
    if not building:
        return None
    within, values = in_building(building)
    row = rows(_BY_RANGE if within is _RANGE else _BY_BEGINNING, key=place_key, **values).first()
    if row is None or row.lat is None or row.lon is None or row.located_at is None:
        return None
    source = BY_HAND if row.grade is Grade.PLACED else row.source
    return Kept(row.lat, row.lon, source, row.located_at, row.grade, row.error_m or 0)


def in_building(building: str) -> tuple[ColumnElement[bool], dict[str, str]]:
    """Every flat of it, and the house itself, as this database looks for them; with the values for that."""
    if db.engine.dialect.name == "sqlite":
        return _RANGE, {"first": f"{building}|", "end": f"{building}}}"}
    return _BEGINNING, {"beginning": f"{_literally(building)}|%"}


def _literally(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
