"""A plan as it stands in the table of plans: ids and minutes, nobody's name.

Minutes are counted from the midnight of the plan's first day. A team is told by member ids, the lead first;
None is a place that nobody holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Coded = list[Any]  # [code, params], as offers keep it


class Kept(StrEnum):
    """Why a visit takes no part in the plan and stays as it is."""

    UNDER_WAY = "under_way"
    SOON = "soon"  # its members are about to set out
    LATE = "late"  # its window is over
    NO_POINT = "no_point"
    MUST_NOT = "must_not"  # its member must not go there by a wish that came later
    BY_HAND = "by_hand"  # somebody set it by hand, past a rule
    PLACED = "placed"  # somebody set it by hand on the day of the plan
    FOR_CALLER = "for_caller"  # a window that is kept for a caller hangs on it
    STAND_BY = "stand_by"  # its member is on stand-by, and keeps what they hold
    AS_IT_WAS = "as_it_was"  # no better place was found than the one that it has, against a rule


class ChangeKind(StrEnum):
    PEOPLE = "people"  # others come, at the same or another start inside the promise
    START = "start"  # the same people, another start inside the promise
    FOUND = "found"  # a place that nobody held is filled
    CALL = "call"  # nobody can come in somebody's place: the resident must be called


@dataclass(frozen=True, slots=True)
class Held:
    """When a visit starts and who comes."""

    start: int
    team: tuple[int | None, ...]
    agreed: tuple[bool, ...] = ()  # who has said yes; of what stands alone


@dataclass(frozen=True, slots=True)
class Change:
    visit_id: int
    kind: ChangeKind
    before: Held
    after: Held

    @property
    def gone(self) -> tuple[int, ...]:
        """Who is told not to come after all."""
        return tuple(who for who in self.before.team if who is not None and who not in self.after.team)

    @property
    def new(self) -> tuple[int, ...]:
        """Who is asked."""
        return tuple(who for who in self.after.team if who is not None and who not in self.before.team)

    @property
    def beside(self) -> tuple[int, ...]:
        """Who goes all the same, and is told that the other does not."""
        agreed = {who for who, yes in zip(self.before.team, self.before.agreed, strict=False) if yes}
        stays = zip(self.before.team, self.after.team, strict=False)
        lost = any(who in agreed for who in self.gone)
        return tuple(
            who for who, after in stays if lost and who == after and who in agreed and who is not None
        )


@dataclass(frozen=True, slots=True)
class Idea:
    """When a request that waits might be visited: for the coordinator to call about, promised to nobody."""

    request_id: int
    start: int
    window: tuple[int, int]
    team: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """What one member has to do on the days of the plan."""

    visits: int = 0
    minutes: int = 0
    travel: int = 0


@dataclass(frozen=True, slots=True)
class Sums:
    """What a plan comes to."""

    left_out: int = 0  # visits with a place that nobody holds
    travel: int = 0
    out: int = 0  # people sent out, each day counted
    loads: Mapping[int, Load] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a plan proposes, and all that its page says of it."""

    visits: Mapping[int, Held]
    before: Sums
    after: Sums
    reasons: Mapping[int, Mapping[int, list[Coded]]] = field(default_factory=dict)  # by visit and new member
    why: Mapping[int, list[Coded]] = field(default_factory=dict)  # what each change is good for
    kept: Mapping[int, Kept] = field(default_factory=dict)
    ideas: tuple[Idea, ...] = ()
    fixed: frozenset[int] = frozenset()  # visits that were left to whom they have, with their start
    frozen: frozenset[tuple[int, int]] = frozenset()  # members whose whole day was left alone, and the day


def called(found: Iterable[Change]) -> set[int]:
    """Who is given a visit that they did not have."""
    return {who for change in found for who in change.new}


def changes(standing: Mapping[int, Held], proposed: Mapping[int, Held]) -> list[Change]:
    """What changes for whom, by start."""
    found = []
    for visit_id, after in proposed.items():
        before = standing.get(visit_id)
        if before is not None and (kind := _kind(before, after)):
            found.append(Change(visit_id, kind, before, after))
    return sorted(found, key=lambda change: (change.after.start, change.visit_id))


def _kind(before: Held, after: Held) -> ChangeKind | None:
    if any(new is None and old is not None for old, new in zip(before.team, after.team, strict=True)):
        return ChangeKind.CALL
    if after.team == before.team:
        return ChangeKind.START if after.start != before.start else None
    gone = any(who is not None and who not in after.team for who in before.team)
    return ChangeKind.PEOPLE if gone or None not in before.team else ChangeKind.FOUND


# To and from JSON


def write_visits(visits: Mapping[int, Held]) -> dict[str, Any]:
    return {
        str(visit_id): [held.start, list(held.team), list(held.agreed)] for visit_id, held in visits.items()
    }


def read_visits(stored: Mapping[str, Any] | None) -> dict[int, Held]:
    return {
        int(visit_id): Held(int(start), tuple(team), tuple(agreed))
        for visit_id, (start, team, agreed) in (stored or {}).items()
    }


def write_proposed(proposed: Proposed) -> dict[str, Any]:
    return {
        "visits": write_visits(proposed.visits),
        "before": _write_sums(proposed.before),
        "after": _write_sums(proposed.after),
        "reasons": {
            str(visit): {str(who): said for who, said in of.items()} for visit, of in proposed.reasons.items()
        },
        "why": {str(visit): said for visit, said in proposed.why.items()},
        "kept": {str(visit): why.value for visit, why in proposed.kept.items()},
        "ideas": [
            [idea.request_id, idea.start, list(idea.window), list(idea.team)] for idea in proposed.ideas
        ],
        "fixed": sorted(proposed.fixed),
        "frozen": sorted(map(list, proposed.frozen)),
    }


def read_proposed(stored: Mapping[str, Any]) -> Proposed:
    return Proposed(
        visits=read_visits(stored["visits"]),
        before=_read_sums(stored["before"]),
        after=_read_sums(stored["after"]),
        reasons={
            int(visit): {int(who): said for who, said in of.items()}
            for visit, of in stored["reasons"].items()
        },
        why={int(visit): said for visit, said in stored["why"].items()},
        kept={int(visit): Kept(why) for visit, why in stored["kept"].items()},
        ideas=tuple(_read_idea(idea) for idea in stored["ideas"]),
        fixed=frozenset(stored["fixed"]),
        frozen=frozenset((who, day) for who, day in stored["frozen"]),
    )


def _write_sums(sums: Sums) -> dict[str, Any]:
    loads = {str(who): [load.visits, load.minutes, load.travel] for who, load in sums.loads.items()}
    return {"left_out": sums.left_out, "travel": sums.travel, "out": sums.out, "loads": loads}


def _read_sums(stored: Mapping[str, Any]) -> Sums:
    loads = {int(who): Load(*numbers) for who, numbers in stored["loads"].items()}
    return Sums(stored["left_out"], stored["travel"], stored["out"], loads)


def _read_idea(stored: Sequence[Any]) -> Idea:
    request_id, start, window, team = stored
    return Idea(request_id, start, (window[0], window[1]), tuple(team))


def members_of(visits: Iterable[Held]) -> set[int]:
    return {who for held in visits for who in held.team if who is not None}
