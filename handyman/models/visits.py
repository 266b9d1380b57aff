"""Promised visits, who goes, whom we asked, and what was done."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from handyman.extensions import Table, UtcDateTime
from handyman.models.guarded import Guarded, named
from handyman.models.members import Member
from handyman.models.people import Address, Resident
from handyman.models.reports import CompletionReport, Photo
from handyman.models.requests import CancelReason, RequestItem


class VisitState(StrEnum):
    BOOKED = "booked"  # promised; somebody of the team has still to accept
    ASSIGNED = "assigned"  # the whole team has accepted
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    FINISHED = "finished"
    FAILED = "failed"  # went, could not work: nobody home, refused, unsafe
    CANCELLED = "cancelled"


ENDED = frozenset({VisitState.FINISHED, VisitState.FAILED, VisitState.CANCELLED})


class TeamRole(StrEnum):
    LEAD = "lead"
    SECOND = "second"


class AssignmentState(StrEnum):
    OPEN = "open"  # nobody is left to ask: the coordinator's list
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CLOSED = "closed"  # the visit was cancelled


class OfferState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class DeclineReason(StrEnum):
    OTHER_WORK = "other_work"
    ILL = "ill"
    TOO_FAR = "too_far"
    CANNOT_DO = "cannot_do"
    OTHER = "other"


class OverrideReason(StrEnum):
    """Why a coordinator chose somebody by hand, past the one whom the ranking proposed."""

    RESIDENT_WISH = "resident_wish"
    MEMBER_WISH = "member_wish"
    KNOWS_HOME = "knows_home"
    SHARES_HOURS = "shares_hours"  # somebody who has had little work
    TRAINING = "training"  # learns the work, or teaches it
    NOBODY_LEFT = "nobody_left"  # there was nobody left to propose
    OTHER = "other"  # said in the note


class Visit(Guarded, Table):
    """One promised window at one address: one or more items, one or more members.

    `window_start` to `window_end` is what the resident was told; `start` is the plan inside it.
    """

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint("window_start <= start AND start <= window_end", name="start_in_window"),
        CheckConstraint("window_start < window_end", name="window_order"),
        CheckConstraint("service_minutes > 0", name="service_positive"),
        CheckConstraint("team_size BETWEEN 1 AND 2", name="team_size_range"),
        Index("ix_visits_day_start", "day", "start"),
        Index("ix_visits_address_id_day", "address_id", "day"),
        Index("ix_visits_resident_id_day", "resident_id", "day"),
        Index(
            "ix_visits_unfinished",
            "start",
            sqlite_where=text("state IN ('booked','assigned','on_the_way','arrived')"),
            postgresql_where=text("state IN ('booked','assigned','on_the_way','arrived')"),
        ),
    )
    FOLLOWS: ClassVar[Mapping[Any, frozenset[Any]]] = {
        VisitState.BOOKED: frozenset({VisitState.ASSIGNED, VisitState.CANCELLED}),
        VisitState.ASSIGNED: frozenset(
            {
                VisitState.BOOKED,
                VisitState.ON_THE_WAY,
                VisitState.ARRIVED,
                VisitState.FINISHED,
                VisitState.FAILED,
                VisitState.CANCELLED,
            }
        ),
        VisitState.ON_THE_WAY: frozenset(
            {
                VisitState.ASSIGNED,  # a tap taken back
                VisitState.ARRIVED,
                VisitState.FINISHED,
                VisitState.FAILED,
                VisitState.CANCELLED,
            }
        ),
        VisitState.ARRIVED: frozenset(
            {
                VisitState.ASSIGNED,  # a tap taken back
                VisitState.ON_THE_WAY,
                VisitState.FINISHED,
                VisitState.FAILED,
                VisitState.CANCELLED,
            }
        ),
        VisitState.FINISHED: frozenset(),
        VisitState.FAILED: frozenset(),
        VisitState.CANCELLED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(4))  # the member says it at the door
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    day: Mapped[date]  # Asia/Seoul
    window_start: Mapped[datetime] = mapped_column(UtcDateTime)
    window_end: Mapped[datetime] = mapped_column(UtcDateTime)
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    service_minutes: Mapped[int]
    team_size: Mapped[int] = mapped_column(default=1)
    state: Mapped[VisitState] = mapped_column(named(VisitState), default=VisitState.BOOKED)
    cancel_reason: Mapped[CancelReason | None] = mapped_column(named(CancelReason))
    agreed_won: Mapped[int | None]  # what the resident has agreed to pay; None: nobody takes money there
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    on_the_way_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arriving_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # as the resident was told
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the work; the report may follow later
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    resident: Mapped[Resident] = relationship()
    address: Mapped[Address] = relationship()
    items: Mapped[list["VisitItem"]] = relationship(back_populates="visit", order_by="VisitItem.id")
    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="visit",
        order_by="Assignment.role",  # lead before second
    )
    report: Mapped["CompletionReport | None"] = relationship(back_populates="visit")
    photos: Mapped[list["Photo"]] = relationship(order_by="Photo.id")


class VisitItem(Table):
    """How much of a request's item this visit takes on, and how much it did."""

    __tablename__ = "visit_items"
    __table_args__ = (
        UniqueConstraint("visit_id", "request_item_id"),
        Index("ix_visit_items_request_item_id", "request_item_id"),
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity_range"),
        CheckConstraint("done_quantity BETWEEN 0 AND quantity", name="done_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    request_item_id: Mapped[int] = mapped_column(ForeignKey("request_items.id"))
    quantity: Mapped[int]
    done_quantity: Mapped[int | None]  # None until reported
    left_why: Mapped[str] = mapped_column(String(20), default="", server_default="")  # a LeftWhy

    visit: Mapped[Visit] = relationship(back_populates="items")
    request_item: Mapped[RequestItem] = relationship()

    @property
    def left(self) -> int:
        """What this visit took on and did not do."""
        return self.quantity - (self.done_quantity or 0)


class Assignment(Guarded, Table):
    """One place in a visit's team and the member who holds it now."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("visit_id", "role"),
        CheckConstraint(
            "(state != 'open' OR member_id IS NULL)"
            " AND (state NOT IN ('offered', 'accepted') OR member_id IS NOT NULL)",
            name="member_known",
        ),
        Index("ix_assignments_member_id_visit_id", "member_id", "visit_id"),
        Index(
            "ix_assignments_open",
            "visit_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    FOLLOWS: ClassVar[Mapping[Any, frozenset[Any]]] = {
        AssignmentState.OPEN: frozenset(
            {AssignmentState.OFFERED, AssignmentState.ACCEPTED, AssignmentState.CLOSED}
        ),
        AssignmentState.OFFERED: frozenset(
            {AssignmentState.OFFERED, AssignmentState.ACCEPTED, AssignmentState.OPEN, AssignmentState.CLOSED}
        ),
        AssignmentState.ACCEPTED: frozenset(
            {AssignmentState.OFFERED, AssignmentState.OPEN, AssignmentState.CLOSED}
        ),
        AssignmentState.CLOSED: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    role: Mapped[TeamRole] = mapped_column(named(TeamRole))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    state: Mapped[AssignmentState] = mapped_column(named(AssignmentState))

    visit: Mapped[Visit] = relationship(back_populates="assignments")
    member: Mapped[Member | None] = relationship()
    offers: Mapped[list["Offer"]] = relationship(back_populates="assignment", order_by="Offer.id")


class Offer(Guarded, Table):
    """Whom we asked, when, what they answered and why. Rows are added, never overwritten."""

    __tablename__ = "offers"
    __table_args__ = (
        Index("ix_offers_assignment_id", "assignment_id"),
        Index("ix_offers_member_id_state", "member_id", "state"),
        Index(
            "ix_offers_expiring",
            "expires_at",
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
        Index(
            "uq_offers_one_open",
            "assignment_id",
            unique=True,
            sqlite_where=text("state IN ('offered', 'accepted')"),
            postgresql_where=text("state IN ('offered', 'accepted')"),
        ),
    )
    FOLLOWS: ClassVar[Mapping[Any, frozenset[Any]]] = {
        OfferState.OFFERED: frozenset(
            {OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN}
        ),
        OfferState.ACCEPTED: frozenset({OfferState.WITHDRAWN, OfferState.DECLINED}),
        OfferState.DECLINED: frozenset(),
        OfferState.EXPIRED: frozenset(),
        OfferState.WITHDRAWN: frozenset(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    rank: Mapped[int]  # 1 was best when asked
    reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)  # coded, worded on the page
    by_hand: Mapped[bool] = mapped_column(default=False)
    override_reason: Mapped[OverrideReason | None] = mapped_column(named(OverrideReason))
    override_note: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[OfferState] = mapped_column(named(OfferState), default=OfferState.OFFERED)
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decline_reason: Mapped[DeclineReason | None] = mapped_column(named(DeclineReason))
    decline_note: Mapped[str] = mapped_column(String(200), default="")

    assignment: Mapped[Assignment] = relationship(back_populates="offers")
    member: Mapped[Member] = relationship()


class Link(Table):
    """The right to open one page without signing in. Only the token's hash is kept.

    The token is derived from `nonce` and the office's secret key, so that a text still waiting
    in the outbox can be filled when it leaves and the table alone opens nothing.
    """

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(32))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), index=True)
    day: Mapped[date | None]  # a link to a whole day instead of one visit
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # or will be, then

    member: Mapped[Member] = relationship()
    visit: Mapped[Visit | None] = relationship()

    @property
    def closes_at(self) -> datetime:
        """From then on it opens nothing."""
        return min(self.expires_at, self.revoked_at or self.expires_at)
