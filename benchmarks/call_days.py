"""Days ahead for the bench of calls: one district with eleven members, and a city with a thousand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from handyman.dispatch import travel
from handyman.dispatch.day_plan import insert
from handyman.dispatch.problem import Job, MemberDay, Point, Span, Stop, TravelMode

FIRST, DAYS = date(2026, 11, 23), 14
WINDOWS = tuple(Span(start, start + 120) for start in (540, 660, 780, 900))
SKILLS = ("electric", "drill", "coating", "screen")
SERVICE = (30, 40, 60, 60, 90)
NEAR = 0.022  # degrees: visits lie within about 2.5 km of somebody's home
SHIFTS = (Span(540, 720), Span(780, 1080))


@dataclass(frozen=True, slots=True)
class Place:
    """Where the members live, south-west to north-east, and how much is promised for each day."""

    name: str
    south: float
    west: float
    north: float
    east: float
    members: int
    visits: int  # a day

    @property
    def windows(self) -> dict[date, tuple[Span, ...]]:
        return {FIRST + timedelta(days): WINDOWS for days in range(DAYS)}


DISTRICT = Place("district", 37.477, 126.905, 37.515, 126.980, members=11, visits=60)
CITY = Place("city", 37.430, 126.780, 37.690, 127.170, members=1_000, visits=2_857)


def make_days(place: Place, seed: int) -> dict[date, list[MemberDay]]:
    """Two weeks with all visits promised: each can be kept as it stands."""
    random = Random(f"{place.name} {seed}")
    crew = [_member(random, place, number) for number in range(1, place.members + 1)]
    ids = iter(range(1, 10**9))
    return {FIRST + timedelta(days): _fill(random, place, crew, ids) for days in range(DAYS)}


def make_job(random: Random, place: Place, people: int = 1) -> Job:
    return Job(
        point=_somewhere(random, place),
        service_minutes=random.choice(SERVICE),
        skills=frozenset({random.choice(SKILLS)}),
        team_size=people,
    )


def qualified(days: dict[date, list[MemberDay]], skill: str) -> int:
    """Members who hold the skill."""
    return sum(skill in member.skills for member in days[FIRST])


def _member(random: Random, place: Place, number: int) -> MemberDay:
    return MemberDay(
        member_id=number,
        home=_somewhere(random, place),
        mode=random.choice(list(TravelMode)),
        skills=frozenset(random.sample(SKILLS, random.choice((2, 3, 4)))),
        shifts=SHIFTS,
        month_minutes=random.randrange(1_500),
        monthly_cap=3_420,
        wished_minutes=1_800,
        pace_percent=random.choice((90, 100, 100, 115)),
    )


def _fill(random: Random, place: Place, crew: Sequence[MemberDay], ids: Iterator[int]) -> list[MemberDay]:
    filled, booked = list(crew), 0
    while booked < place.visits:
        at = random.randrange(len(filled))
        day, job = filled[at], Job(_near(random, crew[at].home), random.choice(SERVICE))
        window = random.choice(WINDOWS)
        insertion = insert(day, job, window, travel.minutes)
        if insertion:
            booked += 1
            moved = [
                replace(stop, start=insertion.moved.get(stop.visit_id, stop.start)) for stop in day.stops
            ]
            stop = Stop(
                visit_id=next(ids),
                point=job.point,
                window=window,
                service_minutes=day.minutes(job.service_minutes),
                start=insertion.start,
                may_change=random.random() < 0.9,
                agreed=random.random() < 0.7,
                planned_minutes=job.service_minutes,
                skills=frozenset({random.choice(sorted(day.skills))}),
            )
            filled[at] = replace(day, stops=(*moved, stop))
    return filled


def _somewhere(random: Random, place: Place) -> Point:
    return Point(random.uniform(place.south, place.north), random.uniform(place.west, place.east))


def _near(random: Random, home: Point) -> Point:
    return Point(home.lat + random.uniform(-NEAR, NEAR), home.lon + random.uniform(-NEAR, NEAR))
