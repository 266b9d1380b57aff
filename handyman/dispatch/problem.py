"""The words of dispatch. Time is whole minutes after local midnight of a day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Params = Mapping[str, int | tuple[str, ...]]  # what a sentence about a code needs: minutes, ids, skill codes


class TravelMode(StrEnum):
    WALK = "walk"
    TRANSIT = "transit"
    CAR = "car"
    CARGO_BIKE = "cargo_bike"


class Role(StrEnum):
    LEAD = "lead"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Point:
    """WGS84 degrees; the height in metres above the sea, where it is known, tells no two points apart."""

    lat: float
    lon: float
    height: float | None = field(default=None, compare=False)


Travel = Callable[[Point, Point, TravelMode], int]  # whole minutes from door to door


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, with those that touch or overlap made one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit already in a member's day.

    `window` is the promise: the visit starts no earlier and no later. A pinned start never moves:
    team visits, visits under way, starts somebody fixed by hand.
    """

    visit_id: int
    point: Point
    window: Span
    service_minutes: int
    start: int
    pinned: bool = False
    # what is asked when somebody else is to come instead: nobody may, unless it is said
    may_change: bool = False  # its member: no crew's, none under way, nobody's choice by hand
    agreed: bool = False  # its member has said yes
    planned_minutes: int | None = None  # at the usual pace; None: as many as it takes its member
    skills: frozenset[str] = frozenset()
    earlier_member_ids: frozenset[int] = frozenset()
    must_not_member_ids: frozenset[int] = frozenset()
    refused_member_ids: frozenset[int] = frozenset()
    rather_member_ids: frozenset[int] = frozenset()
    rather_not_member_ids: frozenset[int] = frozenset()

    @property
    def job(self) -> "Job":
        """The visit as one that looks for a member."""
        return Job(
            point=self.point,
            service_minutes=self.service_minutes if self.planned_minutes is None else self.planned_minutes,
            skills=self.skills,
            earlier_member_ids=self.earlier_member_ids,
            must_not_member_ids=self.must_not_member_ids,
            refused_member_ids=self.refused_member_ids,
            rather_member_ids=self.rather_member_ids,
            rather_not_member_ids=self.rather_not_member_ids,
        )

    @property
    def end(self) -> int:
        return self.start + self.service_minutes


