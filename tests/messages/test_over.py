"""What is over is nobody's work: a visit that has ended, an offer that has, a day that has gone by."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from handyman import flow
from handyman.extensions import db, now, transaction
from handyman.messages import announce
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    DeclineReason,
    Message,
    MessageKind,
    Offer,
    OfferState,
)
from handyman.words import at_minute, seoul_day
from tests.conftest import Clock
from tests.factories import make_member, make_message, make_request, make_resident, make_visit
from tests.messages.test_kept_for_a_call import finish
from tests.messages.test_on_a_list import listed, undelivered
from tests.messages.test_stays_in_sight import silent
from tests.messages.test_told_as_it_is import BLOCKED, OFF, cancel, of, offered

K = MessageKind
pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.parametrize("called_off", [True, False])
def test_nothing_of_a_visit_that_has_ended_is_left_on_the_list(called_off: bool) -> None:
    member, resident = make_member(), make_resident()
    resident.person.opens_pages = True
    visit = make_visit(make_request(resident), start=now() + timedelta(hours=2), members=[member])
    announce.booked(visit, now())
    news = make_message(member, K.MEMBER_PARTNER, visit)
    for each in (of(K.RESIDENT_PAGE), news):
        undelivered(each, BLOCKED)
    assert len(listed(now())) == 2
    if called_off:
        cancel(visit)
    else:
        finish(visit, member)
    assert not listed(now()) & {of(K.RESIDENT_PAGE).id, news.id}


def says_no(offer: Offer, _clock: Clock) -> None:
    by = Actor(ActorKind.MEMBER, offer.member_id)
    flow.answer_offer(offer.id, False, DeclineReason.OTHER, "", by, now())


def says_nothing(_offer: Offer, clock: Clock) -> None:
    clock.advance(minutes=61)
    flow.expire_offers(now())


@pytest.mark.parametrize("ends", [says_no, says_nothing])
def test_where_a_job_is_need_not_be_told_to_who_is_not_asked_any_more(
    ends: Callable[[Offer, Clock], None], clock: Clock
) -> None:
    offer, text = offered()
    silent(text)
    clock.advance(minutes=5)
    with transaction():
        announce.elsewhere(offer.assignment.visit, now())
    place = of(K.MEMBER_MOVED)
    undelivered(place, OFF)
    assert place.id in listed(now())
    ends(offer, clock)
    assert place.id not in listed(now())


def test_who_could_not_come_in_is_rung_on_the_next_day_at_the_latest(
    client: FlaskClient, clock: Clock
) -> None:
    make_member("박수리", phone="+821023456789")
    client.post("/my/code", data={"phone": "010-2345-6789"})
    code = db.session.scalars(select(Message)).one()
    silent(code)
    clock.set(at_minute(seoul_day(now()) + timedelta(days=1), 23 * 60 + 59))
    flow.tick(now())
    assert listed(now()) == {code.id}
    clock.advance(minutes=1)
    flow.tick(now())
    assert listed(now()) == set()


def test_whoever_goes_no_more_need_not_hear_who_else_does() -> None:
    visit = make_visit(members=[make_member()], start=now() + timedelta(days=2))
    place, offer = visit.assignments[0], visit.assignments[0].offers[0]
    assert place.member
    news = make_message(place.member, K.MEMBER_PARTNER, visit)
    undelivered(news, OFF)
    assert news.id in listed(now())
    with transaction():
        place.member, place.state, offer.state = None, AssignmentState.OPEN, OfferState.WITHDRAWN
        announce.withdrawn(offer, now())
    assert news.id not in listed(now())
