"""A visit that was moved from its own page goes back, before anybody was told of it.

Whoever had it has it again, and whoever made room has their start again. Where something else has happened on
those days since, the visit alone goes back, under the same rules as any move.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from handyman.board import fitting, move, needs, offers
from handyman.board.assign import changeable, find_place
from handyman.board.book import number_on
from handyman.board.changes import Changes
from handyman.board.locking import lock_days
from handyman.board.mending import before as kept
from handyman.board.mending.before import STARTS, Before
from handyman.board.mending.put import HELD_BACK
from handyman.board.mending.put_back import give_back, let_go
from handyman.board.propose import Choice
from handyman.board.refusals import Closed, ClosedError
from handyman.board.seen import seen_of_visit
from handyman.extensions import db, rows
from handyman.models import MOVED, UNMOVED, Actor, Visit, record
from handyman.words import minute_of_day


@dataclass(frozen=True, slots=True)
class Moved:
    """How a visit stood before it was moved: ids and moments (seconds), nobody's name."""

    visit_id: int
    number: str
    day: str
    start: int
    window: tuple[int, int]
    places: tuple[Before, ...]
    starts: dict[int, int]  # of the others that made room
    at: int
    made: Mapping[int, int] = field(default_factory=dict)  # to which starts they went
    seen: str = ""  # of the visit, after the move
    versions: Mapping[str, int] | None = None  # of both days, after the move
    since: Mapping[str, int] | None = None  # and before it

    @property
    def days(self) -> list[date]:
        return sorted(date.fromisoformat(day) for day in self.versions or ())


def moved_at(before: Moved) -> datetime:
    return _moment(before.at)


def move_by_hand(
    visit_id: int, choice: Choice, start: int | None, by: Actor, now: datetime, *, seen: str | None
) -> tuple[Changes, Moved]:
    """To another window or start; with what it takes to put everything back."""
    lock_days(locked := {choice.day, *move.days_of(visit_id)})
    since = {day: version - 1 for day, version in _versions(locked).items()}  # that lock is our own
    visit = changeable(visit_id, seen)
    before, days = _note(visit, now), {visit.day, choice.day}
    starts = {row.id: kept.seconds(row.start) for row in rows(STARTS, day=choice.day)}
    changes = move.move(visit_id, choice, start, by, now, seen=seen)
    made = {each.id: kept.seconds(each.start) for each in changes.shifted if each.id != visit_id}
    return changes, replace(
        before,
        starts={other: at for other, at in starts.items() if other in made},
        made=made,
        seen=seen_of_visit(visit),
        versions=_versions(days),
        since=since,
    )


def move_back(before: Moved, by: Actor, now: datetime) -> tuple[Changes, Mapping[str, int]]:
    """ChangedMeanwhileError when somebody has changed the visit since; GuardError when its time is taken.

    With the days' versions afterwards where they are as if there had been no move.
    """
    if now >= moved_at(before) + HELD_BACK:
        raise ClosedError(Closed.TOO_LATE_TO_UNDO)
    lock_days(before.days)
    held = _versions(before.days)
    alone = all(held[day] == version + 1 for day, version in (before.versions or {}).items())
    visit, changes = changeable(before.visit_id, before.seen), Changes()
    if alone:
        for other_id, start in before.starts.items():
            other = db.session.get_one(Visit, other_id, populate_existing=True)
            if offers.set_start(other, _moment(start), by, now, why=needs.UNDONE):
                changes.shifted.append(other)
    promised = (kept.seconds(visit.window_start), kept.seconds(visit.window_end))
    back = _start_back if promised == before.window else _promise_back
    changes = back(visit, before, changes, by, now, alone=alone)
    return changes, _versions(before.days) if alone else {}


def find_first(before: Moved, later: Sequence[Moved]) -> Visit | None:
    """The visit whose move is to be undone before this one; None where somebody else has changed this one.

    `later`: the moves after it that can still be undone, oldest first. They may have moved the visit itself,
    or taken the place that it left.
    """
    found = [each for each in later if _meets(each, before)]
    if not found:
        return None
    visit = db.session.get_one(Visit, before.visit_id)
    starts = [each.starts[visit.id] for each in found if visit.id in each.starts]
    again = any(each.visit_id == visit.id for each in found)
    own = seen_of_visit(visit, _moment(starts[0]) if starts else None) == before.seen
    return db.session.get_one(Visit, found[-1].visit_id) if again or own else None


def _meets(later: Moved, before: Moved) -> bool:
    same = before.visit_id == later.visit_id or before.visit_id in later.starts
    return same or before.day in (later.versions or {})


