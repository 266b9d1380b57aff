"""Seeded days of our shape as calls come in: eleven members, and callers of whom each accepts two windows."""

from dataclasses import dataclass
from math import cos, radians
from random import Random

from benchmarks.plan_days import HEIGHT, MEMBERS, SERVICE, SHIFTS, SKILLS, WIDTH
from benchmarks.plan_ground import Place, anywhere, around
from handyman.dispatch.problem import Job, MemberDay, Point, Span, TravelMode

HOUR = 60
WINDOWS = tuple(Span(hour * HOUR, (hour + 2) * HOUR) for hour in (9, 11, 13, 15))  # as PROMISE_WINDOWS
DAILY_CAP = 360  # of nine hours six in the homes: the best plan then serves 98 % of 70 callers, and all of 50
ACCEPTED = 2  # windows that suit a caller
CORNER = Point(37.48, 126.93)
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Caller:
    id: int
    job: Job
    windows: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class CallDay:
    members: tuple[MemberDay, ...]
    callers: tuple[Caller, ...]  # in the order in which they call, numbered from 1


def call_day(calls: int, seed: int) -> CallDay:
    random = Random(f"calls of a day {calls} {seed}")
    members = tuple(_member(random, number) for number in range(1, MEMBERS + 1))
    dongs = [anywhere(random, WIDTH, HEIGHT) for _ in range(6)]
    return CallDay(members, tuple(_caller(random, number, dongs) for number in range(1, calls + 1)))


def _member(random: Random, number: int) -> MemberDay:
    """Everybody does the common work; the seldom skills are known to few, as in `plan_days`."""
    begin, end = SHIFTS[number - 1]
    seldom = {str(skill) for skill in range(3, SKILLS + 1) if (number + skill) % skill < 2}
    return MemberDay(
        member_id=number,
        home=_point(anywhere(random, WIDTH, HEIGHT)),
        mode=TravelMode.CAR,
        skills=frozenset({"1", "2"} | seldom),
        shifts=(Span(begin * HOUR, end * HOUR),),
        daily_cap=DAILY_CAP,
    )


def _caller(random: Random, number: int, dongs: list[Place]) -> Caller:
    skill = random.choices(range(1, SKILLS + 1), (8, 6, 4, 2, 1))[0]
    job = Job(
        point=_point(around(random, random.choice(dongs), 450)),
        service_minutes=random.choice(SERVICE),
        skills=frozenset({str(skill)}),
    )
    suits = sorted(random.sample(WINDOWS, ACCEPTED), key=lambda span: span.start)
    return Caller(number, job, tuple(suits))


def _point(place: Place) -> Point:
    east, north = place
    lat = CORNER.lat + north / METRES_PER_DEGREE
    return Point(lat, CORNER.lon + east / (METRES_PER_DEGREE * cos(radians(CORNER.lat))))
