"""One visit as its resident may see it: when, who comes, what for. No address and no telephone of theirs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from handyman.extensions import db
from handyman.models import (
    ENDED,
    Actor,
    ActorKind,
    Answer,
    Assignment,
    AssignmentState,
    Member,
    ReachAnswer,
    RequestItem,
    Resident,
    Visit,
    VisitItem,
    VisitState,
)
from handyman.visit.expected import is_past

CHANGEABLE = (VisitState.BOOKED, VisitState.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Home:
    """A visit from the side of the door that it comes to."""

    visit: Visit
    seen_at: datetime

    @property
    def by(self) -> Actor:
        return Actor(ActorKind.PERSON, self.visit.resident_id)

    @property
    def team(self) -> list[Member]:
        """Only who has accepted: a name that changes at the door frightens people."""
        return accepted(self.visit)

    @property
    def is_coming(self) -> bool:
        """Until it is reported, or nobody can be expected any more."""
        return self.visit.state not in ENDED and not is_past(self.visit, self.seen_at)

    @property
    def may_answer(self) -> bool:
        """Until somebody sets out, or the window is over."""
        return self.visit.state in CHANGEABLE and self.seen_at < self.visit.window_end


def answer_of(visit: Visit) -> Answer | None:
    """What was said last of the promise as it stands, by whichever way."""
    return db.session.scalar(
        select(ReachAnswer.answer)
        .where(ReachAnswer.visit_id == visit.id)
        .where(ReachAnswer.of_window(visit.window_start, visit.window_end))
        .order_by(ReachAnswer.id.desc())
        .limit(1)
    )


def load(visit_id: int, now: datetime) -> Home:
    return Home(db.session.scalars(visits().where(Visit.id == visit_id)).one(), now)


def visits() -> Select[Visit]:
    """With the team, the work and whose home it is."""
    return select(Visit).options(
        joinedload(Visit.address),
        joinedload(Visit.resident).joinedload(Resident.person),
        selectinload(Visit.assignments).joinedload(Assignment.member),
        selectinload(Visit.items).joinedload(VisitItem.request_item).joinedload(RequestItem.service_item),
    )


def accepted(visit: Visit) -> list[Member]:
    return [
        place.member
        for place in visit.assignments
        if place.member is not None and place.state is AssignmentState.ACCEPTED
    ]
