"""Days and jobs drawn at random. Tiny ones can be tried out in full; wild ones need not make sense."""

from dataclasses import replace

from hypothesis import strategies as st

from handyman.dispatch.problem import Job, MemberDay, Point, Span, Stop
from tests.dispatch.checker import there_at
from tests.dispatch.makers import at, flat_travel, make_day, make_job, make_stop

SKILLS = ("lamp", "screen")
points = st.builds(at, st.integers(0, 6))
skill_sets = st.frozensets(st.sampled_from(SKILLS))
both = st.just(frozenset(SKILLS))
wanted = st.booleans()
paces = st.just(100) | st.integers(50, 200)


@st.composite
def spans(draw: st.DrawFn, low: int, high: int, longest: int) -> Span:
    start = draw(st.integers(low, high))
    return Span(start, start + draw(st.integers(0, longest)))


@st.composite
def tiny_days(draw: st.DrawFn, member_id: int = 1) -> MemberDay:
    """Up to three visits that the member can keep as they stand, within forty minutes."""
    split = draw(st.integers(105, 140))
    shifts = (Span(100, split), Span(min(split + draw(st.integers(0, 6)), 139), 140))
    stops: list[Stop] = []
    free, place, home = 100, draw(points), draw(points)
    day = make_day(home=home, shifts=shifts, member_id=member_id, skills=draw(skill_sets))
    gap = Span(split, shifts[1].start)
    day = replace(day, pace_percent=draw(paces), rest=gap if gap.start < gap.end and draw(wanted) else None)
    for visit_id in range(1, draw(st.integers(0, 3)) + 1):
        point, service = draw(points), draw(st.integers(2, 8))
        start = there_at(day, free, flat_travel(place, point, day.mode)) + draw(st.integers(0, 6))
        stop = make_stop(visit_id, start, service, point, pinned=draw(st.booleans()))
        if not any(shift.start <= start and stop.end <= shift.end for shift in _joined(shifts)):
            break
        window = Span(start - draw(st.integers(0, 2)), start + draw(st.integers(0, 3)))
        stops.append(replace(stop, window=window))
        free, place = stop.end, point
    return replace(day, stops=tuple(stops))


def _joined(shifts: tuple[Span, Span]) -> tuple[Span, ...]:
    first, second = shifts
    return (Span(first.start, second.end),) if first.end >= second.start else shifts


@st.composite
def wild_days(draw: st.DrawFn, member_id: int = 1) -> MemberDay:
    """Anything a hand may have set: overlaps, visits outside promise and shift, caps gone over."""
    count = draw(st.integers(0, 5))
    stops = tuple(
        Stop(
            visit_id=visit_id,
            point=draw(points),
            window=draw(spans(95, 150, 20)),
            service_minutes=draw(st.integers(1, 12)),
            start=draw(st.integers(95, 150)),
            pinned=draw(st.booleans()),
        )
        for visit_id in range(1, count + 1)
    )
    return make_day(
        *stops,
        member_id=member_id,
        home=draw(points),
        skills=draw(skill_sets),
        shifts=tuple(draw(st.lists(spans(90, 140, 40), max_size=3))),
        daily_cap=draw(st.none() | st.integers(0, 60)),
        month_minutes=sum(stop.service_minutes for stop in stops) + draw(st.integers(0, 60)),
        monthly_cap=draw(st.none() | st.integers(0, 120)),
        wished_minutes=draw(st.none() | st.integers(0, 120)),
        absent=draw(st.sampled_from([False, False, False, True])),
        pace_percent=draw(paces),
        end=draw(st.none() | points),
        rest=draw(st.none() | spans(95, 140, 20).filter(lambda rest: rest.start < rest.end)),
    )


@st.composite
def jobs(draw: st.DrawFn, most_people: int = 1) -> Job:
    point: Point = draw(points)
    return make_job(
        point=point,
        service_minutes=draw(st.integers(1, 10)),
        skills=draw(skill_sets),
        team_size=draw(st.integers(1, most_people)),
        earlier_member_ids=draw(st.frozensets(st.integers(1, 5), max_size=2)),
        must_not_member_ids=draw(st.frozensets(st.integers(1, 9), max_size=1)),
        refused_member_ids=draw(st.frozensets(st.integers(1, 5), max_size=1)),
        rather_member_ids=draw(st.frozensets(st.integers(1, 5), max_size=1)),
        rather_not_member_ids=draw(st.frozensets(st.integers(1, 5), max_size=1)),
    )


@st.composite
def loose_stops(draw: st.DrawFn, stop: Stop, visit_id: int) -> Stop:
    """A visit that may go to somebody else, as far as skills, wishes and pins allow."""
    return replace(
        stop,
        visit_id=visit_id,
        may_change=draw(st.sampled_from([True, True, True, False])),
        agreed=draw(st.booleans()),
        planned_minutes=draw(st.none() | st.integers(1, 10)),
        skills=draw(st.sampled_from([frozenset(), frozenset({"lamp"}), frozenset(SKILLS)])),
        earlier_member_ids=draw(st.frozensets(st.integers(1, 4), max_size=1)),
        must_not_member_ids=draw(st.frozensets(st.integers(1, 9), max_size=1)),
        refused_member_ids=draw(st.frozensets(st.integers(1, 4), max_size=1)),
        rather_member_ids=draw(st.frozensets(st.integers(1, 4), max_size=1)),
        rather_not_member_ids=draw(st.frozensets(st.integers(1, 4), max_size=1)),
    )


@st.composite
def full_days(draw: st.DrawFn, member_id: int = 1) -> MemberDay:
    """Visit after visit from the beginning to the end of the shift, each with some play in its promise."""
    day = make_day(
        member_id=member_id, home=draw(points), shifts=(Span(100, 140),), skills=draw(skill_sets | both)
    )
    stops, free, place = list[Stop](), 100 + draw(st.integers(0, 4)), day.home
    while free < 138:
        point, service = draw(points), draw(st.integers(4, 14))
        start = free + flat_travel(place, point, day.mode)
        if start + service > 140:
            break
        window = Span(start - draw(st.integers(0, 25)), start + draw(st.integers(0, 25)))
        stops.append(make_stop(0, start, service, point, window))
        free, place = start + service + draw(st.integers(0, 2)), point
    loose = [draw(loose_stops(stop, 10 * member_id + at)) for at, stop in enumerate(stops)]
    return replace(day, stops=tuple(loose))


@st.composite
def loose_days(draw: st.DrawFn, member_id: int = 1) -> MemberDay:
    day = draw(wild_days(member_id=member_id) | tiny_days(member_id=member_id))
    stops = [draw(loose_stops(stop, 10 * member_id + stop.visit_id)) for stop in day.stops]
    return replace(day, stops=tuple(stops))


@st.composite
def loose_crews(draw: st.DrawFn) -> list[MemberDay]:
    """Some whose day is full, some who have time, and some days that make no sense."""
    kinds = (full_days, full_days, tiny_days, loose_days)
    return [
        draw(draw(st.sampled_from(kinds))(member_id=member_id))
        for member_id in range(1, draw(st.integers(2, 5)) + 1)
    ]


@st.composite
def crews(draw: st.DrawFn, tiny: bool = False) -> list[MemberDay]:
    kind = tiny_days if tiny else wild_days
    return [draw(kind(member_id=member_id)) for member_id in range(1, draw(st.integers(1, 4)) + 1)]
