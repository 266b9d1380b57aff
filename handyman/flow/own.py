"""A member who has come in by a code: the day, the hours, days off, wishes, the way to a job."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from handyman import member_codes
from handyman.board import absences, forms, ground, locking, road_times
from handyman.board import wishes as wishing
from handyman.board.fairness import shares
from handyman.dispatch import problem as dispatch_problem
from handyman.extensions import transaction
from handyman.flow.members import member_number, stay_away, write_wish
from handyman.members import own
from handyman.messages import codes
from handyman.models import Actor, Member, TravelMode, WishedBy, WishKind
from handyman.month import Month
from handyman.words import seoul_day


def send_code(text: str, now: datetime) -> None:
    """A code by text to the member with this number; whoever asks learns not whether there is one."""
    line = member_number(text, smartphone=True)
    with transaction():
        found = member_codes.issue(line.number, now) if line else None
        if found:
            codes.send(found[0], found[1].id, member_codes.GOOD_FOR, now)


def come_in(text: str, typed: str, now: datetime) -> Member | None:
    """Whoever types the code that was sent to their number."""
    line = member_number(text, smartphone=True)
    with transaction():
        found = member_codes.check(line.number, typed, now) if line else None
        if found:
            codes.put_away(found, now, why="came_in")
        return found


def travel_minutes(
    ways: Sequence[tuple[tuple[float, float], tuple[float, float]]], mode: TravelMode
) -> list[int]:
    """How long each way takes this member, as the day was planned with."""
    roads, by = road_times.travel(), dispatch_problem.TravelMode(mode.value)
    return [roads.minutes(ground.point(*a), ground.point(*b), by) for a, b in ways]


def share_of(member_id: int, day: date) -> tuple[shares.Share | None, shares.Shares]:
    """A member's hours of the month, and the group's."""
    month, _year = shares.load(Month.of(day))
    return next((each for each in month.members if each.member_id == member_id), None), month


def take_days_off(
    member_id: int, form: Mapping[str, str], by: Actor, now: datetime
) -> tuple[Mapping[str, str], bool]:
    """A member writes them down; gives a sentence for what cannot be read, and whether visits were held."""
    wanted = forms.read_absence(form, seoul_day(now))
    if wanted.problems or not (wanted.first_day and wanted.last_day and wanted.reason):
        return wanted.problems, False
    with transaction():
        locking.lock_days_ahead(seoul_day(now), wanted.first_day, wanted.last_day)
        known = absences.known(member_id, wanted.first_day, wanted.last_day)
        if known:
            return forms.already_off(known.first_day, known.last_day, seoul_day(now)), False
        stay_away(member_id, wanted.first_day, wanted.last_day, wanted.reason, by, now)
    return {}, own.holds_visits(member_id, wanted.first_day, wanted.last_day)


def wish_hours(member_id: int, minutes: int | None, by: Actor, now: datetime) -> None:
    """How much a member would like to work in a month; the cap is the office's."""
    with transaction():
        own.wish_hours(member_id, minutes, by, now)


def wish_of_home(member_id: int, visit_id: int, kind: WishKind, by: Actor, now: datetime) -> bool:
    """A member would rather go there again, or rather not; False where they have never been."""
    if not own.has_been(member_id, visit_id):
        return False
    write_wish(visit_id, wishing.Wish(member_id, kind, WishedBy.MEMBER), by, now)
    return True


def job_link(member_id: int, visit_id: int, now: datetime) -> str | None:
    """The page of one job, for a member who has come in; None when it is not theirs."""
    with transaction():
        return own.job_link(member_id, visit_id, now)