def _start_back(
    visit: Visit, before: Moved, changes: Changes, by: Actor, now: datetime, *, alone: bool
) -> Changes:
    """Inside the promise nobody was asked."""
    if not alone:
        moved = fitting.fit_team(visit, minute_of_day(_moment(before.start), visit.day), now)
        changes.shifted += offers.shift_others(moved, visit.day, by, now)
    if offers.set_start(visit, _moment(before.start), by, now, why=needs.UNDONE):
        changes.shifted.append(visit)
    return changes


def _promise_back(
    visit: Visit, before: Moved, changes: Changes, by: Actor, now: datetime, *, alone: bool
) -> Changes:
    places = {kept.role_of(each): (find_place(visit, kept.role_of(each)), each) for each in before.places}
    for place, stood in places.values():
        gone = let_go(visit, place, by, now)
        changes.withdrawn += [offer for offer in gone if offer.member_id != stood.member_id]
    left = _choice_of(visit)
    visit.day, visit.start = date.fromisoformat(before.day), _moment(before.start)
    visit.window_start, visit.window_end = (_moment(each) for each in before.window)
    visit.number = before.number
    visit.number = number_on(visit, visit.day)
    record(visit, by, now, moved_from=left, moved_to=MOVED, why=_choice_of(visit))
    record(visit, by, now, moved_to=UNMOVED, why=needs.UNDONE)
    db.session.flush()
    for role, (place, stood) in places.items():
        if stood.member_id is not None and not alone:
            start = minute_of_day(visit.start, visit.day)
            _found, moved = fitting.fit_member(visit, role, stood.member_id, start, now)
            changes.shifted += offers.shift_others(moved, visit.day, by, now)
        changes.add(give_back(place, stood, by, now))
    changes.unmoved.append((visit, moved_at(before)))
    return changes


def _note(visit: Visit, now: datetime) -> Moved:
    return Moved(
        visit_id=visit.id,
        number=visit.number,
        day=visit.day.isoformat(),
        start=kept.seconds(visit.start),
        window=(kept.seconds(visit.window_start), kept.seconds(visit.window_end)),
        places=tuple(kept.note_place(visit, place, {}) for place in visit.assignments),
        starts={},
        at=kept.seconds(now),
    )


def _versions(days: Iterable[date]) -> dict[str, int]:
    return {day.isoformat(): kept.version_of(day) for day in days}


def _choice_of(visit: Visit) -> str:
    promise = needs.promise(visit)
    return Choice(visit.day, promise.start, promise.end).key


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# To and from the page


def sign(before: Moved) -> str:
    return kept.signer("move").dumps(asdict(before))


def read(token: str) -> Moved | None:
    """None when it is none of ours."""
    found: dict[str, Any] | None = kept.load(token, "move")
    if found is None:
        return None
    return Moved(
        **{
            **found,
            "window": tuple(found["window"]),
            "places": tuple(kept.of_stored(each) for each in found["places"]),
            **{
                name: {int(visit): at for visit, at in found.get(name, {}).items()}
                for name in ("starts", "made")
            },
        }
    )


def rebased(token: str, undone: Moved, versions: Mapping[str, int]) -> str:
    """The way back from an earlier move, once the one after it is undone: nothing has happened since."""
    before = read(token)
    if before is None:
        return token
    since, own = undone.since or {}, before.versions or {}
    as_before = {
        day: versions[day] for day, seen in own.items() if day in versions and seen == since.get(day)
    }
    left = _left_where_they_made_room(undone)
    own_doing = {other: at for other, at in left.items() if before.made.get(other) == undone.starts[other]}
    return sign(
        replace(
            before,
            versions={**own, **as_before},
            seen=_seen_past(before, undone, left),
            made={**before.made, **own_doing},
        )
    )


def _left_where_they_made_room(undone: Moved) -> dict[int, int]:
    """Who did not get their start back with it, and stands where it had put them: nobody else's doing."""
    found = {other: db.session.get_one(Visit, other) for other in undone.starts}
    return {
        other: at
        for other, visit in found.items()
        if (at := kept.seconds(visit.start)) == undone.made.get(other) != undone.starts[other]
    }


def _seen_past(before: Moved, undone: Moved, left: Mapping[int, int]) -> str:
    """Of a visit that had made room for the move undone after it, and has changed in nothing else."""
    if before.visit_id not in left:
        return before.seen
    visit = db.session.get_one(Visit, before.visit_id)
    same = seen_of_visit(visit, _moment(undone.starts[visit.id])) == before.seen
    return seen_of_visit(visit) if same else before.seen
