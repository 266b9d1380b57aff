"""A visit is put down on the board: into a member's row, at a start inside its promise."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handyman.board.assign import assign, changeable, find_place
from handyman.board.changes import Changes
from handyman.board.mending.before import Before, note_after, note_before
from handyman.board.move import restart
from handyman.models import Actor, OverrideReason, TeamRole

UNDO_TIME = timedelta(seconds=30)
HELD_BACK = UNDO_TIME + timedelta(seconds=10)  # texts wait a little longer: a late click is still in time


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where the visit is to go."""

    role: TeamRole
    member_id: int
    start: int
    seen: str
    reason: OverrideReason | None = None
    note: str = ""
    agreed: bool = False


def put_at(before: Before) -> datetime:
    return datetime.fromtimestamp(before.until, UTC) - HELD_BACK


def put(visit_id: int, wanted: Wanted, by: Actor, now: datetime) -> tuple[Changes, Before]:
    """Under the rules of the visit's own page; with what it takes to put everything back."""
    visit = changeable(visit_id, wanted.seen)
    place = find_place(visit, wanted.role)
    before = note_before(visit, place)
    if place.member_id == wanted.member_id:
        changes = restart(visit, wanted.start, by, now)
    else:
        changes = assign(
            visit_id,
            wanted.role,
            wanted.member_id,
            by,
            now,
            agreed=wanted.agreed,
            reason=wanted.reason,
            note=wanted.note,
            start=wanted.start,
        )
    return changes, note_after(before, visit, changes, now + HELD_BACK)
