"""A plan that was taken goes back as a whole before anybody has heard of it, or says what is in the way."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.plans.runs import PlanClosedError
from handyman.board.plans.stored import ChangeKind
from handyman.board.plans.undo import Bar, SettledError
from handyman.board.work.count import count
from handyman.extensions import now
from handyman.messages import claims
from handyman.messages.moments import stamp
from handyman.models import (
    Absence,
    Actor,
    ActorKind,
    AuditEntry,
    CancelReason,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    PlanRun,
    PlanState,
    StandBy,
    Visit,
)
from handyman.words import seoul_day
from tests.board.plans.makers import FAR, at, coordinator, plan_for_ill, promised, tomorrow
from tests.board.plans.test_kept_places import keep
from tests.board.plans.test_taking import kinds
from tests.conftest import Clock
from tests.factories import add, make_item, make_member, make_message, make_request

Db = scoped_session[Session]
pytestmark = pytest.mark.settings(PLAN_DAY_SECONDS="0", PLAN_WEEK_SECONDS="0")


def asked(visit: Visit) -> None:
    """Everybody of the team has had the text by which they were asked."""
    for place in visit.assignments:
        if place.member is not None:
            key = f"offer:{place.offers[-1].id}:{stamp(visit.window_start)}"
            sent = {"state": MessageState.DELIVERED, "created_at": now() - timedelta(hours=2)}
            make_message(place.member, MessageKind.MEMBER_OFFER, visit, dedupe_key=key, **sent)


def stands(session: Db) -> list[Any]:
    """Who has what, when, and whether they have said yes; who rests, who waits to be called."""
    session.commit()
    session.expire_all()
    visits = session.scalars(select(Visit).order_by(Visit.id)).all()
    teams = [[(place.member_id, place.state.value) for place in visit.assignments] for visit in visits]
    times = [(visit.state.value, visit.start) for visit in visits]
    rests = session.scalars(select(Absence.member_id)).all()
    waits = session.scalars(select(StandBy.member_id)).all()
    return [teams, times, rests, waits]


def leaving(session: Db) -> list[MessageKind]:
    session.commit()
    claims.claim_due(now(), "", 100)
    session.commit()
    wanted = select(Message).where(Message.state == MessageState.SENDING).order_by(Message.id)
    return [each.kind for each in session.scalars(wanted)]


@pytest.mark.usefixtures("any_database")
def test_undone_everything_stands_as_it_stood_and_nobody_hears(session: Db, clock: Clock) -> None:
    ill, mate = (
        make_member("박수리", skills=["electric", "rail", "drill"]),
        make_member("이사랑", skills=["rail"]),
    )
    waits = make_member("최대기")
    add(StandBy(member_id=waits.id, day=tomorrow()))
    rail = make_request(items=[make_item("rail", skills=["rail"], team_size=2)])
    visits = [
        promised("09:00", [ill]),
        promised("13:00", [ill], accepted=False, point=FAR),
        promised("15:00", [ill, mate], request=rail),
        promised("11:00", [ill], request=make_request(items=[make_item("drill", skills=["drill"])])),
    ]
    for visit in visits:
        asked(visit)
    by, before, due = coordinator(), stands(session), count(now())
    run = plan_for_ill(ill, tomorrow(), by)
    assert sorted(set(kinds(run).values())) == [ChangeKind.CALL, ChangeKind.PEOPLE]
    flow.take_plan(run.id, by, now())
    taken = stands(session)
    assert (taken[2], taken[3]) == ([ill.id], [])
    assert count(now()) != due, "somebody has to be called"
    clock.advance(seconds=50)
    assert leaving(session) == [], "it may still be undone"
    flow.undo_plan(run.id, by, now())
    assert stands(session) == before
    assert count(now()) == due
    offers = session.scalars(select(Offer).where(Offer.member_id == waits.id))
    assert {offer.state for offer in offers} == {OfferState.WITHDRAWN}
    clock.advance(hours=1)
    assert [kind for kind in leaving(session) if kind is not MessageKind.MEMBER_REMINDER] == []
    log = session.scalars(select(AuditEntry).where(AuditEntry.entity == "plan_runs").order_by(AuditEntry.id))
    assert [(each.moved_to, each.actor_id) for each in log][-2:] == [("taken", by.id), ("undone", by.id)]
    with pytest.raises(PlanClosedError):
        flow.undo_plan(run.id, by, now())


def test_a_start_that_was_changed_goes_back_too(session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    promised("10:00", [ill])
    promised("10:00", [well])
    before, by = stands(session), coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    flow.take_plan(run.id, by, now())
    assert stands(session)[1] != before[1]
    flow.undo_plan(run.id, by, now())
    assert stands(session) == before


def test_who_never_heard_of_it_may_be_asked_again(session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [ill], accepted=False)
    asked(visit)
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    flow.take_plan(run.id, by, now())
    flow.undo_plan(run.id, by, now())
    offer = session.scalars(select(Offer.id).where(Offer.state == OfferState.OFFERED)).one()
    session.commit()
    flow.answer_offer(offer, False, None, "", Actor(ActorKind.MEMBER, ill.id), now())
    assert stands(session)[0] == [[(well.id, "offered")]]


def test_a_day_off_that_was_known_before_stays(session: Db) -> None:
    ill = make_member("박수리")
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    flow.log_absence(ill.id, tomorrow(), tomorrow(), "other", by, now())  # type: ignore[arg-type]
    flow.take_plan(run.id, by, now())
    flow.undo_plan(run.id, by, now())
    assert stands(session)[2] == [ill.id]


def told(session: Db, run: PlanRun, by: Actor, clock: Clock) -> Bar:
    clock.advance(seconds=70)
    assert leaving(session)
    return Bar.LEFT


def resident_told(session: Db, run: PlanRun, by: Actor, clock: Clock) -> Bar:
    """A text that was due anyway has named who comes."""
    visit = session.scalars(select(Visit)).one()
    earlier = now() - timedelta(hours=1)
    make_message(
        visit.resident.person, MessageKind.RESIDENT_DAY_BEFORE, visit, created_at=earlier, due_at=now()
    )
    assert leaving(session) == [MessageKind.RESIDENT_DAY_BEFORE]
    return Bar.LEFT


def answered(session: Db, run: PlanRun, by: Actor, clock: Clock) -> Bar:
    """By a link that they had before."""
    offer = session.scalars(select(Offer).where(Offer.state == OfferState.OFFERED)).one()
    who = Actor(ActorKind.MEMBER, offer.member_id)
    offer_id = offer.id
    session.commit()
    flow.answer_offer(offer_id, True, None, "", who, now())
    return Bar.CHANGED


def called_off(session: Db, run: PlanRun, by: Actor, clock: Clock) -> Bar:
    visit_id = session.scalars(select(Visit.id)).one()
    session.commit()
    flow.cancel_visit(visit_id, CancelReason.RESIDENT_AWAY, by, now())
    return Bar.UNDER_WAY


def booked(session: Db, run: PlanRun, by: Actor, clock: Clock) -> Bar:
    """Into the time that has become free; somebody looked past the day off."""
    promised("10:00", [session.get_one(Member, run.member_id)])
    return Bar.FILLED


def kept(session: Db, run: PlanRun, by: Actor, clock: Clock) -> Bar:
    keep(session.get_one(Member, run.member_id), "10:00")
    return Bar.FILLED


@pytest.mark.parametrize("meanwhile", [told, resident_told, answered, called_off, booked, kept])
def test_what_is_in_the_way_is_told_and_nothing_goes_back(
    session: Db, clock: Clock, meanwhile: Callable[..., Bar]
) -> None:
    ill, _well = make_member("박수리"), make_member("이사랑")
    asked(promised("10:00", [ill]))
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    flow.take_plan(run.id, by, now())
    expected = meanwhile(session, run, by, clock)
    before = stands(session)
    with pytest.raises(SettledError) as refused:
        flow.undo_plan(run.id, by, now())
    assert {each.code for each in refused.value.obstacles} == {expected}
    assert stands(session) == before
    assert session.get_one(PlanRun, run.id).state is PlanState.TAKEN


def test_what_came_into_the_day_elsewhere_is_in_nobodys_way(session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [ill])
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    flow.take_plan(run.id, by, now())
    promised("15:00", [well])
    keep(well, "13:00")
    flow.undo_plan(run.id, by, now())
    assert stands(session)[0][0] == [(ill.id, "accepted")]
    assert visit.start == at(tomorrow(), "10:00")


def text(answer: Any) -> str:
    return " ".join(str(answer.get_data(as_text=True)).split())


def test_the_page_says_what_was_done_and_has_the_way_back(
    client: FlaskClient, session: Db, clock: Clock, sign_in: Callable[..., Any]
) -> None:
    sign_in("coordinator")
    ill, _well = make_member("박수리"), make_member("이사랑")
    visit = promised("14:00", [ill], seoul_day(now()))
    asked(visit)
    run = plan_for_ill(ill, seoul_day(now()))
    here = f"/plans/{run.id}"
    client.post(f"{here}/take")
    page = text(client.get(here))
    assert "사람이 바뀜 1건, 박수리 님의 쉬는 날을 적음." in page
    assert "문자는 오전 10시 1분에 나갑니다" in page
    assert 'data-key="Ctrl+KeyZ"' in page
    assert "방금 바꾼 계획: 되돌릴 수 있음" in text(client.get("/board"))
    assert client.post(f"{here}/undo").status_code == 303
    page = text(client.get(here))
    assert "모두 되돌렸습니다" in page
    assert re.search(r"김상담 님 · 이 계획대로 바꿈.*김상담 님 · 모두 되돌림", page)
    assert client.post(f"{here}/undo").status_code == 409
    again = plan_for_ill(ill, seoul_day(now()))
    client.post(f"/plans/{again.id}/take")
    clock.advance(seconds=70)
    leaving(session)
    part = text(client.get(f"/plans/{again.id}/taken", headers={"HX-Request": "true"}))
    assert "한 번에 되돌릴 수 없습니다" in part
    assert "data-key" not in part
    refused = client.post(f"/plans/{again.id}/undo")
    assert refused.status_code == 409
    for words in ("아무것도 바꾸지 않았습니다", "이사랑 님께 이미 알렸습니다", f'href="/visits/{visit.id}"'):
        assert words in text(refused)


def test_what_nobody_has_heard_is_called_told_by_no_page(
    client: FlaskClient, session: Db, clock: Clock, sign_in: Callable[..., Any]
) -> None:
    """Not even where somebody has changed a visit since, and the plan cannot be undone."""
    sign_in("coordinator")
    ill, _well = make_member("박수리"), make_member("이사랑")
    visit = promised("14:00", [ill], seoul_day(now()))
    asked(visit)
    run = plan_for_ill(ill, seoul_day(now()))
    client.post(f"/plans/{run.id}/take")
    session.expire_all()
    visit.start += timedelta(minutes=15)
    session.commit()
    for page in (text(client.post(f"/plans/{run.id}/undo")), text(client.get(f"/plans/{run.id}"))):
        assert "알릴 것" in page
        assert "알린 것" not in page
        assert "아직 아무에게도 알리지 않았습니다. 문자는 오전 10시 1분에 나갑니다." in page
    clock.advance(seconds=70)
    assert leaving(session)
    page = text(client.get(f"/plans/{run.id}"))
    assert "알린 것" in page
    assert "아직 아무에게도" not in page
