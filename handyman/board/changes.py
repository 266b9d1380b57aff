"""What an action changed, for whoever has to tell people about it."""

from dataclasses import dataclass, field
from datetime import datetime

from handyman.models import Assignment, Offer, Visit


@dataclass(slots=True)
class Changes:
    """Rows that were written, in the order in which they were written."""

    offered: list[Offer] = field(default_factory=list)
    withdrawn: list[Offer] = field(default_factory=list)
    accepted: list[Assignment] = field(default_factory=list)
    booked: list[Visit] = field(default_factory=list)
    moved: list[Visit] = field(default_factory=list)  # the promise changed: the resident is told
    unmoved: list[tuple[Visit, datetime]] = field(default_factory=list)  # it is the old one; changed when
    shifted: list[Visit] = field(default_factory=list)  # only the start inside the promise changed
    widened: list[Visit] = field(default_factory=list)  # there is more to do, at the same hour
    cancelled: list[Visit] = field(default_factory=list)
    restored: list[Offer] = field(
        default_factory=list
    )  # a move was undone: as if they had never been taken back
    heard_of: bool = False  # what was undone: somebody knew of it already

    def add(self, other: "Changes") -> None:
        self.offered += other.offered
        self.withdrawn += other.withdrawn
        self.accepted += other.accepted
        self.booked += other.booked
        self.moved += other.moved
        self.unmoved += other.unmoved
        self.shifted += other.shifted
        self.widened += other.widened
        self.cancelled += other.cancelled
        self.restored += other.restored

    @property
    def visits(self) -> set[int]:
        """The visits of all that was written."""
        asked = [offer.assignment for offer in (*self.offered, *self.withdrawn, *self.restored)]
        of_places = {place.visit_id for place in (*self.accepted, *asked)}
        back = (visit for visit, _since in self.unmoved)
        written = (*self.booked, *self.moved, *back, *self.shifted, *self.cancelled)
        return of_places | {visit.id for visit in written}
