"""A visit goes to another window or another start. Only a changed promise is told to the resident."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from handyman.board import needs, offers, road_times, wording
from handyman.board.assign import changeable
from handyman.board.book import number_on
from handyman.board.calendar import is_working_day
from handyman.board.changes import Changes
from handyman.board.fitting import fit_team
from handyman.board.locking import lock_days
from handyman.board.propose import Choice, suiting_spans
from handyman.board.refusals import Closed, ClosedError, GuardError
from handyman.dispatch.problem import Exclusion, ExclusionCode, Job, MemberDay, Span
from handyman.dispatch.ranking import Ranking, rank
from handyman.extensions import db
from handyman.models import (
    MOVED,
    Actor,
    Assignment,
    Offer,
    Suits,
    TeamRole,
    Visit,
    VisitState,
    record,
)
from handyman.service_days import MOVE_DAYS
from handyman.words import at_minute, hhmm, seoul_day


def move(
    visit_id: int,
    choice: Choice,
    start: int | None,
    by: Actor,
    now: datetime,
    *,
    seen: str | None = None,
) -> Changes:
    """To this window; at this minute of the day, or when it suits the team best.

    Inside the promise only the plan changes. A new promise asks the team anew: the same people when they
    can come, else the best who can.
    """
    lock_days([choice.day, *days_of(visit_id)])
    visit = changeable(visit_id, seen)
    _check_sense(choice, start, now)
    if choice == Choice(visit.day, needs.promise(visit).start, needs.promise(visit).end):
        return restart(visit, start, by, now)
    _check_window(choice, now)
    return _promise_anew(visit, choice, start, by, now)


def days_of(visit_id: int) -> list[date]:
    visit = db.session.get(Visit, visit_id)
    return [visit.day] if visit else []


def _check_sense(choice: Choice, start: int | None, now: datetime) -> None:
    if start is not None and not choice.start <= start <= choice.end:
        raise ClosedError(Closed.START_OUTSIDE_WINDOW)
    if choice.window_end <= now or (start is not None and at_minute(choice.day, start) < now):
        raise ClosedError(Closed.DAY_PAST)
    if not is_working_day(choice.day):
        raise ClosedError(Closed.NOT_A_WORKING_DAY)


def _check_window(choice: Choice, now: datetime) -> None:
    """What is promised anew is one of the office's own windows, on a day that people can look ahead to."""
    reach = seoul_day(now) + timedelta(days=MOVE_DAYS)
    if choice.day > reach or choice.span not in suiting_spans(Suits.ANY):
        raise ClosedError(Closed.OUT_OF_REACH)


def restart(visit: Visit, start: int | None, by: Actor, now: datetime) -> Changes:
    """The same promise, another start: the whole team must be able to keep it."""
    if start is None or at_minute(visit.day, start) == visit.start:
        raise ClosedError(Closed.NOTHING_TO_MOVE)
    moved = fit_team(visit, start, now)
    offers.set_start(visit, at_minute(visit.day, start), by, now, why=offers.PLACED)
    return Changes(shifted=[visit, *offers.shift_others(moved, visit.day, by, now)])


def _promise_anew(visit: Visit, choice: Choice, start: int | None, by: Actor, now: datetime) -> Changes:
    window = choice.span if start is None else Span(start, start)
    job, days = needs.job_of_visit(visit, None), offers.days_without(visit, choice.day)
    ranking = find_team(visit, job, choice.day, window, days, now)
    if ranking.team is None:
        raise GuardError([ranking.obstacle or Exclusion(ExclusionCode.NO_TIME)])
    number = number_on(visit, choice.day)
    before = Choice(visit.day, needs.promise(visit).start, needs.promise(visit).end)
    visit.day, visit.start = choice.day, at_minute(choice.day, ranking.team.start)
    visit.window_start, visit.window_end = choice.window_start, choice.window_end
    visit.number = number
    record(visit, by, now, moved_from=before.key, moved_to=MOVED, why=choice.key)
    if start is not None:
        record(visit, by, now, moved_to=hhmm(visit.start), why=offers.PLACED)
    db.session.flush()
    changes = Changes(moved=[visit])
    changes.add(_ask_anew(visit, ranking, by, now))
    return changes


def find_team(
    visit: Visit, job: Job, day: date, window: Span, days: Sequence[MemberDay], now: datetime
) -> Ranking:
    """Those who have the visit now when they all can, else of everybody; `days` are without the visit."""
    have = [place.member_id for place in visit.assignments if place.member_id is not None]
    earliest = needs.earliest_minute(at_minute(day, 0), now, lead=None)
    travel = road_times.travel().minutes
    theirs = rank(job, days, window, travel, earliest, named=have)
    if theirs.team and not {member.member_id for member in theirs.team.members} >= set(have):
        return rank(job, days, window, travel, earliest)
    return theirs


def _ask_anew(visit: Visit, ranking: Ranking, by: Actor, now: datetime) -> Changes:
    """Every old offer ends; who stays in the team gets the new one instead of a withdrawal."""
    assert ranking.team is not None  # noqa: S101  # the caller has looked
    changes, withdrawn = Changes(), list[Offer]()
    places = {place.role: place for place in visit.assignments}
    for place in places.values():
        withdrawn += offers.withdraw(place, by, now, why=MOVED)
    if visit.state is VisitState.ASSIGNED:
        visit.move_to(VisitState.BOOKED, by, now, why=MOVED)
    for member in ranking.team.members:
        place = places[TeamRole(member.role.value)]
        changes.shifted += offers.shift_others(member.insertion.moved, visit.day, by, now)
        changes.offered.append(_offer(place, member.member_id, wording.encode(member.reasons), by, now))
    staying = {member.member_id for member in ranking.team.members}
    changes.withdrawn = [offer for offer in withdrawn if offer.member_id not in staying]
    return changes


def _offer(place: Assignment, member_id: int, reasons: list[Any], by: Actor, now: datetime) -> Offer:
    offers.hold(place, member_id, by, now, why=MOVED)
    return offers.make_offer(place, member_id, 1, reasons, now)
