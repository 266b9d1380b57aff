"""What the page of a plan says of whom it tells is what is written when the plan is taken."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.plans.stored import read_proposed, write_proposed
from handyman.extensions import now
from handyman.messages import outbox
from handyman.messages.gateways import ScreenGateway
from handyman.messages.moments import stamp
from handyman.models import Actor, ActorKind, Member, Message, MessageKind, MessageState, PlanRun, Visit
from tests.board.plans.makers import plan_for_ill, plan_tomorrow, promised, tomorrow
from tests.conftest import Clock
from tests.factories import make_item, make_member, make_message, make_request

Db = scoped_session[Session]
K, S = MessageKind, MessageState
pytestmark = pytest.mark.settings(PLAN_DAY_SECONDS="0", PLAN_WEEK_SECONDS="0")


@pytest.fixture
def desk(client: FlaskClient, sign_in: Callable[..., Any]) -> FlaskClient:
    sign_in("coordinator")
    return client


def said(desk: FlaskClient, run: PlanRun) -> str:
    return " ".join(desk.get(f"/plans/{run.id}").text.split())


def waiting(session: Db, kind: MessageKind, to: Member) -> list[Message]:
    query = select(Message).where(Message.kind == kind, Message.recipient_id == to.id)
    return list(session.scalars(query.where(Message.state == S.PENDING)))


def starts_later(session: Db, visit: Visit) -> PlanRun:
    """A plan by which the visit starts an hour later."""
    run = plan_tomorrow()
    proposed = read_proposed(run.proposed or {})
    held = proposed.visits[visit.id]
    run.proposed = write_proposed(
        replace(proposed, visits={visit.id: replace(held, start=held.start + 60, agreed=())})
    )
    session.commit()
    return run


def test_whoever_was_reminded_of_another_start_is_named_and_told_at_once(
    desk: FlaskClient, session: Db, clock: Clock
) -> None:
    well = make_member("이사랑")
    visit = promised("14:00", [well])
    key = f"visit:{visit.id}:reminder:{well.id}:{stamp(visit.start)}"
    make_message(well, K.MEMBER_REMINDER, visit, dedupe_key=key, state=S.DELIVERED)
    run = starts_later(session, visit)
    named = "이사랑 님께 새 시작을 바로 알립니다"
    assert f"알릴 것: {named}</p>" in said(desk, run)
    clock.advance(seconds=1)
    desk.post(f"/plans/{run.id}/take")
    [reminder] = waiting(session, K.MEMBER_REMINDER, well)
    assert reminder.due_at <= now() + timedelta(minutes=5)
    clock.set(reminder.due_at)
    outbox.send_due(ScreenGateway(), now)
    assert waiting(session, K.MEMBER_REMINDER, well) == []
    assert f"알린 것: {named}</p>" in said(desk, run)


def test_whose_reminder_has_not_left_hears_the_new_start_in_it(desk: FlaskClient, session: Db) -> None:
    well = make_member("이사랑")
    visit = promised("14:00", [well])
    run = starts_later(session, visit)
    assert "알릴 것: 방문 전 알림에 새 시작을 씁니다</p>" in said(desk, run)
    desk.post(f"/plans/{run.id}/take")
    [reminder] = waiting(session, K.MEMBER_REMINDER, well)
    session.refresh(visit)
    assert reminder.due_at == visit.start - timedelta(hours=1)


@pytest.mark.parametrize("mate_first", [True, False])
@pytest.mark.parametrize("smartphone", [True, False])
def test_the_other_of_a_team_is_named_and_told_whoever_said_yes_first(
    desk: FlaskClient, session: Db, clock: Clock, mate_first: bool, smartphone: bool
) -> None:
    ill, mate = make_member("박수리"), make_member("이사랑", skills=[], smartphone=smartphone)
    make_member("최고침")
    request = make_request(items=[make_item(team_size=2)])
    visit = promised("14:00", [ill, mate], accepted=False, request=request)
    asked = [place.offers[0] for place in visit.assignments]
    for offer in asked:
        offer.expires_at = now() + timedelta(hours=5)
    session.commit()
    for offer in reversed(asked) if mate_first else asked:
        clock.advance(minutes=1)
        flow.answer_offer(offer.id, True, None, "", Actor(ActorKind.MEMBER, offer.member_id), now())
        outbox.send_due(ScreenGateway(), now)
    clock.advance(minutes=1)
    run = plan_for_ill(ill, tomorrow())
    assert "이사랑 님께 함께 갈 분이 못 간다고 알립니다" in said(desk, run)
    before = {each.id for each in waiting(session, K.MEMBER_PARTNER, mate)}
    desk.post(f"/plans/{run.id}/take")
    new = [each for each in waiting(session, K.MEMBER_PARTNER, mate) if each.id not in before]
    assert ["박수리 님은 못 갑니다" in each.body for each in new] == [True]
