"""How a visit stood before it was moved: kept, signed, by the page or, of a plan, in its row, to go back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import bindparam, select

from handyman.board.changes import Changes
from handyman.board.seen import seen_of_visit
from handyman.extensions import rows, settings
from handyman.models import Assignment, AssignmentState, Offer, OfferState, ServiceDay, TeamRole, Visit

SALT = "undo"
STARTS = select(Visit.id, Visit.start).where(Visit.day == bindparam("day"))
VERSION = select(ServiceDay.version).where(ServiceDay.day == bindparam("day"))


@dataclass(frozen=True, slots=True)
class Before:
    """Ids and moments (seconds), nobody's name."""

    visit_id: int
    role: str
    member_id: int | None
    state: str
    offer_id: int | None
    starts: dict[int, int]  # of all visits of the day; afterwards only of those that were moved
    seen: str = ""  # of the visit, after the move
    version: int = 0  # of the day, after the move
    until: int = 0


def note_before(visit: Visit, place: Assignment) -> Before:
    """With the starts of the whole day: others may have to make room."""
    return note_place(visit, place, {row.id: row.start for row in rows(STARTS, day=visit.day)})


def note_place(visit: Visit, place: Assignment, starts: Mapping[int, datetime]) -> Before:
    open_offers = [o for o in place.offers if o.state in (OfferState.OFFERED, OfferState.ACCEPTED)]
    return Before(
        visit_id=visit.id,
        role=place.role.value,
        member_id=place.member_id,
        state=place.state.value,
        offer_id=open_offers[-1].id if open_offers else None,
        starts={visit_id: seconds(start) for visit_id, start in starts.items()},
    )


def note_after(before: Before, visit: Visit, changes: Changes, until: datetime) -> Before:
    moved = {each.id for each in changes.shifted}
    return replace(
        before,
        starts={visit_id: start for visit_id, start in before.starts.items() if visit_id in moved},
        seen=seen_of_visit(visit),
        version=version_of(visit.day),
        until=seconds(until),
    )


def version_of(day: date) -> int:
    return rows(VERSION, day=day).scalar() or 0


def sign(before: Before) -> str:
    return signer().dumps(as_stored(before))


def read(token: str) -> Before | None:
    """None when it is none of ours."""
    kept = load(token)
    return None if kept is None else of_stored(kept)


def as_stored(before: Before) -> dict[str, Any]:
    return asdict(before)


def of_stored(kept: Mapping[str, Any]) -> Before:
    """Back from JSON, whose keys are words."""
    starts = {int(visit_id): start for visit_id, start in kept["starts"].items()}
    return Before(**{**kept, "starts": starts})


def role_of(before: Before) -> TeamRole:
    return TeamRole(before.role)


def had_accepted(before: Before) -> bool:
    return before.state == AssignmentState.ACCEPTED


def start_of(before: Before, visit_id: int) -> datetime:
    return datetime.fromtimestamp(before.starts[visit_id], UTC)


def is_over(before: Before, now: datetime) -> bool:
    return seconds(now) >= before.until


def copied(offer: Offer) -> dict[str, Any]:
    """What an offer that is made anew keeps of the one that was taken back."""
    return {
        "rank": offer.rank,
        "reasons": offer.reasons,
        "by_hand": offer.by_hand,
        "override_reason": offer.override_reason,
        "override_note": offer.override_note,
        "offered_at": offer.offered_at,
        "expires_at": offer.expires_at,
    }


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def load(token: str, of: str = SALT) -> dict[str, Any] | None:
    """None when it is none of ours, or of something else."""
    try:
        found: dict[str, Any] = signer(of).loads(token)
    except BadSignature:
        return None
    return found


def signer(of: str = SALT) -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt=of)
