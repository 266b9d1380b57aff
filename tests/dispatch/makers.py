"""Small days for tests: a flat town where a minute of travel is a hundredth of a degree."""

from handyman.dispatch.problem import Job, MemberDay, Point, Span, Stop, TravelMode

HOME = Point(0.0, 0.0)
MORNING = Span(540, 660)  # a promise from 9 to 11
ALL_DAY = Span(0, 24 * 60)


def at(x: float, y: float = 0.0) -> Point:
    return Point(x / 100, y / 100)


def flat_travel(a: Point, b: Point, mode: TravelMode) -> int:
    return round((abs(a.lat - b.lat) + abs(a.lon - b.lon)) * 100)


def make_stop(
    visit_id: int = 1,
    start: int = 600,
    service_minutes: int = 60,
    point: Point = HOME,
    window: Span | None = None,
    pinned: bool = False,
) -> Stop:
    return Stop(visit_id, point, window or Span(start, start), service_minutes, start, pinned)


def make_day(
    *stops: Stop,
    member_id: int = 1,
    home: Point = HOME,
    mode: TravelMode = TravelMode.WALK,
    skills: set[str] | frozenset[str] = frozenset({"lamp"}),
    shifts: tuple[Span, ...] = (Span(540, 1080),),
    daily_cap: int | None = None,
    month_minutes: int = 0,
    monthly_cap: int | None = None,
    wished_minutes: int | None = None,
    absent: bool = False,
    pace_percent: int = 100,
    end: Point | None = None,
    rest: Span | None = None,
) -> MemberDay:
    return MemberDay(
        member_id=member_id,
        home=home,
        mode=mode,
        skills=frozenset(skills),
        shifts=shifts,
        stops=stops,
        daily_cap=daily_cap,
        month_minutes=month_minutes,
        monthly_cap=monthly_cap,
        wished_minutes=wished_minutes,
        absent=absent,
        pace_percent=pace_percent,
        end=end,
        rest=rest,
    )


def make_job(
    point: Point = HOME,
    service_minutes: int = 60,
    skills: set[str] | frozenset[str] = frozenset({"lamp"}),
    team_size: int = 1,
    earlier_member_ids: set[int] | frozenset[int] = frozenset(),
    must_not_member_ids: set[int] | frozenset[int] = frozenset(),
    refused_member_ids: set[int] | frozenset[int] = frozenset(),
    rather_member_ids: set[int] | frozenset[int] = frozenset(),
    rather_not_member_ids: set[int] | frozenset[int] = frozenset(),
) -> Job:
    return Job(
        point=point,
        service_minutes=service_minutes,
        skills=frozenset(skills),
        team_size=team_size,
        earlier_member_ids=frozenset(earlier_member_ids),
        must_not_member_ids=frozenset(must_not_member_ids),
        refused_member_ids=frozenset(refused_member_ids),
        rather_member_ids=frozenset(rather_member_ids),
        rather_not_member_ids=frozenset(rather_not_member_ids),
    )
