"""Answers of others, kept in the database where their terms allow it, with source and date."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, delete, insert, or_, select
from sqlalchemy.exc import SQLAlchemyError

from handyman.extensions import db
from handyman.geocode.asking.providers.answer import Answer
from handyman.geocode.opinions import Heard
from handyman.models import GeocoderAnswer
from handyman.patience import impatient_transaction

UNKNOWN_DAYS = 1  # a house that nobody knew may stand in their map tomorrow
PARTS = {
    "label": "label",
    "lat": "lat",
    "lon": "lon",
    "gu": "gu",
    "road_name": "road_name",
    "number": "building_number",
    "dong": "beopjeong_dong",
    "lot": "jibun",
    "name": "building_name",
}
LONGEST: dict[str, int] = {
    column.name: column.type.length
    for column in GeocoderAnswer.__table__.columns
    if isinstance(column.type, String) and column.type.length
}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Remembered:
    """Used between transactions: it begins its own, and ends it before anybody is asked."""

    days: int

    def recall(self, names: Sequence[str], text: str, now: datetime) -> Mapping[str, Heard]:
        """What was heard before and still counts; ends the transaction that it found open, too."""
        try:
            return self._look(names, text, now) if names and self.days else {}
        except SQLAlchemyError as error:
            log.warning("answers of geocoders could not be read: %s", type(error).__name__)
            return {}
        finally:
            db.session.rollback()

    def _look(self, names: Sequence[str], text: str, now: datetime) -> dict[str, Heard]:
        mine = GeocoderAnswer.query_is(text, names)
        rows = db.session.scalars(select(GeocoderAnswer).where(mine)).all()
        return {row.provider: _heard(row) for row in rows if row.asked_at > self._oldest(row.lat, now)}

    def keep(self, heard: Mapping[str, Heard], text: str) -> None:
        """One short transaction, also where the page only looks; nothing is kept while others write.

        Several answers are not kept: which of them was meant is the operator's word, not the provider's.
        """
        plain = {name: said for name, said in heard.items() if len(said.answers) <= 1}
        if not plain or not self.days:
            return
        try:
            with impatient_transaction():
                self._replace(plain, text)
        except SQLAlchemyError as error:
            log.warning("an answer of a geocoder could not be kept: %s", type(error).__name__)

    def _replace(self, heard: Mapping[str, Heard], text: str) -> None:
        now = max(said.at for said in heard.values())
        db.session.execute(delete(GeocoderAnswer).where(GeocoderAnswer.query_is(text, list(heard))))
        db.session.execute(
            delete(GeocoderAnswer).where(
                or_(
                    GeocoderAnswer.asked_at <= self._oldest(0.0, now),
                    GeocoderAnswer.lat.is_(None) & (GeocoderAnswer.asked_at <= self._oldest(None, now)),
                )
            )
        )
        db.session.execute(insert(GeocoderAnswer), [_row(name, text, said) for name, said in heard.items()])

    def _oldest(self, lat: float | None, now: datetime) -> datetime:
        return now - timedelta(days=min(UNKNOWN_DAYS, self.days) if lat is None else self.days)


def _heard(row: GeocoderAnswer) -> Heard:
    if row.lat is None or row.lon is None:
        return Heard((), row.asked_at)
    return Heard((Answer(**{part: getattr(row, column) for part, column in PARTS.items()}),), row.asked_at)


def _row(name: str, text: str, said: Heard) -> dict[str, Any]:
    """Words longer than their column are cut: a database must not refuse a provider's long name."""
    answer = said.answers[0] if said.answers else None
    parts = {column: getattr(answer, part, None) for part, column in PARTS.items()}
    cut = {column: (part or "")[: LONGEST[column]] for column, part in parts.items() if column in LONGEST}
    return {**parts, **cut, "provider": name, "query": text, "asked_at": said.at}
