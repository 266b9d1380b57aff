"""What it takes to put a plan back: how every place stood that it changed. Ids and moments, nobody's name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from handyman.board.mending.before import Before, as_stored, note_place, of_stored
from handyman.board.plans.stored import Change
from handyman.board.seen import seen_of_visit
from handyman.models import Visit


@dataclass(frozen=True, slots=True)
class Taken:
    places: tuple[Before, ...] = ()
    absence_id: int | None = None  # the day off that was written down with it
    called: tuple[int, ...] = ()  # members who were on stand-by

    @property
    def visit_ids(self) -> list[int]:
        return sorted({before.visit_id for before in self.places})


def note(changed: Iterable[Change], visits: Mapping[int, Visit]) -> tuple[Before, ...]:
    """Before anything is done. A visit that keeps its people is noted by its lead's place."""
    return tuple(before for change in changed for before in _places(change, visits[change.visit_id]))


def _places(change: Change, visit: Visit) -> Iterator[Before]:
    teams = zip(visit.assignments, change.before.team, change.after.team, strict=True)
    others = [place for place, before, after in teams if before != after]
    for place in others or visit.assignments[:1]:
        yield note_place(visit, place, {visit.id: visit.start})


def as_left(places: Iterable[Before], visits: Mapping[int, Visit]) -> tuple[Before, ...]:
    """With how the plan has left each visit: whoever changes it from then on is noticed by that."""
    return tuple(replace(before, seen=seen_of_visit(visits[before.visit_id])) for before in places)


# To and from JSON


def write(taken: Taken) -> dict[str, Any]:
    return {
        "places": [as_stored(before) for before in taken.places],
        "absence_id": taken.absence_id,
        "called": list(taken.called),
    }


def read(stored: Mapping[str, Any] | None) -> Taken:
    if stored is None:
        return Taken()
    places = tuple(of_stored(before) for before in stored["places"])
    return Taken(places, stored["absence_id"], tuple(stored["called"]))
