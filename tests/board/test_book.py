"""Proposing windows and promising one."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.board import needs
from handyman.board.book import book
from handyman.board.propose import Choice, Proposal, free_choices, propose
from handyman.board.refusals import ChoiceError, NotBookableError, PlaceTakenError, Unbookable
from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    AuditEntry,
    ItemState,
    RequestState,
    ServiceRequest,
    Suits,
    TeamRole,
    Visit,
    VisitState,
)
from handyman.words import local, minute_of_day, seoul_day
from tests.factories import (
    make_absence,
    make_address,
    make_item,
    make_member,
    make_request,
    make_resident,
    make_visit,
)

pytestmark = pytest.mark.usefixtures("session")
OPERATOR = Actor(ActorKind.USER, 1)
DB = scoped_session[Session]


def windows(request: ServiceRequest, **wishes: object) -> list[Proposal]:
    need = needs.need_of(request, needs.open_items(request.id))
    return propose(need, now(), **wishes)  # type: ignore[arg-type]


def first_choice(request: ServiceRequest) -> Choice:
    return Choice.parse(windows(request)[0].key)


@pytest.mark.parametrize("suits", [Suits.ANY, Suits.MORNING])
def test_a_quick_look_finds_the_windows_that_are_offered_in_their_order(suits: Suits) -> None:
    full = make_member()
    make_member(home=(37.48, 126.95))
    make_visit(start=local(now()).replace(hour=11) + timedelta(days=1), members=[full], service_minutes=300)
    request = make_request()
    need = needs.need_of(request, needs.open_items(request.id))
    offered = windows(request, limit=1000, suits=suits)
    found = free_choices(need, now(), suits=suits)
    assert [choice.key for choice in found] == [each.key for each in offered]
    assert len(found) > 6


def test_windows_name_day_team_and_reason() -> None:
    make_member("박수리", wished_minutes=1800)
    proposal = windows(make_request())[0]
    assert proposal.team[0].name == "박수리"
    assert proposal.window_start <= proposal.start <= proposal.window_end
    assert any("가장" in reason for reason in proposal.reasons)


def test_a_first_day_that_is_not_today_is_not_called_today() -> None:
    make_member("박수리")
    monday = seoul_day(now()) + timedelta(days=6)
    soonest = next(one for one in windows(make_request(), not_before=monday) if one.day == monday)
    told = [reason for reason in soonest.reasons if "가장 빠른 날" in reason]
    assert told
    assert all("오늘" not in reason and "6" in reason for reason in told)


def test_windows_of_one_day_alone_are_told_apart_by_who_is_near() -> None:
    near = make_member("박수리")
    make_member("이먼데", home=(37.48, 126.99))
    monday = seoul_day(now()) + timedelta(days=6)
    make_visit(
        start=local(now()).replace(hour=13, minute=0) + timedelta(days=6), members=[near], service_minutes=290
    )
    offered = windows(make_request(), not_before=monday, only=True)
    told = {each.team[0].name: each.reasons[0] for each in offered}
    assert "이동이 가장 적은 시간입니다" in told["박수리"]
    assert "출발지에서 가장 가까운 분입니다" in told["이먼데"]


def test_no_window_falls_on_a_weekend_or_a_public_holiday(session: DB) -> None:
    make_member()
    days = {proposal.day for proposal in windows(make_request(), limit=100)}
    assert days
    assert all(day.weekday() < 5 for day in days)


@pytest.mark.settings(BOOKING_DAYS="45")
def test_christmas_is_not_offered() -> None:
    make_member()
    days = {(proposal.day.month, proposal.day.day) for proposal in windows(make_request(), limit=500)}
    assert (12, 24) in days
    assert (12, 25) not in days


def test_mornings_only_are_over_by_noon_and_afternoons_begin_no_earlier() -> None:
    make_member()
    for suits, clocks in ((Suits.MORNING, {(9, 11)}), (Suits.AFTERNOON, {(13, 15), (15, 17)})):
        offered = windows(make_request(), suits=suits, limit=100)
        hours = {(local(each.window_start).hour, local(each.window_end).hour) for each in offered}
        assert hours == clocks


def test_absent_member_is_not_offered() -> None:
    member = make_member()
    first = windows(make_request())[0].day
    make_absence(member, first)
    assert first not in {proposal.day for proposal in windows(make_request(), limit=100)}


def test_number_of_queries_does_not_grow_with_the_days(session: DB, count_queries: object) -> None:
    request = make_request()
    make_member()
    need = needs.need_of(request, needs.open_items(request.id))
    with count_queries() as few:  # type: ignore[operator]
        propose(need, now())
    for _ in range(5):
        make_visit(members=[make_member()])
    with count_queries() as many:  # type: ignore[operator]
        propose(need, now())
    assert len(few) == len(many) <= 14


def test_choice_survives_a_form_field() -> None:
    make_member()
    proposal = windows(make_request())[0]
    choice = Choice.parse(proposal.key)
    assert (choice.key, choice.day) == (proposal.key, proposal.day)
    assert choice.window_start == proposal.window_start


@pytest.mark.parametrize(
    "key", ["", "x", "20261332-0900-1100", "20261124-1100-0900", "20261124-0960-1100", "٢٠٢٦١١٢٤-0900-1100"]
)
def test_words_that_name_no_window_are_refused(key: str) -> None:
    with pytest.raises(ChoiceError):
        Choice.parse(key)


def test_booking_writes_visit_items_team_and_offer() -> None:
    member = make_member()
    request = make_request(items=[(make_item(), 3)])
    changes = book(request, first_choice(request), OPERATOR, now())
    visit = changes.booked[0]
    assert (visit.state, request.state) == (VisitState.BOOKED, RequestState.BOOKED)
    assert [(item.quantity, item.request_item.state) for item in visit.items] == [(3, ItemState.PLANNED)]
    assert [(place.member_id, place.state) for place in visit.assignments] == [
        (member.id, AssignmentState.OFFERED)
    ]
    assert len(visit.number) == 4
    assert changes.offered[0].member_id == member.id


def test_booking_leaves_audit_entries(session: DB) -> None:
    make_member()
    request = make_request()
    visit = book(request, first_choice(request), OPERATOR, now()).booked[0]
    session.flush()
    moves = session.execute(select(AuditEntry.entity, AuditEntry.entity_id, AuditEntry.moved_to)).all()
    assert ("visits", visit.id, "booked") in moves
    assert ("service_requests", request.id, "booked") in moves


def test_only_what_is_left_is_planned() -> None:
    make_member()
    request = make_request(items=[(make_item(), 5)])
    request.items[0].done_quantity = 3
    visit = book(request, first_choice(request), OPERATOR, now()).booked[0]
    assert [item.quantity for item in visit.items] == [2]


def test_high_ceiling_sends_two_people_of_whom_one_leads() -> None:
    skilled, helper = make_member("숙련"), make_member("도움", skills=())
    request = make_request()
    request.items[0].team_size = 2
    visit = book(request, first_choice(request), OPERATOR, now()).booked[0]
    assert {place.role: place.member_id for place in visit.assignments} == {
        TeamRole.LEAD: skilled.id,
        TeamRole.SECOND: helper.id,
    }


def test_taken_window_is_refused_with_others() -> None:
    make_member()
    first = make_request(items=[(make_item(base_minutes=100, minutes_per_piece=20), 1)])
    second = make_request(items=[(make_item(), 1)])
    choice = first_choice(first)
    book(first, choice, OPERATOR, now())
    with pytest.raises(PlaceTakenError) as refused:
        book(second, choice, OPERATOR, now())
    assert refused.value.alternatives
    assert choice.key not in [proposal.key for proposal in refused.value.alternatives]
    assert second.state is RequestState.LOGGED


@pytest.mark.parametrize(
    "key", ["20261123-0900-1100", "20261124-0900-1100", "20261128-0900-1100", "20261125-0905-1105"]
)
def test_past_weekend_and_made_up_windows_are_refused(key: str) -> None:
    make_member()
    with pytest.raises(PlaceTakenError):
        book(make_request(), Choice.parse(key), OPERATOR, now())


def test_address_without_a_point_is_never_booked() -> None:
    make_member()
    request = make_request(make_resident(address=make_address(point=None)))
    with pytest.raises(NotBookableError) as refused:
        book(request, Choice.parse("20261125-0900-1100"), OPERATOR, now())
    assert refused.value.code is Unbookable.NO_POINT


def test_item_that_we_refer_out_is_never_booked() -> None:
    make_member()
    wiring = make_item("wiring", permitted=False)
    with pytest.raises(NotBookableError) as refused:
        book(make_request(items=[wiring]), Choice.parse("20261125-0900-1100"), OPERATOR, now())
    assert refused.value.code is Unbookable.REFER_OUT


def test_refer_out_item_beside_a_lamp_stays_out_of_the_visit() -> None:
    make_member()
    request = make_request(items=[make_item(), make_item("wiring", permitted=False)])
    visit = book(request, first_choice(request), OPERATOR, now()).booked[0]
    assert [item.request_item.service_item.code for item in visit.items] == ["lamp"]
    assert [item.state for item in request.items] == [ItemState.PLANNED, ItemState.REFERRED]


def test_visit_numbers_of_a_day_differ() -> None:
    for _ in range(3):
        make_member()
    requests = [make_request() for _ in range(3)]
    visits = [book(request, first_choice(request), OPERATOR, now()).booked[0] for request in requests]
    assert len({(visit.day, visit.number) for visit in visits}) == 3


def test_other_visit_moves_inside_its_promise_to_make_room(session: DB) -> None:
    member = make_member(daily_cap_minutes=None)
    choice = Choice.parse("20261125-0900-1100")
    visits: list[Visit] = []
    for _ in range(4):
        request = make_request(items=[(make_item(), 1)])
        try:
            visits.append(book(request, choice, OPERATOR, now()).booked[0])
        except PlaceTakenError:
            break
    assert len(visits) >= 2
    busy = sorted((minute_of_day(v.start, v.day), v.service_minutes) for v in visits)
    assert all(a + length <= b for (a, length), (b, _) in pairwise(busy))
    assert all(v.window_start <= v.start <= v.window_end for v in visits)
    assert member.id in {place.member_id for v in visits for place in v.assignments}
