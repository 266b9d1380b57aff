"""What other geocoders have said of an address, where their terms allow that it is kept."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column

from handyman.extensions import Table, UtcDateTime


class GeocoderAnswer(Table):
    """One provider's answer to one address, asked for without flat and without anybody's name.

    Without a point it says that the provider knows of no such place.
    """

    __tablename__ = "geocoder_answers"
    __table_args__ = (
        UniqueConstraint("provider", "query"),
        Index("ix_geocoder_answers_asked_at", "asked_at"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="point_whole"),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat_range"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    query: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(200), default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    gu: Mapped[str] = mapped_column(String(30), default="")
    road_name: Mapped[str] = mapped_column(String(60), default="")
    building_number: Mapped[str] = mapped_column(String(20), default="")
    beopjeong_dong: Mapped[str] = mapped_column(String(30), default="")
    jibun: Mapped[str] = mapped_column(String(20), default="")
    building_name: Mapped[str] = mapped_column(String(100), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def query_is(cls, text: str, providers: Sequence[str]) -> ColumnElement[bool]:
        """Rows of these providers for one address."""
        return and_(cls.query == text, cls.provider.in_(providers))
