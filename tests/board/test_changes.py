"""Assigning by hand, moving and cancelling."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.assign import assign
from handyman.board.cancel import cancel_request, cancel_visit
from handyman.board.changes import Changes
from handyman.board.move import move
from handyman.board.propose import Choice
from handyman.board.refusals import ChangedMeanwhileError, Closed, ClosedError, GuardError
from handyman.board.seen import seen_of_visit
from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    CancelReason,
    ItemState,
    Message,
    MessageKind,
    OfferState,
    OverrideReason,
    RequestState,
    TeamRole,
    Visit,
    VisitState,
)
from handyman.words import SEOUL, local
from tests.conftest import Clock
from tests.factories import make_absence, make_item, make_member, make_request, make_visit

pytestmark = pytest.mark.usefixtures("session")
COORDINATOR = Actor(ActorKind.USER, 1)
DB = scoped_session[Session]


def at(hour: int, minute: int = 0, day: int = 25) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SEOUL)


def morning_visit(**values: object) -> Visit:
    return make_visit(start=at(10), window=(at(9), at(11)), **values)  # type: ignore[arg-type]


def lead(visit: Visit, member_id: int, **more: object) -> Changes:
    return put(visit, TeamRole.LEAD, member_id, **more)


def put(visit: Visit, role: TeamRole, member_id: int, **more: object) -> Changes:
    given: dict[str, Any] = {"reason": OverrideReason.SHARES_HOURS, **more}
    return assign(visit.id, role, member_id, COORDINATOR, now(), **given)


def test_assigned_by_hand_is_asked_and_the_one_before_is_told() -> None:
    before, after = make_member(), make_member()
    visit = morning_visit(members=[before])
    changes = lead(visit, after.id)
    assert [offer.member_id for offer in changes.withdrawn] == [before.id]
    assert [offer.member_id for offer in changes.offered] == [after.id]
    assert [offer.state for offer in visit.assignments[0].offers] == [
        OfferState.WITHDRAWN,
        OfferState.OFFERED,
    ]
    assert visit.state is VisitState.BOOKED
    assert changes.offered[0].by_hand


def test_yes_on_the_phone_needs_no_answer() -> None:
    visit, member = morning_visit(), make_member()
    changes = lead(visit, member.id, agreed=True)
    assert visit.state is VisitState.ASSIGNED
    assert changes.offered == []
    assert changes.accepted[0].member_id == member.id


@pytest.mark.parametrize("why", ["skill", "absent", "cap", "overlap", "shift"])
def test_rules_hold_by_hand_too(why: str) -> None:
    visit = morning_visit()
    member = make_member(skills=() if why == "skill" else ("electric",), hours=why != "shift")
    if why == "absent":
        make_absence(member, visit.day)
    if why == "cap":
        member.daily_cap_minutes = 30
    if why == "overlap":
        make_visit(start=at(9), window=(at(9), at(9, 10)), members=[member], service_minutes=200)
    with pytest.raises(GuardError) as refused:
        lead(visit, member.id)
    wanted = {"skill": "missing_skill", "absent": "absent", "cap": "daily_cap", "overlap": "overlap"}
    assert refused.value.grounds[0].code.value == wanted.get(why, "outside_shift")
    assert visit.assignments[0].state is AssignmentState.OPEN


def test_second_needs_no_skill_and_the_lead_stays() -> None:
    holder, helper = make_member(), make_member(skills=())
    visit = morning_visit(members=[holder, make_member()])
    put(visit, TeamRole.SECOND, helper.id)
    assert {place.role.value: place.member_id for place in visit.assignments} == {
        "lead": holder.id,
        "second": helper.id,
    }


def test_one_person_cannot_be_two() -> None:
    holder = make_member()
    visit = morning_visit(members=[holder, make_member()])
    with pytest.raises(ClosedError) as refused:
        put(visit, TeamRole.SECOND, holder.id)
    assert refused.value.code is Closed.SAME_MEMBER


def test_form_that_saw_something_else_changes_nothing() -> None:
    visit, member = morning_visit(), make_member()
    seen = seen_of_visit(visit)
    lead(visit, member.id, seen=seen)
    with pytest.raises(ChangedMeanwhileError):
        lead(visit, make_member().id, seen=seen)
    assert visit.assignments[0].member_id == member.id


def test_start_inside_the_promise_is_not_told_to_the_resident(session: DB) -> None:
    member = make_member()
    visit = morning_visit(members=[member])
    session.commit()
    choice = Choice(visit.day, 9 * 60, 11 * 60)
    changes, _before = flow.move(visit.id, choice, 9 * 60 + 30, COORDINATOR, now(), seen=None)
    assert visit.start == at(9, 30)
    assert changes.moved == []
    assert visit.state is VisitState.ASSIGNED
    kinds = set(session.scalars(select(Message.kind).where(Message.visit_id == visit.id)))
    assert MessageKind.RESIDENT_MOVED not in kinds
    assert MessageKind.RESIDENT_BOOKED not in kinds


def test_start_that_a_member_cannot_keep_is_refused() -> None:
    member = make_member()
    visit = morning_visit(members=[member])
    make_visit(start=at(9), window=(at(9), at(9, 5)), members=[member], service_minutes=60)
    with pytest.raises(GuardError):
        move(visit.id, Choice(visit.day, 9 * 60, 11 * 60), 9 * 60 + 15, COORDINATOR, now())
    assert visit.start == at(10)


def test_new_promise_is_told_and_the_same_team_is_asked_anew(session: DB) -> None:
    member = make_member()
    make_member()
    visit = morning_visit(members=[member])
    session.commit()
    choice = Choice(at(9, day=26).date(), 13 * 60, 15 * 60)
    changes, _before = flow.move(visit.id, choice, None, COORDINATOR, now(), seen=None)
    assert changes.moved == [visit]
    assert changes.withdrawn == []
    assert [offer.member_id for offer in changes.offered] == [member.id]
    assert (visit.day.day, local(visit.window_start).hour) == (26, 13)
    assert visit.state is VisitState.BOOKED
    kinds = list(session.scalars(select(Message.kind).where(Message.visit_id == visit.id)))
    assert MessageKind.MEMBER_OFFER in kinds


def test_member_who_cannot_at_the_new_time_is_replaced() -> None:
    member, other = make_member(), make_member()
    visit = morning_visit(members=[member])
    make_absence(member, at(9, day=26).date())
    changes = move(visit.id, Choice(at(9, day=26).date(), 540, 660), None, COORDINATOR, now())
    assert [offer.member_id for offer in changes.withdrawn] == [member.id]
    assert [offer.member_id for offer in changes.offered] == [other.id]


def test_whoever_declined_the_old_time_may_be_asked_for_the_new_one() -> None:
    member, other = make_member(), make_member(home=(37.48, 126.98))
    visit = morning_visit(members=[other])
    first = visit.assignments[0].offers[0]
    first.offered_at -= timedelta(hours=1)
    move(visit.id, Choice(at(9, day=26).date(), 540, 660), None, COORDINATOR, now())
    offer = visit.assignments[0].offers[-1]
    flow.answer_offer(offer.id, False, None, "", Actor(ActorKind.MEMBER, other.id), now())
    assert visit.assignments[0].member_id == member.id


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (Choice(at(9, day=28).date(), 540, 660), Closed.NOT_A_WORKING_DAY),
        (Choice(at(9, day=23).date(), 540, 660), Closed.DAY_PAST),
        (Choice(at(9, day=25).date(), 540, 660), Closed.NOTHING_TO_MOVE),
    ],
)
def test_moves_that_make_no_sense_are_refused(choice: Choice, code: Closed) -> None:
    visit = morning_visit(members=[make_member()])
    with pytest.raises(ClosedError) as refused:
        move(visit.id, choice, None, COORDINATOR, now())
    assert refused.value.code is code


def test_visit_under_way_is_left_alone() -> None:
    visit = morning_visit(members=[make_member()], state=VisitState.ON_THE_WAY)
    with pytest.raises(ClosedError):
        move(visit.id, Choice(at(9, day=26).date(), 540, 660), None, COORDINATOR, now())
    with pytest.raises(ClosedError):
        cancel_visit(visit.id, CancelReason.OTHER, COORDINATOR, now())


def test_cancelled_visit_gives_its_work_back() -> None:
    member = make_member()
    visit = morning_visit(members=[member])
    request = visit.items[0].request_item.request
    changes = cancel_visit(visit.id, CancelReason.RESIDENT_AWAY, COORDINATOR, now())
    assert (visit.state, visit.cancel_reason) == (VisitState.CANCELLED, CancelReason.RESIDENT_AWAY)
    assert [item.state for item in request.items] == [ItemState.OPEN]
    assert request.state is RequestState.LOGGED
    assert [offer.member_id for offer in changes.withdrawn] == [member.id]
    assert {place.state for place in visit.assignments} == {AssignmentState.CLOSED}


def test_cancelled_request_takes_its_visit_along() -> None:
    visit = morning_visit(members=[make_member()])
    request = visit.items[0].request_item.request
    changes = cancel_request(request.id, CancelReason.REPAIRED_ALREADY, COORDINATOR, now())
    assert changes.cancelled == [visit]
    assert request.state is RequestState.CANCELLED
    assert request.closed_at == now()
    assert [item.state for item in request.items] == [ItemState.CANCELLED]
    with pytest.raises(ClosedError):
        cancel_request(request.id, CancelReason.OTHER, COORDINATOR, now())


def test_what_was_done_stays_done_when_the_rest_is_cancelled() -> None:
    request = make_request(items=[make_item(), make_item("screen", skills=())])
    request.items[0].state = ItemState.DONE
    cancel_request(request.id, CancelReason.OTHER, COORDINATOR, now())
    assert [item.state for item in request.items] == [ItemState.DONE, ItemState.CANCELLED]
    assert request.state is RequestState.DONE


def test_freed_place_can_be_promised_again(session: DB) -> None:
    member = make_member()
    visit = make_visit(start=at(9), window=(at(9), at(11)), members=[member], service_minutes=300)
    cancel_visit(visit.id, CancelReason.OTHER, COORDINATOR, now())
    again = morning_visit()
    lead(again, member.id)
    assert again.assignments[0].member_id == member.id


def test_reminder_follows_the_start(session: DB) -> None:
    member = make_member()
    visit = morning_visit(members=[member], accepted=False)
    session.commit()
    flow.answer_offer(visit.assignments[0].offers[0].id, True, None, "", COORDINATOR, now())
    flow.move(visit.id, Choice(visit.day, 540, 660), 9 * 60 + 30, COORDINATOR, now(), seen=None)
    reminders = session.scalars(select(Message).where(Message.kind == MessageKind.MEMBER_REMINDER)).all()
    due = {message.state.value: message.due_at for message in reminders}
    assert due["canceled"] - due["pending"] == timedelta(minutes=30)


def test_who_is_being_asked_may_say_yes_on_the_phone(
    client: FlaskClient, sign_in: Callable[..., object]
) -> None:
    member = make_member()
    visit = morning_visit(members=[member], accepted=False)
    sign_in("coordinator")
    assert f"{member.name} 님이 전화로 수락함" in client.get(f"/visits/{visit.id}").text
    form = {"role": "lead", "member": member.id, "agreed": "1", "seen": seen_of_visit(visit)}
    assert client.post(f"/visits/{visit.id}/assign", data=form).status_code == 303
    assert visit.state is VisitState.ASSIGNED
    assert [offer.state for offer in visit.assignments[0].offers] == [OfferState.ACCEPTED]
    with pytest.raises(ClosedError) as refused:
        lead(visit, member.id, agreed=True)
    assert refused.value.code is Closed.SAME_MEMBER


def test_nobody_is_asked_to_go_when_the_promised_time_is_over(clock: Clock) -> None:
    visit, member = morning_visit(), make_member()
    clock.set(at(11))
    with pytest.raises(ClosedError) as refused:
        lead(visit, member.id)
    assert refused.value.code is Closed.WINDOW_PAST
    assert visit.assignments[0].state is AssignmentState.OPEN


@pytest.mark.parametrize(
    "choice",
    [
        Choice(at(9, day=26).date(), 9 * 60 + 17, 9 * 60 + 33),
        Choice(at(9, day=26).date() + timedelta(days=60), 540, 660),
    ],
)
def test_only_the_offices_own_windows_of_the_next_sixty_days_are_promised(choice: Choice) -> None:
    visit = morning_visit(members=[make_member()])
    with pytest.raises(ClosedError) as refused:
        move(visit.id, choice, None, COORDINATOR, now())
    assert refused.value.code is Closed.OUT_OF_REACH
    assert visit.day == at(10).date()


def test_a_moved_visit_keeps_its_number_unless_another_has_it() -> None:
    visit = morning_visit(members=[make_member()])
    number = visit.number
    move(visit.id, Choice(at(9, day=26).date(), 540, 660), None, COORDINATOR, now())
    assert visit.number == number
    make_visit(start=at(9, day=27), number=number)
    move(visit.id, Choice(at(9, day=27).date(), 540, 660), None, COORDINATOR, now())
    assert visit.number != number
