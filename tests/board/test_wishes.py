"""Wishes of members and residents: written on the visit's page, kept by the call, by hand and by the plan."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.board import days, needs, offers
from handyman.board.assign import assign
from handyman.board.move import move
from handyman.board.needs import promise
from handyman.board.plans import facts, waiting
from handyman.board.propose import Choice
from handyman.board.refusals import GuardError
from handyman.dispatch.problem import ExclusionCode
from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    AuditEntry,
    Member,
    OfferState,
    Role,
    ServiceDay,
    TeamRole,
    User,
    Visit,
    VisitingWish,
    WishKind,
)
from handyman.words import seoul_day
from tests.factories import make_item, make_member, make_request, make_request_item, make_visit, make_wish

DB = scoped_session[Session]


@pytest.fixture
def coordinator(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def visit(session: DB) -> Visit:
    return make_visit(members=[make_member("먼저이")])


def wish(client: FlaskClient, visit: Visit, member: Member, kind: str = "must_not", **typed: str) -> Any:
    words = {"wish_member": str(member.id), "wish": kind, "wished_by": "resident", **typed}
    return client.post(f"/visits/{visit.id}/wishes", data=words, follow_redirects=True)


@pytest.mark.usefixtures("coordinator")
def test_a_wish_is_shown_logged_and_taken_away(client: FlaskClient, session: DB, visit: Visit) -> None:
    member = make_member("새사람")
    page = wish(client, visit, member, wish_note=" 목소리가\r\n크셔서 ").text
    assert "가면 안 됨" in page
    assert "목소리가 크셔서" in page
    assert "이 댁에는 가지 않기로 적혀 있습니다" in page
    row = session.scalars(select(VisitingWish)).one()
    path, seen = f"/visits/{visit.id}/wishes/{row.id}/remove", {"seen": row.mark}
    assert f'value="{row.mark}"' in page
    entry = session.scalars(select(AuditEntry).where(AuditEntry.entity == "visiting_wishes")).one()
    assert (entry.moved_to, entry.why) == ("must_not", "resident")
    assert visit.resident.person.name in client.get(f"/members/{member.id}/edit").text
    page = client.post(path, data=seen, follow_redirects=True).text
    assert "적어 둔 바람이 없습니다" in page
    assert "이 댁에는 가지 않기로" not in page
    assert "지운 것이 없습니다" in client.post(path, data=seen, follow_redirects=True).text


@pytest.mark.usefixtures("coordinator")
def test_one_partys_wish_takes_the_place_of_its_own_and_not_of_the_others(
    client: FlaskClient, session: DB, visit: Visit
) -> None:
    member = make_member("새사람")
    wish(client, visit, member)
    wish(client, visit, member, "rather", wished_by="member")
    assert needs.job_of_visit(visit, None).must_not_member_ids == {member.id}
    assert needs.job_of_visit(visit, None).rather_member_ids == frozenset()
    page = wish(client, visit, member, "rather_not").text
    assert "전에 적은 ‘가면 안 됨’ 대신입니다" in page
    session.expire_all()
    assert [row.wish for row in session.scalars(select(VisitingWish).order_by(VisitingWish.id))] == [
        WishKind.RATHER_NOT,
        WishKind.RATHER,
    ]
    about = needs.job_of_visit(visit, None)
    assert about.must_not_member_ids == about.rather_member_ids == frozenset()
    assert about.rather_not_member_ids == {member.id}


@pytest.mark.usefixtures("coordinator")
def test_a_wish_holds_for_everybody_who_lives_there(client: FlaskClient, session: DB, visit: Visit) -> None:
    member = make_member("새사람")
    wish(client, visit, member)
    spouse = make_request().resident
    spouse.household = visit.resident.household
    other = make_visit(make_request(resident=spouse), members=[make_member("둘째")])
    session.flush()
    assert needs.job_of_visit(other, None).must_not_member_ids == {member.id}
    [promised] = [one for one in facts.load([other.day], now()).visits if one.id == other.id]
    assert promised.wishes.must_not == {member.id}
    roster = days.load([other.day], changeable=True)
    [stop] = [stop for day in roster.days[other.day] for stop in day.stops if stop.visit_id == other.id]
    assert stop.must_not_member_ids == {member.id}
    page = client.get(f"/visits/{other.id}").text
    assert visit.resident.person.name in page.split("이 댁과 조합원")[1]
    [row] = session.scalars(select(VisitingWish))
    client.post(f"/visits/{other.id}/wishes/{row.id}/remove", data={"seen": row.mark})
    assert session.scalars(select(VisitingWish)).all() == []


@pytest.mark.usefixtures("coordinator")
def test_only_the_wish_that_was_seen_is_taken_away(client: FlaskClient, session: DB, visit: Visit) -> None:
    member = make_member("새사람")
    wish(client, visit, member, "rather")
    [row] = session.scalars(select(VisitingWish))
    seen, path = row.mark, f"/visits/{visit.id}/wishes/{row.id}/remove"
    wish(client, visit, member)
    page = client.post(path, data={"seen": seen}, follow_redirects=True).text
    assert "그사이 바람이 바뀌어 지우지 않았습니다" in page
    elsewhere = make_visit()
    page = client.post(
        f"/visits/{elsewhere.id}/wishes/{row.id}/remove", data={"seen": row.mark}, follow_redirects=True
    ).text
    assert "지운 것이 없습니다" in page
    session.expire_all()
    assert [row.wish for row in session.scalars(select(VisitingWish))] == [WishKind.MUST_NOT]


@pytest.mark.usefixtures("coordinator")
def test_nobody_who_left_gets_a_wish(client: FlaskClient, session: DB, visit: Visit) -> None:
    member = make_member("간이", active=False)
    assert "조합원을 골라 주십시오." in wish(client, visit, member).text
    assert session.scalars(select(VisitingWish)).all() == []


@pytest.mark.usefixtures("coordinator")
def test_who_is_asked_about_it_and_must_not_go_is_asked_no_longer(client: FlaskClient, session: DB) -> None:
    asked, other = make_member("물은이"), make_member("다음이")
    visit = make_visit(members=[asked], accepted=False)
    offer = visit.assignments[0].offers[0]
    page = wish(client, visit, asked).text
    assert "물어본 방문 1건은 다음 사람에게 묻습니다" in page
    assert "더 물어볼 사람이 없습니다" not in page
    session.expire_all()
    assert offer.state is OfferState.WITHDRAWN
    assert visit.assignments[0].member_id == other.id
    assert visit.assignments[0].state is AssignmentState.OFFERED


@pytest.mark.usefixtures("session")
def test_no_yes_of_somebody_who_must_not_go_is_taken() -> None:
    """Whoever was asked before the rule was known here."""
    asked, other = make_member("물은이"), make_member("다음이")
    visit = make_visit(members=[asked], accepted=False)
    offer = visit.assignments[0].offers[0]
    make_wish(visit, asked)
    seen = Actor(ActorKind.MEMBER, asked.id)
    with pytest.raises(GuardError) as caught:
        assign(visit.id, TeamRole.LEAD, asked.id, seen, now(), agreed=True)
    assert [ground.code for ground in caught.value.grounds] == [ExclusionCode.MUST_NOT]
    changes = offers.answer_offer(offer.id, True, None, "", seen, now())
    assert offer.state is OfferState.WITHDRAWN
    assert [one.member_id for one in changes.offered] == [other.id]
    assert changes.accepted == []


def test_the_start_of_a_visit_held_against_a_wish_is_not_moved(visit: Visit) -> None:
    holder = visit.assignments[0].member
    assert holder is not None
    make_wish(visit, holder)
    with pytest.raises(GuardError) as caught:
        move(
            visit.id,
            Choice(visit.day, promise(visit).start, promise(visit).end),
            promise(visit).start + 30,
            Actor(ActorKind.USER, 1),
            now(),
        )
    assert [ground.code for ground in caught.value.grounds] == [ExclusionCode.MUST_NOT]


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"wish_member": ""}, "조합원을 골라 주십시오."),
        ({"wish_member": "999999"}, "조합원을 골라 주십시오."),
        ({"wish_member": "9" * 40}, "조합원을 골라 주십시오."),
        ({"wish_member": "9" * 5_000}, "조합원을 골라 주십시오."),
        ({"wish": "never"}, "갈지 말지를 골라 주십시오."),
        ({"wished_by": "dog"}, "누구의 바람인지 골라 주십시오."),
        ({"wish_note": "가" * 201}, "200자까지 적을 수 있습니다."),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(
    client: FlaskClient, session: DB, visit: Visit, typed: dict[str, str], sentence: str
) -> None:
    words = {"wish_member": str(make_member("새사람").id), "wish": "rather", "wished_by": "resident"}
    answer = client.post(f"/visits/{visit.id}/wishes", data={**words, "wish_note": "어르신 조카", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed.get("wish_note", "어르신 조카") in answer.text
    assert session.scalars(select(VisitingWish)).all() == []


def test_an_operator_reads_and_does_not_write(
    client: FlaskClient, visit: Visit, sign_in: Callable[..., User]
) -> None:
    sign_in(Role.OPERATOR)
    assert client.post(f"/visits/{visit.id}/wishes", data={}).status_code == 403
    page = client.get(f"/visits/{visit.id}").text
    assert "이 댁과 조합원" in page
    assert f"/visits/{visit.id}/wishes" not in page


@pytest.mark.usefixtures("coordinator")
def test_who_must_not_go_is_offered_nothing_and_not_put_in_by_hand(
    client: FlaskClient, session: DB, visit: Visit
) -> None:
    member = make_member("새사람")
    before = session.get(ServiceDay, visit.day)
    version = before.version if before else 0
    wish(client, visit, member)
    seen = client.get(f"/visits/{visit.id}").text.split('name="seen" value="')[1].split('"')[0]
    words = {"role": "lead", "member": member.id, "override_reason": "resident_wish", "seen": seen}
    answer = client.post(f"/visits/{visit.id}/assign", data=words)
    assert answer.status_code == 422
    assert "이 댁에는 가지 않기로 적혀 있습니다" in answer.text
    assert member.id in needs.job_of_visit(visit, None).must_not_member_ids
    session.expire_all()
    assert session.get_one(ServiceDay, visit.day).version > version


@pytest.mark.usefixtures("coordinator")
def test_a_visit_held_against_a_wish_is_told(client: FlaskClient, visit: Visit) -> None:
    holder = visit.assignments[0].member
    assert holder is not None
    assert "이미 맡은 방문이 1건 있습니다" in wish(client, visit, holder).text
    assert "가지 않기로 적힌 조합원입니다" in client.get(f"/visits/{visit.id}").text
    listed = client.get("/work").text.split("가면 안 되는 조합원이 맡음")[1]
    assert visit.resident.person.name in listed.split("</section>")[0]


@pytest.mark.usefixtures("coordinator")
def test_call_and_plan_are_told_of_every_wish(client: FlaskClient, visit: Visit) -> None:
    never, gladly, unwillingly = (make_member(name) for name in ("안돼", "좋아", "글쎄"))
    for member, kind in ((never, "must_not"), (gladly, "rather"), (unwillingly, "rather_not")):
        wish(client, visit, member, kind)
    roster = days.load([visit.day], changeable=True)
    stop = next(stop for day in roster.days[visit.day] for stop in day.stops)
    for about in (stop.job, needs.job_of_visit(visit, None)):
        assert never.id in about.must_not_member_ids
        assert about.rather_member_ids == {gladly.id}
        assert about.rather_not_member_ids == {unwillingly.id}
    [promised] = facts.load([visit.day], now()).visits
    assert (promised.wishes.must_not, promised.wishes.rather) == ({never.id}, {gladly.id})


@pytest.mark.usefixtures("session")
def test_what_guards_against_a_fall_goes_before_whoever_waits() -> None:
    rail, lamp = make_item("handrail", fall_risk=True), make_item("lamp")
    against_falls, usual = make_request(), make_request()
    make_request_item(against_falls, rail)
    make_request_item(usual, lamp)
    at = now()
    known = facts.load([seoul_day(at)], at)
    priorities = {one.id: one.priority for one in waiting.load(known, at)}
    assert priorities[against_falls.id] == priorities[usual.id] + 14


@pytest.mark.usefixtures("coordinator")
def test_where_nobody_is_left_to_ask_it_says_so(client: FlaskClient) -> None:
    asked = make_member("물은이")
    visit = make_visit(members=[asked], accepted=False)
    page = wish(client, visit, asked).text
    assert "물어본 방문 1건은 더 물어볼 사람이 없습니다" in page
    assert "다음 사람에게 묻습니다" not in page
    assert "가면 안 되는 조합원이 맡음" not in client.get("/work").text
