"""A promise is kept by sending somebody else to another one."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import labels, needs
from handyman.board.propose import Choice, Proposal, propose
from handyman.board.refusals import PlaceTakenError
from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    AuditEntry,
    Member,
    Message,
    MessageKind,
    Offer,
    OfferState,
    ServiceRequest,
    Visit,
    VisitState,
    WorkingHours,
)
from handyman.words import SEOUL, seoul_day
from tests.conftest import Clock
from tests.factories import make_absence, make_item, make_member, make_request, make_visit

DB = scoped_session[Session]
OPERATOR = Actor(ActorKind.USER, 1)


class Office:
    """One who can do both kinds of work, tomorrow all taken; one who can do one kind, with time."""

    def __init__(self, session: DB, *, accepted: bool = True) -> None:
        self.both = make_member("박수리", skills=["electric", "screen"], hours=False)
        self.other = make_member("이수리", skills=["electric"])
        for weekday in range(5):
            self.both.hours.append(WorkingHours(weekday=weekday, start_minute=540, end_minute=660))
        self.day = seoul_day(now()) + timedelta(days=1)
        window = (self.at(9), self.at(11))
        lamp = make_request(items=[make_item(base_minutes=90)])
        visit = make_visit(lamp, self.at(9, 5), window, [self.both], accepted=accepted, service_minutes=110)
        screen = make_item("screen", skills=["screen"], base_minutes=90)
        self.visit_id, self.request_id = visit.id, make_request(items=[screen]).id
        session.commit()

    def at(self, hour: int, minute: int = 0) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, hour, minute, tzinfo=SEOUL)

    def proposals(self, session: DB) -> list[Proposal]:
        request = session.get_one(ServiceRequest, self.request_id)
        found = propose(needs.need_of(request, needs.open_items(request.id)), now(), limit=100)
        session.rollback()
        return found

    def offered(self, session: DB) -> Proposal:
        return next(each for each in self.proposals(session) if each.day == self.day)

    def book(self, key: str) -> None:
        flow.book(self.request_id, Choice.parse(key), OPERATOR, now())


def holder(visit: Visit) -> tuple[int | None, AssignmentState]:
    return visit.assignments[0].member_id, visit.assignments[0].state


def test_the_offer_says_that_somebody_else_goes_to_another_visit(session: DB) -> None:
    office = Office(session)
    proposal = office.offered(session)
    assert proposal.key.endswith("-e")
    assert proposal.reasons[0] == "다른 방문 한 건은 다른 조합원이 대신 갑니다 (그 집과 약속한 시간은 그대로)"
    assert [place.name for place in proposal.team] == ["박수리"]


@pytest.mark.usefixtures("any_database")
def test_booking_sends_the_other_member_and_keeps_the_window(session: DB) -> None:
    office = Office(session)
    office.book(office.offered(session).key)
    visit = session.get_one(Visit, office.visit_id)
    assert (visit.window_start, visit.window_end) == (office.at(9), office.at(11))
    assert holder(visit) == (office.other.id, AssignmentState.OFFERED)
    assert visit.state is VisitState.BOOKED
    assert visit.window_start <= visit.start <= visit.window_end
    booked = session.scalars(select(Visit).where(Visit.id != office.visit_id)).one()
    assert holder(booked) == (office.both.id, AssignmentState.OFFERED)
    whys = session.scalars(select(AuditEntry.why).where(AuditEntry.entity_id == office.visit_id))
    assert "ejected" in set(whys)


def test_everybody_concerned_is_told_in_the_same_transaction(session: DB, clock: Clock) -> None:
    office = Office(session)
    clock.advance(minutes=10)
    office.book(office.offered(session).key)
    told = {
        (row.kind, row.recipient_id, row.visit_id)
        for row in session.scalars(
            select(Message).where(Message.kind.in_((MessageKind.MEMBER_OFFER, MessageKind.MEMBER_WITHDRAWN)))
        )
    }
    booked = session.scalars(select(Visit.id).where(Visit.id != office.visit_id)).one()
    assert told == {
        (MessageKind.MEMBER_OFFER, office.other.id, office.visit_id),
        (MessageKind.MEMBER_OFFER, office.both.id, booked),
        (MessageKind.MEMBER_WITHDRAWN, office.both.id, office.visit_id),
    }


def test_the_reasons_stand_with_both_offers(session: DB) -> None:
    office = Office(session)
    office.book(office.offered(session).key)
    rows = session.scalars(select(Offer).where(Offer.state == OfferState.OFFERED)).all()
    assert {row.member_id for row in rows} == {office.both.id, office.other.id}
    assert all(row.reasons for row in rows)


def test_the_visit_says_why_its_member_changed(session: DB) -> None:
    office = Office(session)
    office.book(office.offered(session).key)
    query = select(AuditEntry).where(AuditEntry.entity == "visits", AuditEntry.entity_id == office.visit_id)
    said = [labels.move_words(row) for row in session.scalars(query)]
    assert any("다른 약속을 위해 다른 조합원에게 부탁함" in words for words in said)


def test_nobody_is_sent_elsewhere_where_that_was_not_said(session: DB) -> None:
    office = Office(session)
    key = office.offered(session).key
    with pytest.raises(PlaceTakenError) as taken:
        office.book(key.removesuffix("-e"))
    assert key in [other.key for other in taken.value.alternatives]
    visit = session.get_one(Visit, office.visit_id)
    assert holder(visit) == (office.both.id, AssignmentState.ACCEPTED)


def test_who_can_no_longer_go_instead_is_not_sent(session: DB) -> None:
    office = Office(session)
    key = office.offered(session).key
    make_absence(session.get_one(Member, office.other.id), office.day)
    session.commit()
    with pytest.raises(PlaceTakenError) as taken:
        office.book(key)
    assert key not in [other.key for other in taken.value.alternatives]
    assert holder(session.get_one(Visit, office.visit_id)) == (office.both.id, AssignmentState.ACCEPTED)


def test_where_the_window_has_become_free_nobody_is_sent_elsewhere(session: DB) -> None:
    office = Office(session)
    key = office.offered(session).key
    session.get_one(Member, office.both.id).hours[1].end_minute = 1080
    visit = session.get_one(Visit, office.visit_id)
    visit.start = visit.window_end = office.at(15)
    visit.window_start = office.at(14)
    session.commit()
    if Choice.parse(key).day.weekday() != 2:
        raise AssertionError("tomorrow is a Wednesday")
    session.get_one(Member, office.both.id).hours[2].end_minute = 1080
    session.commit()
    office.book(key)
    assert holder(session.get_one(Visit, office.visit_id)) == (office.both.id, AssignmentState.ACCEPTED)


@pytest.mark.parametrize("kept", ["by hand", "under way", "refused before", "crew"])
def test_some_visits_are_never_taken_from_their_member(session: DB, kept: str) -> None:
    office = Office(session)
    visit = session.get_one(Visit, office.visit_id)
    offer = visit.assignments[0].offers[0]
    if kept == "by hand":
        offer.by_hand = True
    elif kept == "under way":
        visit.state = VisitState.ON_THE_WAY
    elif kept == "crew":
        visit.team_size = 2
    else:
        session.add(
            Offer(
                assignment=visit.assignments[0],
                member_id=office.other.id,
                rank=1,
                state=OfferState.DECLINED,
                offered_at=now(),
                expires_at=now(),
                answered_at=now(),
            )
        )
    session.commit()
    assert office.day not in {each.day for each in office.proposals(session)}
