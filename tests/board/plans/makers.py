"""Plans asked for and worked out as the office and its worker do it, quickly."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from handyman import flow
from handyman.board import days as member_days
from handyman.board import road_times
from handyman.board.plans import work
from handyman.dispatch import day_plan
from handyman.dispatch.problem import Conflict
from handyman.extensions import db, now
from handyman.models import Actor, ActorKind, Member, PlanRun, Visit
from handyman.words import at_minute, seoul_day
from tests.factories import make_request, make_resident, make_user, make_visit

NEAR, FAR = (37.5124, 126.9393), (37.4920, 126.9650)  # at the two ends of the district


def coordinator() -> Actor:
    return Actor(ActorKind.USER, make_user("coordinator").id)


def tomorrow() -> date:
    return seoul_day(now()) + timedelta(days=1)


def at(day: date, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return at_minute(day, int(hour) * 60 + int(minute))


def conflicts() -> list[Conflict]:
    """What stands in the way of the plan for tomorrow, member by member."""
    roads = road_times.travel().minutes
    return [
        each for day in member_days.load([tomorrow()]).days[tomorrow()] for each in day_plan.check(day, roads)
    ]


def promised(
    start: str, members: list[Member], day: date | None = None, accepted: bool = True, **values: object
) -> Visit:
    """A visit inside a window of two hours that begins with the start; an address of its own."""
    day = day or tomorrow()
    request = values.pop("request", None) or make_request(resident=make_resident())
    point = values.pop("point", NEAR)
    request.address.lat, request.address.lon = point  # type: ignore[attr-defined, misc]
    begin = at(day, start)
    window = values.pop("window", None) or (begin, begin + timedelta(hours=2))
    visit = make_visit(request, begin, window, members, accepted, **values)  # type: ignore[arg-type]
    for place in visit.assignments:
        for offer in place.offers:
            offer.answered_at = now() - timedelta(hours=1) if accepted else None
    return visit


def worked_out(run_id: int, clock: Callable[[], datetime] | None = None) -> PlanRun:
    """The plan as the worker leaves it."""
    db.session.commit()
    while work.run_next(clock or now):
        pass
    return db.session.get_one(PlanRun, run_id, populate_existing=True)


def plan_tomorrow(by: Actor | None = None) -> PlanRun:
    who = by or coordinator()
    db.session.commit()
    return worked_out(flow.plan_day(tomorrow(), who, now()))


def plan_for_ill(member: Member, day: date, by: Actor | None = None) -> PlanRun:
    who = by or coordinator()
    db.session.commit()
    return worked_out(flow.plan_for_ill(member.id, day, who, now()))
