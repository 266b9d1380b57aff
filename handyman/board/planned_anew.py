"""Everybody's days as if a visit were not planned, for whoever plans it anew."""

from collections.abc import Iterable
from datetime import date

from handyman.board.days import HELD
from handyman.dispatch import day_plan
from handyman.dispatch.problem import MemberDay
from handyman.models import Visit


def without(visit: Visit, day: date, members: Iterable[MemberDay]) -> list[MemberDay]:
    """On other days of its month, too, its minutes count no longer for those who have it."""
    if day == visit.day:
        return [day_plan.without(each, visit.id) for each in members]
    have = {place.member_id for place in visit.assignments if place.state in HELD}
    if (day.year, day.month) != (visit.day.year, visit.day.month):
        have = set()
    return [
        day_plan.uncounted(each, each.minutes(visit.service_minutes)) if each.member_id in have else each
        for each in members
    ]
