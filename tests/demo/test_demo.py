"""The made-up office that a newcomer meets: feasible, consistent, and nobody can be rung by mistake."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import demo
from handyman.board import days
from handyman.dispatch import day_plan, travel
from handyman.models import (
    ENDED,
    Address,
    Assignment,
    AssignmentState,
    Channel,
    Installation,
    ItemState,
    Member,
    Message,
    MessageState,
    Person,
    PersonPhone,
    PhoneKind,
    RequestItem,
    RequestState,
    Resident,
    ServiceRequest,
    TeamRole,
    User,
    Visit,
    VisitingWish,
    VisitState,
    WishKind,
)
from tests.conftest import TUESDAY_AT_TEN

pytestmark = pytest.mark.usefixtures("demo_office")
TODAY = TUESDAY_AT_TEN.date()


def all_visits(session: scoped_session[Session]) -> list[Visit]:
    return list(session.scalars(select(Visit).order_by(Visit.day, Visit.start)))


def test_there_are_eleven_members_and_about_150_residents(session: scoped_session[Session]) -> None:
    assert session.scalar(select(func.count()).select_from(Member)) == 11
    assert session.scalar(select(func.count()).select_from(Resident)) == 150
    assert session.get_one(Installation, 1).demo


def test_four_weeks_lie_behind_and_two_ahead(session: scoped_session[Session]) -> None:
    states = Counter((visit.day < TODAY, visit.state) for visit in all_visits(session))
    assert states[True, VisitState.FINISHED] > 180
    assert sum(count for (past, _), count in states.items() if not past) > 60
    assert {state for past, state in states if past} == {VisitState.FINISHED, VisitState.FAILED}
    span = [visit.day for visit in all_visits(session)]
    assert (TODAY - span[0]).days == 28
    assert (span[-1] - TODAY).days >= 12


def test_the_planner_finds_nothing_wrong_with_any_day(session: scoped_session[Session]) -> None:
    every_day = {visit.day for visit in all_visits(session)}
    roster = days.load(every_day)
    held = 0
    for day in every_day:
        for member in roster.days[day]:
            held += len(member.stops)
            assert day_plan.check(member, travel.minutes) == []
    assert held > 300


def test_whoever_leads_has_every_skill_and_a_team_is_whole(session: scoped_session[Session]) -> None:
    for visit in all_visits(session):
        needed = {skill.code for item in visit.items for skill in item.request_item.service_item.skills}
        size = max(item.request_item.team_size for item in visit.items)
        assert visit.team_size == size == len(visit.assignments)
        lead = visit.assignments[0]
        assert lead.role is TeamRole.LEAD
        if lead.member is not None:
            assert needed <= {held.skill.code for held in lead.member.skills}


def test_requests_and_items_agree_with_their_visits(session: scoped_session[Session]) -> None:
    for request in session.scalars(select(ServiceRequest)):
        states = {item.state for item in request.items}
        if request.state is RequestState.DONE:
            assert states == {ItemState.DONE}
            assert request.closed_at is not None
        if request.state is RequestState.BOOKED:
            assert ItemState.PLANNED in states
            assert ItemState.OPEN not in states
    for item in session.scalars(select(RequestItem)):
        assert (item.state is ItemState.DONE) == (item.left == 0)


def test_nothing_has_happened_after_now(session: scoped_session[Session]) -> None:
    for visit in all_visits(session):
        moments = (visit.booked_at, visit.on_the_way_at, visit.arrived_at, visit.finished_at)
        assert all(moment <= TUESDAY_AT_TEN for moment in moments if moment)
        assert (visit.report is not None) == (visit.finished_at is not None)
    assert all(request.logged_at <= TUESDAY_AT_TEN for request in session.scalars(select(ServiceRequest)))


def test_no_number_in_it_can_be_rung(session: scoped_session[Session]) -> None:
    numbers = [*session.scalars(select(PersonPhone.number)), *session.scalars(select(Member.phone))]
    assert numbers
    assert all(number.startswith(("+82100000", "+822000")) for number in numbers)
    landlines = session.scalars(select(PersonPhone).where(PersonPhone.kind == PhoneKind.LANDLINE)).all()
    assert len(landlines) > 20


def test_some_numbers_belong_to_several_people(session: scoped_session[Session]) -> None:
    carers = select(PersonPhone.number).join(Person).where(Person.organisation != "")
    shared = select(func.count()).where(PersonPhone.number.in_(carers))
    assert (session.scalar(shared) or 0) > 6


def test_what_was_due_is_delivered_and_the_rest_waits(session: scoped_session[Session]) -> None:
    messages = session.scalars(select(Message)).all()
    waiting = [message for message in messages if message.state is MessageState.PENDING]
    assert len(waiting) > 50
    assert all(message.due_at > TUESDAY_AT_TEN for message in waiting)
    due = [message for message in messages if message.due_at <= TUESDAY_AT_TEN]
    assert {message.state for message in due} == {
        MessageState.DELIVERED,
        MessageState.NEEDS_PERSON,
        MessageState.UNDELIVERED,
    }


def test_the_work_list_has_something_of_each_kind(session: scoped_session[Session]) -> None:
    def count(query: object) -> int:
        return session.scalar(select(func.count()).select_from(query)) or 0  # type: ignore[arg-type]

    assert count(select(Assignment).where(Assignment.state == AssignmentState.OPEN).subquery()) == 1
    assert count(select(Assignment).where(Assignment.state == AssignmentState.OFFERED).subquery()) == 2
    assert count(select(Address).where(Address.lat.is_(None)).subquery()) == 1
    assert count(select(ServiceRequest).where(ServiceRequest.state == RequestState.LOGGED).subquery()) >= 5
    left_over = select(RequestItem).where(RequestItem.state == ItemState.OPEN, RequestItem.done_quantity > 0)
    assert count(left_over.subquery()) >= 1
    untold = select(Message).where(
        Message.state.in_((MessageState.NEEDS_PERSON, MessageState.UNDELIVERED)),
        Message.due_at <= TUESDAY_AT_TEN,
        Message.told_at.is_(None),
    )
    assert count(untold.subquery()) == 2


def test_two_wishes_are_on_record_and_no_visit_stands_against_one(session: scoped_session[Session]) -> None:
    wishes = session.scalars(select(VisitingWish)).all()
    assert {one.wish for one in wishes} == {WishKind.RATHER, WishKind.MUST_NOT}
    never = next(one for one in wishes if one.wish is WishKind.MUST_NOT)
    sent = (
        select(Assignment.id)
        .join(Visit)
        .where(
            Visit.resident_id == never.resident_id,
            Assignment.member_id == never.member_id,
            Visit.state.not_in(ENDED),
        )
    )
    assert session.scalars(sent).all() == []


def test_the_printed_sign_ins_are_of_the_three_roles(session: scoped_session[Session]) -> None:
    printed = demo.sign_ins()
    stored = {(user.role.value, user.login) for user in session.scalars(select(User))}
    assert {(role, login) for role, login, _password in printed} == stored
    assert len(stored) == 3


def test_a_filled_database_is_left_alone(session: scoped_session[Session]) -> None:
    session.commit()
    assert demo.fill_if_empty(TUESDAY_AT_TEN + timedelta(days=1)) is False


def test_the_first_texts_name_real_people_and_fit_one_part(session: scoped_session[Session]) -> None:
    bodies = list(session.scalars(select(Message.body).where(Message.channel == Channel.SMS)))
    assert all(len(body.replace("{link}", "x" * 34).encode("cp949")) <= 90 for body in bodies)
