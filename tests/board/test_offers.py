"""Who is asked, what they answer, who is asked next."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import needs, offers
from handyman.board.book import book
from handyman.board.propose import Choice, propose
from handyman.board.refusals import OfferClosedError
from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    DeclineReason,
    Offer,
    OfferState,
    ServiceRequest,
    TeamRole,
    Visit,
    VisitState,
)
from handyman.words import seoul_day
from tests.conftest import Clock
from tests.factories import make_member, make_request, make_visit

pytestmark = pytest.mark.usefixtures("session")
OPERATOR = Actor(ActorKind.USER, 1)
MEMBER = Actor(ActorKind.MEMBER, 1)
FAR = (37.4800, 126.9800)


def booked(request: ServiceRequest | None = None) -> Visit:
    request = request or make_request()
    need = needs.need_of(request, needs.open_items(request.id))
    tomorrow = seoul_day(now() + timedelta(days=1))
    choice = Choice.parse(propose(need, now(), not_before=tomorrow)[0].key)
    return book(request, choice, OPERATOR, now()).booked[0]


def history(visit: Visit) -> list[tuple[int, str]]:
    return [(offer.member_id, offer.state.value) for place in visit.assignments for offer in place.offers]


def test_accepting_makes_the_visit_assigned() -> None:
    make_member()
    visit = booked()
    changes = offers.answer_offer(visit.assignments[0].offers[0].id, True, None, "", MEMBER, now())
    assert visit.state is VisitState.ASSIGNED
    assert changes.accepted == [visit.assignments[0]]


def test_visit_of_two_waits_for_both() -> None:
    make_member(), make_member()
    request = make_request()
    request.items[0].team_size = 2
    visit = booked(request)
    first, second = (place.offers[0].id for place in visit.assignments)
    offers.answer_offer(first, True, None, "", MEMBER, now())
    assert visit.state is VisitState.BOOKED
    offers.answer_offer(second, True, None, "", MEMBER, now())
    assert visit.state is VisitState.ASSIGNED


def test_same_answer_twice_is_one_answer() -> None:
    make_member()
    visit = booked()
    offer = visit.assignments[0].offers[0]
    offers.answer_offer(offer.id, True, None, "", MEMBER, now())
    assert offers.answer_offer(offer.id, True, None, "", MEMBER, now()).accepted == []
    with pytest.raises(OfferClosedError):
        offers.answer_offer(offer.id, False, DeclineReason.ILL, "", MEMBER, now())
    assert offer.state is OfferState.ACCEPTED


def test_decline_asks_the_next_in_rank_and_keeps_the_history() -> None:
    near, far = make_member("가까운이"), make_member("먼이", home=FAR)
    visit = booked()
    first = visit.assignments[0].offers[0]
    assert first.member_id == near.id
    changes = offers.answer_offer(first.id, False, DeclineReason.TOO_FAR, " 멀어요 ", MEMBER, now())
    assert history(visit) == [(near.id, "declined"), (far.id, "offered")]
    assert (first.decline_reason, first.decline_note) == (DeclineReason.TOO_FAR, "멀어요")
    assert [offer.rank for offer in changes.offered] == [2]
    assert visit.assignments[0].member is not None
    assert visit.assignments[0].member.id == far.id


def test_nobody_left_is_the_coordinators_list() -> None:
    make_member()
    visit = booked()
    offers.answer_offer(visit.assignments[0].offers[0].id, False, DeclineReason.ILL, "", MEMBER, now())
    assert visit.assignments[0].state is AssignmentState.OPEN
    assert visit.assignments[0].member_id is None
    assert visit.state is VisitState.BOOKED


def test_nobody_is_asked_twice_for_the_same_promise() -> None:
    members = {make_member().id for _ in range(3)}
    visit = booked()
    for _ in range(5):
        open_offers = [o for o in visit.assignments[0].offers if o.state is OfferState.OFFERED]
        if not open_offers:
            break
        offers.answer_offer(open_offers[0].id, False, DeclineReason.OTHER, "", MEMBER, now())
    assert sorted(member for member, _ in history(visit)) == sorted(members)


def test_silence_for_half_an_hour_asks_the_next(clock: Clock, session: scoped_session[Session]) -> None:
    near, far = make_member(), make_member(home=FAR)
    visit = booked()
    session.commit()
    clock.advance(minutes=29)
    assert flow.expire_offers(now()) == 0
    clock.advance(minutes=1)
    assert flow.expire_offers(now()) == 1
    assert history(visit) == [(near.id, "expired"), (far.id, "offered")]
    clock.advance(minutes=31)
    flow.expire_offers(now())
    assert visit.assignments[0].state is AssignmentState.OPEN
    assert flow.expire_offers(now()) == 0


def test_answer_just_before_the_tick_holds(clock: Clock) -> None:
    make_member()
    visit = booked()
    offer = visit.assignments[0].offers[0]
    clock.advance(minutes=40)
    offers.answer_offer(offer.id, True, None, "", MEMBER, now())
    assert offers.expire(offer.id, now()).offered == []
    assert offer.state is OfferState.ACCEPTED


def test_answer_after_the_offer_went_on_comes_too_late(clock: Clock) -> None:
    make_member()
    visit = booked()
    offer = visit.assignments[0].offers[0]
    clock.advance(minutes=40)
    offers.expire(offer.id, now())
    with pytest.raises(OfferClosedError) as closed:
        offers.answer_offer(offer.id, True, None, "", MEMBER, now())
    assert closed.value.state is OfferState.EXPIRED


def test_second_of_a_team_is_replaced_without_moving_the_start() -> None:
    make_member("담당"), make_member("함께", skills=()), make_member("다음", skills=())
    request = make_request()
    request.items[0].team_size = 2
    visit = booked(request)
    start = visit.start
    second = next(place for place in visit.assignments if place.role is TeamRole.SECOND)
    offers.answer_offer(second.offers[0].id, False, DeclineReason.ILL, "", MEMBER, now())
    assert second.state is AssignmentState.OFFERED
    assert visit.start == start


def test_offer_of_a_visit_called_off_cannot_be_taken(session: scoped_session[Session]) -> None:
    visit = make_visit(members=[make_member()], accepted=False, state=VisitState.CANCELLED)
    offer = session.scalars(select(Offer)).one()
    with pytest.raises(OfferClosedError):
        offers.answer_offer(offer.id, True, None, "", MEMBER, now())
    assert visit.state is VisitState.CANCELLED


def test_expiry_keeps_to_office_hours(clock: Clock) -> None:
    make_member()
    clock.advance(hours=9)  # 19:00 in Seoul
    visit = booked()
    assert visit.assignments[0].offers[0].expires_at - now() >= timedelta(hours=14)