def at_pace(service_minutes: int, pace_percent: int) -> int:
    """Rounded up: a minute begun is planned whole."""
    return -(-service_minutes * pace_percent // 100)


@dataclass(frozen=True, slots=True)
class MemberDay:
    """One member on one day. Caps and hours are minutes at the residents' homes, travel not counted.

    The day begins at `home`, and ends there where `end` says nothing else.

    `month_minutes` is what is done and promised in the month of this day, the stops of this day included.
    """

    member_id: int
    home: Point
    mode: TravelMode
    skills: frozenset[str]
    shifts: tuple[Span, ...]
    stops: tuple[Stop, ...] = ()
    daily_cap: int | None = None
    month_minutes: int = 0
    monthly_cap: int | None = None
    wished_minutes: int | None = None
    absent: bool = False
    pace_percent: int = 100  # how long the member takes for what is planned at 100
    end: Point | None = None
    stand_by: bool = False  # works only when called: no shift until then
    rest: Span | None = None  # a break: the shifts leave it out, and no way between two places lies in it

    @property
    def goal(self) -> Point:
        """Where the day ends."""
        return self.home if self.end is None else self.end

    def arrival(self, leave: int, way: int) -> int:
        """When the member is there who leaves then, the break taken on the way."""
        if self.rest is None or leave >= self.rest.end:
            return leave + way
        if leave > self.rest.start:
            return self.rest.end + way
        there = leave + way
        return there if there <= self.rest.start else there + self.rest.end - self.rest.start

    def departure(self, there: int, way: int) -> int:
        """When the member must leave at the latest to be there by then."""
        if self.rest is None:
            return there - way
        if there < self.rest.end:
            return min(there, self.rest.start) - way
        leave = there - way
        return leave if leave >= self.rest.end else leave - (self.rest.end - self.rest.start)

    def minutes(self, service_minutes: int) -> int:
        """How long this member takes for what is planned so long. Stops carry it already."""
        return at_pace(service_minutes, self.pace_percent)


@dataclass(frozen=True, slots=True)
class Job:
    """A visit that looks for a place. It stands in nobody's stops: see `day_plan.without`."""

    point: Point
    service_minutes: int
    skills: frozenset[str] = frozenset()
    team_size: int = 1
    earlier_member_ids: frozenset[int] = frozenset()  # have been in this home before
    must_not_member_ids: frozenset[int] = frozenset()  # a wish on record, of member or resident
    refused_member_ids: frozenset[int] = frozenset()  # declined already
    rather_member_ids: frozenset[int] = frozenset()  # a wish of member or resident: rather they than others
    rather_not_member_ids: frozenset[int] = frozenset()  # rather others


class ExclusionCode(StrEnum):
    """In the order in which they are asked; the first that holds is the one told."""

    MUST_NOT = "must_not"
    REFUSED = "refused"
    ABSENT = "absent"
    MISSING_SKILL = "missing_skill"  # skills
    NO_SHIFT = "no_shift"  # stand_by, when it is that
    DAILY_CAP = "daily_cap"  # used, cap, over (minutes)
    MONTHLY_CAP = "monthly_cap"  # used, cap, over (minutes)
    NO_TIME = "no_time"  # late, when nothing but the way there from now stands against it
    TEAM_TOO_SMALL = "team_too_small"  # needed, free (people): of the job as a whole, not of one member


@dataclass(frozen=True, slots=True)
class Exclusion:
    code: ExclusionCode
    params: Params = field(default_factory=dict, hash=False)


class ReasonCode(StrEnum):
    """In the order in which they are told."""

    SOONEST = "soonest"  # days (from the first day asked); offers only
    LEAST_TRAVEL = "least_travel"  # minutes; offers only
    KNOWS_HOME = "knows_home"
    NEAREST = "nearest"  # minutes of travel added: the least of all candidates
    ADDED_TRAVEL = "added_travel"  # minutes of travel added: more than the least
    FROM_VISIT = "from_visit"  # visit_id, minutes
    FROM_HOME = "from_home"  # minutes
    BELOW_WISH = "below_wish"  # month_minutes, wished_minutes
    ABOVE_WISH = "above_wish"  # month_minutes, wished_minutes: the job goes beyond the wish
    MONTH_SO_FAR = "month_so_far"  # month_minutes: the member has no wish on record
    MOVES_OTHERS = "moves_others"  # visits: so many change their start, inside their promises
    TIGHT = "tight"  # slack: minutes the start may slip
    EJECTS = "ejects"  # visit_id, member_id (who takes it over), start (of that visit); offers only


@dataclass(frozen=True, slots=True)
class Reason:
    code: ReasonCode
    params: Params = field(default_factory=dict, hash=False)


class ConflictCode(StrEnum):
    OVERLAP = "overlap"  # other_visit_id, minutes
    TRAVEL_GAP = "travel_gap"  # other_visit_id, minutes (short)
    OUTSIDE_PROMISE = "outside_promise"  # minutes (too early: negative), window_start, window_end
    OUTSIDE_SHIFT = "outside_shift"  # rest_start, rest_end, when it is a break; stand_by, when it is that
    ABSENT = "absent"
    DAILY_CAP = "daily_cap"  # used, cap, over (minutes)
    MONTHLY_CAP = "monthly_cap"  # used, cap, over (minutes)


@dataclass(frozen=True, slots=True)
class Conflict:
    """What is wrong with one visit in a day; caps and absence name no visit when the whole day is checked."""

    code: ConflictCode
    visit_id: int | None
    params: Params = field(default_factory=dict, hash=False)
