"""What a resident opens from a text: the page of one visit, what they thought of the work, and its repair."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.requests import RequestItem, ServiceRequest
from handyman.models.visits import Visit, VisitItem


class Rating(StrEnum):
    """An answer with three steps: on a page as on the keys 1, 2 and 3 of a telephone."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


RATED = Enum(  # without a check: three columns of one table would each want its name
    Rating, native_enum=False, length=20, values_callable=lambda kinds: [kind.value for kind in kinds]
)


class PageLink(Table):
    """The right to open the page of one visit. As with members' links only the token's hash is kept."""

    __tablename__ = "page_links"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    visit: Mapped[Visit] = relationship()


class Satisfaction(Table):
    """Three answers about one visit that is over; the first that is given stands."""

    __tablename__ = "satisfactions"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    works: Mapped[Rating] = mapped_column(RATED)  # what was repaired; poor: it is not
    manner: Mapped[Rating] = mapped_column(RATED)
    again: Mapped[Rating] = mapped_column(RATED)
    heard_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # whoever rang; None: the page
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Reopening(Table):
    """A request that repairs what the first visit did not: at most one for each visit."""

    __tablename__ = "reopenings"

    request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), unique=True)  # the first one
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    request: Mapped[ServiceRequest] = relationship()
    visit: Mapped[Visit] = relationship()


def once_more(visits: Iterable[int]) -> Select[int]:
    """Which of these repair what an earlier visit did not."""
    return (
        select(VisitItem.visit_id)
        .join(RequestItem, RequestItem.id == VisitItem.request_item_id)
        .join(Reopening, Reopening.request_id == RequestItem.request_id)
        .where(VisitItem.visit_id.in_(visits))
        .distinct()
    )
