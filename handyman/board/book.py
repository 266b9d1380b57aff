"""A promise is made: the day is locked, planned once more, and the visit written with its team."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select

from handyman.board import days as member_days
from handyman.board import eject, holds, instead, needs, offers, road_times
from handyman.board.changes import Changes
from handyman.board.locking import lock_request
from handyman.board.propose import Choice, may_be_chosen, propose, suiting_spans
from handyman.board.refusals import Closed, ClosedError, PlaceTakenError
from handyman.dispatch.ranking import Ranking, Team, rank
from handyman.dispatch.windows import Ejection
from handyman.extensions import db
from handyman.models import (
    Actor,
    ActorKind,
    ItemState,
    RequestItem,
    RequestState,
    ServiceRequest,
    Suits,
    Visit,
    VisitItem,
    VisitState,
    record,
)
from handyman.words import at_minute

NUMBERS = 10_000  # four digits, said at the door


def hold(
    key: str,
    need: needs.Need,
    choice: Choice,
    by: Actor,
    now: datetime,
    named: Sequence[int] = (),
) -> datetime | None:
    """Keep the window for whoever is on the line, in place of what was kept for them before.

    Gives until when; None where it has been taken. `named`: whom the page shows for it.
    """
    holds.release(key, choice.day)
    ranking, ejection = plan(need, choice, now, named)
    if ranking is None or ranking.team is None:
        return None
    window = (choice.window_start, choice.window_end)
    found = holds.Found(choice.day, window, need.service_minutes, need.lat, need.lon)
    return holds.keep(key, found, ranking, ejection, by, now)


def book(
    request: ServiceRequest,
    choice: Choice,
    by: Actor,
    now: datetime,
    key: str = "",
    named: Sequence[int] = (),
) -> Changes:
    """Promise the window for what is open of the request, or PlaceTakenError with the next ones.

    What was kept for the form with this key is free for it. `named`: whom the page showed for the window;
    they are asked, unless they cannot come any more.
    """
    db.session.flush()
    lock_request(request.id)
    if request.state not in (RequestState.LOGGED, RequestState.BOOKED):
        raise ClosedError(Closed.REQUEST_CLOSED)
    items = needs.open_items(request.id)
    need = needs.need_of(request, items)
    holds.release(key, choice.day)
    ranking, ejection = plan(need, choice, now, named)
    if ranking is None or ranking.team is None:
        raise PlaceTakenError(propose(need, now, not_before=request.suits_from, suits=request.suits))
    changes = eject.carry_out(ejection, choice.day, by, now) if ejection else Changes()
    visit = _write_visit(request, need, choice, ranking.team, by, now)
    _plan_items(visit, items, by, now)
    if request.state is RequestState.LOGGED:
        request.move_to(RequestState.BOOKED, by, now)
    changes.booked.append(visit)
    asked = offers.ask_team(visit, ranking, by, now)
    instead.note(asked.offered, named, ranking)
    changes.add(asked)
    return changes


def plan(
    need: needs.Need, choice: Choice, now: datetime, named: Sequence[int] = (), key: str = ""
) -> tuple[Ranking | None, Ejection | None]:
    """Nobody else's visit is touched where the window is free, or was not offered on that condition.

    A page that shows a window and the booking of it come from here both, so that whoever is shown is asked:
    between the two others keep and save theirs, and somebody else may have become cheaper.
    """
    if not may_be_chosen(choice, now, suiting_spans(Suits.ANY)):
        return None, None
    job, roster = needs.job_of_need(need), member_days.load([choice.day], but=key)
    earliest = needs.earliest_minute(choice.window_start, now)
    travel = road_times.travel().minutes
    ranking = rank(job, roster.days[choice.day], choice.span, travel, earliest, named=named)
    if ranking.team or not choice.ejects:
        return ranking, None
    found = eject.find(job, choice, now, named, key)
    return (eject.ranking_of(found), found.ejection) if found else (None, None)


def _write_visit(
    request: ServiceRequest, need: needs.Need, choice: Choice, team: Team, by: Actor, now: datetime
) -> Visit:
    visit = Visit(
        number=new_number(choice.day),
        resident_id=request.resident_id,
        address_id=request.address_id,
        day=choice.day,
        window_start=choice.window_start,
        window_end=choice.window_end,
        start=at_minute(choice.day, team.start),
        service_minutes=need.service_minutes,
        team_size=need.team_size,
        state=VisitState.BOOKED,
        booked_at=now,
        booked_by_id=by.id if by.kind is ActorKind.USER else None,
    )
    db.session.add(visit)
    db.session.flush()
    record(visit, by, now, moved_to=VisitState.BOOKED)
    return visit


def _plan_items(visit: Visit, items: Collection[RequestItem], by: Actor, now: datetime) -> None:
    """What we do goes into the visit; what we refer elsewhere never does; what waits stays open."""
    for item in items:
        if item.waits:
            continue
        if item.service_item.permitted:
            visit.items.append(VisitItem(request_item_id=item.id, quantity=item.left))
            item.move_to(ItemState.PLANNED, by, now)
        else:
            item.move_to(ItemState.REFERRED, by, now, why="refer_out")
    db.session.flush()


def new_number(day: date) -> str:
    """Four digits that no other visit of that day has, and nobody can guess."""
    used = set(db.session.scalars(select(Visit.number).where(Visit.day == day)))
    free = [number for number in (f"{n:04d}" for n in range(NUMBERS)) if number not in used]
    return secrets.choice(free)


def number_on(visit: Visit, day: date) -> str:
    """The number that the resident knows, unless another visit of that day has it."""
    same = Visit.number == visit.number
    taken = select(Visit.id).where(Visit.day == day, Visit.id != visit.id, same).limit(1)
    return visit.number if db.session.scalar(taken) is None else new_number(day)
