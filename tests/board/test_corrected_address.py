"""An address is put right while visits to it are promised."""

import re
import threading
from collections.abc import Callable
from contextvars import Context
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.locking import lock_visit
from handyman.extensions import now, transaction
from handyman.intake.call import Where
from handyman.messages import announce
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    DeclineReason,
    Grade,
    Message,
    MessageKind,
    MessageState,
    OfferState,
    Visit,
    VisitState,
)
from handyman.residents import file
from handyman.residents.place import Place
from tests.conftest import Clock
from tests.factories import make_member, make_request, make_user, make_visit

OPERATOR = Actor(ActorKind.USER, 1)
FOUND = Place(
    said="상도로 1",
    label="서울특별시 동작구 상도로 1",
    place_key="상도로1",
    lat=37.5,
    lon=126.9,
    grade=Grade.BUILDING,
)
NOWHERE = replace(FOUND, place_key="", lat=None, lon=None, grade=Grade.NONE)


def test_a_promised_visit_is_not_sent_nowhere(
    client: FlaskClient, sign_in: Callable[..., object], session: scoped_session[Session]
) -> None:
    visit = make_visit(members=[make_member()])
    request, before = visit.items[0].request_item.request, visit.address.label
    sign_in("operator")
    form = {"address": "없는 곳 어딘가", "do": "save"}
    answer = client.post(f"/requests/{request.number}/place", data=form)
    session.expire_all()
    assert answer.status_code == 422
    assert "방문이 약속되어 있습니다" in answer.text
    assert "없는 곳 어딘가" in answer.text
    assert (visit.address.label, visit.address.located) == (before, True)


@pytest.mark.usefixtures("session")
def test_only_what_is_not_under_way_and_of_this_request_goes_to_the_new_place() -> None:
    request = make_request()
    begun = make_visit(request, members=[make_member()])
    begun.state = VisitState.ON_THE_WAY
    neighbour = make_visit(make_request(request.resident))
    old = request.address
    file.correct_address(request, FOUND, OPERATOR, now())
    assert request.address.place_key == FOUND.place_key
    assert (begun.address, neighbour.address) == (old, old)
    for vague in (NOWHERE, replace(FOUND, place_key="상도로", grade=Grade.ROAD)):
        with pytest.raises(file.NowhereError):
            file.correct_address(request, vague, OPERATOR, now())


def test_who_corrects_an_address_hears_of_the_visit_that_was_planned_for_the_old_one(
    client: FlaskClient, sign_in: Callable[..., object], session: scoped_session[Session]
) -> None:
    visit = make_visit(members=[make_member()], accepted=False)
    offer = visit.assignments[0].offers[0]
    offer.reasons = [["nearest", {"minutes": 15}]]
    request = visit.items[0].request_item.request
    sign_in("operator")
    page = client.get(f"/requests/{request.number}/place").text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    form = {"address": "사당로29길 58-3", "do": "save", "seen": seen[1]}
    saved = client.post(f"/requests/{request.number}/place", data=form, follow_redirects=True).text
    assert f"방문 {visit.number}: 예전 위치로 잡은 약속입니다" in saved
    assert f'<a href="/visits/{visit.id}">방문 보기</a>' in saved
    assert "신청: 주소를 고침" in saved
    session.expire_all()
    assert offer.reasons == []
    late = client.post(f"/requests/{request.number}/place", data=form | {"address": "상도로 369"})
    assert late.status_code == 422
    assert re.search(r"그 사이에 \w+ 님이 바꾸었습니다", late.text)
    assert "상도로 369" in late.text
    session.expire_all()
    assert request.address.said == "사당로29길 58-3"


def lost_visit() -> Visit:
    """A visit whose address has no point any more."""
    visit = make_visit(members=[make_member()], accepted=False)
    make_member("둘째")
    visit.address.lat = visit.address.lon = None
    return visit


def test_a_no_to_a_place_without_a_point_is_heard(session: scoped_session[Session]) -> None:
    visit = lost_visit()
    offer = visit.assignments[0].offers[0]
    session.commit()
    by = Actor(ActorKind.MEMBER, offer.member_id)
    flow.answer_offer(offer.id, False, DeclineReason.ILL, "", by, now())
    assert (offer.state, visit.assignments[0].state) == (OfferState.DECLINED, AssignmentState.OPEN)


def test_an_offer_to_a_place_without_a_point_ends(session: scoped_session[Session], clock: Clock) -> None:
    visit = lost_visit()
    session.commit()
    clock.advance(hours=3)
    assert (flow.expire_offers(now()), flow.expire_offers(now())) == (1, 0)
    assert visit.assignments[0].state is AssignmentState.OPEN


@pytest.mark.usefixtures("any_database")
def test_a_correction_waits_for_whoever_plans_that_day(app: Flask, session: scoped_session[Session]) -> None:
    visit = make_visit(members=[make_member()])
    visit_id, request_id = visit.id, visit.items[0].request_item.request_id
    make_user()
    session.commit()
    session.rollback()
    held, corrected, waited = threading.Event(), threading.Event(), list[bool]()

    def plan() -> None:
        with app.app_context(), transaction():
            lock_visit(visit_id)
            held.set()
            waited.append(not corrected.wait(1))

    def correct() -> None:
        held.wait(10)
        with app.app_context():
            flow.correct_address(request_id, Where("상도로 102", "", ""), OPERATOR, now())
        corrected.set()

    threads = [threading.Thread(target=Context().run, args=(work,)) for work in (plan, correct)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (waited, corrected.is_set()) == ([True], True)


@pytest.mark.parametrize("accepted", [True, False])
def test_the_team_hears_when_the_dong_they_know_is_no_longer_true(
    session: scoped_session[Session], accepted: bool
) -> None:
    visit = make_visit(members=[make_member()], accepted=accepted)
    announce.offered(visit.assignments[0].offers[0], now())
    offered = session.scalars(select(Message)).one()
    offered.state = MessageState.DELIVERED
    session.commit()
    request_id = visit.items[0].request_item.request_id
    flow.correct_address(request_id, Where("사당로29길 58-3"), OPERATOR, now())
    told = session.scalars(select(Message).where(Message.kind == MessageKind.MEMBER_MOVED)).one()
    assert told.body.startswith("새곳 ")
    assert visit.address.dong in told.body
    assert visit.address.dong != "상도1동"


def test_the_same_dong_is_not_told_again(session: scoped_session[Session]) -> None:
    visit = make_visit(members=[make_member()])
    file.correct_address(visit.items[0].request_item.request, FOUND, OPERATOR, now())
    session.commit()
    visit.address.haengjeong_dong = flow.locate(Where("상도로 102")).place.haengjeong_dong
    session.commit()
    flow.correct_address(visit.items[0].request_item.request_id, Where("상도로 102"), OPERATOR, now())
    assert session.scalars(select(Message)).all() == []
