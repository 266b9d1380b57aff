"""More is asked for while a visit of the request is still to come: it goes along where the day allows it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handyman.board import needs, offers, road_times
from handyman.board.assign import CHANGEABLE
from handyman.board.cancel import live_visits
from handyman.board.changes import Changes
from handyman.board.locking import lock_visit
from handyman.dispatch import day_plan
from handyman.dispatch.eligibility import find_exclusion
from handyman.dispatch.problem import Job, MemberDay, Role, Span
from handyman.extensions import db
from handyman.models import (
    Actor,
    Assignment,
    ItemState,
    RequestItem,
    RequestState,
    ServiceRequest,
    TeamRole,
    Visit,
    VisitItem,
    record,
)
from handyman.words import minute_of_day

WIDENED = "items_added"  # the audit entry of a visit that does more than it was booked for


def extend(
    request: ServiceRequest, items: Sequence[RequestItem], by: Actor, now: datetime
) -> tuple[Visit | None, Changes]:
    """The visit that takes the items along, not begun yet; None when they wait for one of their own.

    The request is locked. The promise and the team stay; others of the day may start later or earlier inside
    their promises.
    """
    ours = [item for item in items if item.state is ItemState.OPEN and not item.waits]
    if not ours:
        return None, Changes()
    for visit_id in live_visits(request.id):
        visit = lock_visit(visit_id)
        if visit is None or visit.state not in CHANGEABLE or visit.window_end <= now:
            continue
        moved = _fits(visit, ours, now)
        if moved is not None:
            return visit, _take_along(visit, ours, moved, by, now)
    if request.state is RequestState.BOOKED:  # what is open of it has no visit: the work list shows it
        request.move_to(RequestState.LOGGED, by, now, why=WIDENED)
    return None, Changes()


def _fits(visit: Visit, items: Sequence[RequestItem], now: datetime) -> dict[int, int] | None:
    """The starts of others that make room, if the team can do it all at the hour when it comes."""
    if max(item.team_size for item in items) > visit.team_size or not visit.address.findable:
        return None
    days = {day.member_id: day for day in offers.days_without(visit)}
    moved: dict[int, int] = {}
    for place in visit.assignments:
        if place.member_id is None:
            continue  # whoever is found for it can do it all
        room = _room(visit, place, days.get(place.member_id), items, now)
        if room is None:
            return None
        moved |= room
    return moved


def _room(
    visit: Visit,
    place: Assignment,
    day: MemberDay | None,
    items: Sequence[RequestItem],
    now: datetime,
) -> dict[int, int] | None:
    """Of one member's day."""
    if day is None:
        return None
    job = _wider(needs.job_of_visit(visit, place.role), place.role, items)
    role = Role.LEAD if place.role is TeamRole.LEAD else Role.SECOND
    if find_exclusion(job, day, role=role):
        return None
    start = minute_of_day(visit.start, visit.day)
    earliest = needs.earliest_minute(visit.start, now, lead=0)
    found = day_plan.insert(day, job, Span(start, start), road_times.travel().minutes, start, earliest)
    return None if found is None else dict(found.moved)


def _wider(job: Job, role: TeamRole, items: Sequence[RequestItem]) -> Job:
    skills = frozenset(skill.code for item in items for skill in item.service_item.skills)
    return replace(
        job,
        service_minutes=job.service_minutes + _minutes(items),
        skills=job.skills | skills if role is TeamRole.LEAD else job.skills,
    )


def _minutes(items: Sequence[RequestItem]) -> int:
    return sum(item.service_item.minutes(item.left) for item in items)


def _take_along(
    visit: Visit, items: Sequence[RequestItem], moved: dict[int, int], by: Actor, now: datetime
) -> Changes:
    shifted = offers.shift_others(moved, visit.day, by, now)
    visit.service_minutes += _minutes(items)
    for item in items:
        visit.items.append(VisitItem(request_item_id=item.id, quantity=item.left))
        item.move_to(ItemState.PLANNED, by, now)
    record(visit, by, now, moved_to=WIDENED)
    db.session.flush()
    return Changes(widened=[visit], shifted=shifted)
