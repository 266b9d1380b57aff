"""A visit is moved from its own page, the number to ring beside the free windows, and goes back untold."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board import changeable, needs, wording
from handyman.board.plans import facts
from handyman.extensions import now, transaction
from handyman.messages import announce, claims, outbox
from handyman.messages.gateways import ScreenGateway
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    Member,
    Message,
    MessageKind,
    MessageState,
    Relation,
    Role,
    Suits,
    Visit,
    VisitState,
)
from handyman.words import minute_of_day
from tests.board.mending.makers import make_member, promised, put, tomorrow
from tests.board.mending.makers import undo as undo_put
from tests.board.plans.makers import FAR, NEAR, at, conflicts
from tests.conftest import Clock
from tests.factories import make_item, make_person, make_request, make_resident

DB = scoped_session[Session]
K, S = MessageKind, MessageState
Stands = tuple[Any, ...]


@pytest.fixture(autouse=True)
def coordinator(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.COORDINATOR)


def page_of(client: FlaskClient, visit: Visit) -> str:
    return client.get(f"/visits/{visit.id}").text


def windows_of(client: FlaskClient, visit: Visit) -> str:
    return client.get(f"/visits/{visit.id}/windows").text


def offered(page: str) -> list[str]:
    return re.findall(r'name="choice" id="choice-\d+" value="([^"]+)"', page)


def move(client: FlaskClient, visit: Visit, **typed: str) -> str:
    """To the first window that is offered, or as typed; gives the page after it."""
    page = windows_of(client, visit)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    form = typed or {"offered": "1", "choice": offered(page)[0]}
    answer = client.post(f"/visits/{visit.id}/move", data={"seen": seen, **form})
    assert answer.status_code == 303, answer.text
    return page_of(client, visit)


def undo(client: FlaskClient, visit: Visit, page: str) -> str:
    token = page.split('name="undo" value="')[1].split('"', maxsplit=1)[0]
    answer = client.post(f"/visits/{visit.id}/move/undo", data={"undo": token}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def stands(session: DB, visit: Visit) -> Stands:
    session.commit()
    visit = session.get_one(Visit, visit.id, populate_existing=True)
    session.expire(visit, ["assignments"])
    team = [(place.member_id, place.state) for place in visit.assignments]
    return visit.day, visit.window_start, visit.window_end, visit.start, visit.number, visit.state, team


def leaving(session: DB) -> list[tuple[MessageKind, int]]:
    """What would leave now."""
    session.commit()
    claims.claim_due(now(), "", 100)
    session.commit()
    wanted = select(Message).where(Message.state == S.SENDING).order_by(Message.id)
    return [(each.kind, each.recipient_id) for each in session.scalars(wanted)]


def told(visit: Visit) -> None:
    """The resident of the promise, and whoever is asked of the job."""
    with transaction():
        announce.booked(visit, now())
        for place in visit.assignments:
            for offer in place.offers:
                if place.state is AssignmentState.OFFERED:
                    announce.offered(offer, now())
                else:
                    announce.accepted(place, now())
    outbox.send_due(ScreenGateway(), now)


def waits(session: DB) -> Sequence[tuple[MessageKind, int, Any]]:
    """What is still to come: what, to whom, when."""
    session.commit()
    wanted = select(Message).where(Message.state.in_((S.PENDING, S.NEEDS_PERSON)))
    return sorted((each.kind, each.recipient_id, each.due_at) for each in session.scalars(wanted))


def test_the_number_to_ring_and_what_to_mind_stand_beside_the_free_windows(
    client: FlaskClient, session: DB
) -> None:
    visit = promised("10:00", [make_member("박수리")])
    visit.resident.care_note = "귀가 어두움"
    request, daughter = visit.items[0].request_item.request, make_person("김딸", phone="+821000000088")
    request.caller, request.relation = daughter, Relation.FAMILY
    session.commit()
    page = page_of(client, visit)
    number = visit.resident.person.phones[0].number
    for words in (
        f'href="/people/{visit.resident_id}"',
        f'href="tel:{number}"',
        'href="tel:+821000000088"',
        "귀가 어두움",
    ):
        assert words in page
    own = f"{tomorrow():%Y%m%d}-1000-1200"
    assert f'hx-get="/visits/{visit.id}/windows"' in page
    free = offered(windows_of(client, visit))
    assert len(free) == 6
    assert own not in free


def test_each_window_that_is_offered_can_be_had_by_whom_it_names(client: FlaskClient, session: DB) -> None:
    own, other = make_member("박수리"), make_member("이사랑")
    promised("14:00", [own])
    promised("09:00", [other])
    visit = promised("10:00", [own])
    session.commit()
    for key in offered(windows_of(client, visit)):
        page = windows_of(client, visit)
        named = page.split(f'value="{key}"')[1].split("<span>")[1].split(" · ")[0]
        undo(client, visit, move(client, visit, offered="1", choice=key))
        moved = move(client, visit, offered="1", choice=key)
        session.expire_all()
        assert [place.member.name for place in visit.assignments] == [named]
        undo(client, visit, moved)


def why_of(page: str, key: str) -> str:
    return page.split(f'value="{key}"')[1].split('<span class="soft">')[1].split("</span>", maxsplit=1)[0]


def test_the_reasons_beside_a_window_are_those_of_whom_it_names(client: FlaskClient, session: DB) -> None:
    own, knows = make_member("박수리", wished_minutes=1800), make_member("이사랑")
    home = make_resident()
    promised("09:00", [knows], tomorrow() - timedelta(days=7), request=make_request(home), state="finished")
    visit = promised("10:00", [own], request=make_request(home, suits_from=tomorrow()))
    session.commit()
    said = set()
    for key in offered(page := windows_of(client, visit)):
        moved = move(client, visit, offered="1", choice=key)
        session.expire_all()
        asked = visit.assignments[0].offers[-1]
        assert asked.member_id == own.id
        assert set(wording.sentences(asked.reasons)) <= set(why_of(page, key).split(" · "))
        said |= set(why_of(page, key).split(" · "))
        undo(client, visit, moved)
    assert {"가장 빠른 날입니다 (1일 뒤)", "그달 계획 0분 (희망 30시간)"} <= said
    assert not {"지난번에도 이 집을 방문했습니다", "그달 계획 0분"} & said


def test_a_wish_of_long_ago_is_said_and_does_not_keep_the_other_windows_back(
    client: FlaskClient, session: DB
) -> None:
    wish = {"suits": Suits.MORNING, "suits_from": tomorrow() + timedelta(days=1)}
    visit = promised("10:00", [make_member("박수리")], request=make_request(**wish))
    session.commit()
    page = windows_of(client, visit)
    assert "편한 때: 오전, 모레 11/26(목)부터" in " ".join(page.split())
    assert {key[9:] for key in offered(page)} == {"0900-1100"}
    assert min(offered(page)) > "20261126"
    assert f'hx-get="/visits/{visit.id}/windows?every=1"' in page
    every = client.get(f"/visits/{visit.id}/windows?every=1").text
    assert any(key.startswith("20261124-1") for key in offered(every))
    assert f'hx-get="/visits/{visit.id}/windows"' in every
    visit.items[0].request_item.request.suits = Suits.ANY
    visit.items[0].request_item.request.suits_from = tomorrow() - timedelta(days=1)
    session.commit()
    assert "편한 때" not in windows_of(client, visit)


def test_the_nearest_is_who_is_nearest_of_all(client: FlaskClient, session: DB) -> None:
    far, near = make_member("박수리", home=FAR), make_member("이사랑", home=NEAR)
    visit = promised("10:00", [far])
    session.commit()
    page = windows_of(client, visit)
    assert "가장 가까운 분" not in why_of(page, offered(page)[0])
    visit.assignments[0].member = near
    session.commit()
    page = windows_of(client, visit)
    assert "가장 가까운 분" in why_of(page, offered(page)[0])


def test_a_move_is_told_once_it_can_no_longer_be_undone(
    client: FlaskClient, session: DB, clock: Clock
) -> None:
    member = make_member("박수리")
    visit = promised("10:00", [member])
    told(visit)
    page = move(client, visit)
    assert "Ctrl+KeyZ" in page
    clock.advance(seconds=35)
    assert leaving(session) == []
    assert "Ctrl+KeyZ" not in page_of(client, visit)
    clock.advance(seconds=10)
    assert leaving(session) == [(K.RESIDENT_MOVED, visit.resident_id), (K.MEMBER_OFFER, member.id)]
    moved = stands(session, visit)
    token = page.split('name="undo" value="')[1].split('"')[0]
    answer = client.post(f"/visits/{visit.id}/move/undo", data={"undo": token}, follow_redirects=True)
    assert "되돌릴 수 있는 시간이 지났습니다" in answer.text
    assert stands(session, visit) == moved


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("accepted", [True, False])
def test_undone_everything_stands_and_waits_as_before_and_nobody_hears(
    client: FlaskClient, session: DB, clock: Clock, accepted: bool
) -> None:
    request = make_request(items=[make_item(team_size=2)])
    team = [make_member("박수리"), make_member("이사랑")]
    visit = promised("10:00", team, accepted=accepted, request=request)
    told(visit)
    before, waited = stands(session, visit), waits(session)
    clock.advance(minutes=5)
    page = move(client, visit)
    assert stands(session, visit) != before
    clock.advance(seconds=20)
    assert "되돌렸습니다. 아무에게도 알리지 않았습니다." in undo(client, visit, page)
    assert stands(session, visit) == before
    assert waits(session) == waited


def asked_list(page: str) -> str:
    return page.split('aria-labelledby="asked"')[1].split("</section>", maxsplit=1)[0]


@pytest.mark.parametrize("accepted", [True, False])
def test_whom_we_asked_is_told_as_it_was(
    client: FlaskClient, session: DB, clock: Clock, accepted: bool
) -> None:
    old, new = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [old], accepted=accepted)
    session.commit()
    before = asked_list(page_of(client, visit))
    clock.advance(hours=1)
    first = move(client, visit)
    assert asked_list(first) != before
    assert asked_list(undo(client, visit, move(client, visit))) == asked_list(first)
    assert asked_list(undo(client, visit, page_of(client, visit))) == before
    answer = put(client, visit, new.id, 600, override_reason="knows_home")
    assert new.name in asked_list(page_of(client, visit))
    undo_put(client, answer.json["undo"])
    assert asked_list(page_of(client, visit)) == before


def test_who_made_room_has_their_start_again(client: FlaskClient, session: DB) -> None:
    member = make_member("박수리")
    neighbour, visit = promised("13:00", [member]), promised("10:00", [member])
    session.commit()
    before = stands(session, neighbour)
    page = move(client, visit, day=tomorrow().isoformat(), window="1300-1500", start="13:00")
    assert stands(session, neighbour) != before
    undo(client, visit, page)
    assert stands(session, neighbour) == before


def test_another_start_inside_the_promise_goes_back_too(client: FlaskClient, session: DB) -> None:
    visit = promised("10:00", [make_member("박수리")])
    session.commit()
    before = stands(session, visit)
    page = move(client, visit, day=tomorrow().isoformat(), window="keep", start="10:30")
    assert minute_of_day(stands(session, visit)[3], visit.day) == 630
    undo(client, visit, page)
    assert stands(session, visit) == before


def test_whose_time_is_taken_meanwhile_stays_where_it_is(client: FlaskClient, session: DB) -> None:
    member, other = make_member("박수리"), make_member("이사랑")
    at_ten = (at(tomorrow(), "10:00"), at(tomorrow(), "10:05"))
    visit, late = promised("10:00", [member]), promised("10:00", [other], window=at_ten)
    session.commit()
    page = move(client, visit, day=tomorrow().isoformat(), window="1500-1700", start="")
    assert put(client, late, member.id, 600, override_reason="knows_home").json["ok"]
    moved = stands(session, visit)
    assert "되돌렸습니다" not in undo(client, visit, page)
    assert stands(session, visit) == moved


def test_who_came_in_between_makes_room_where_their_promise_allows(client: FlaskClient, session: DB) -> None:
    member, other = make_member("박수리"), make_member("이사랑")
    visit, late = promised("10:00", [member]), promised("10:00", [other])
    session.commit()
    before = stands(session, visit)
    page = move(client, visit, day=tomorrow().isoformat(), window="1500-1700", start="")
    assert put(client, late, member.id, 600, override_reason="knows_home").json["ok"]
    undo(client, visit, page)
    assert stands(session, visit) == before
    assert minute_of_day(stands(session, late)[3], late.day) > 600
    assert conflicts() == []


def test_who_has_declined_before_a_move_that_was_undone_is_not_asked_again(
    client: FlaskClient, session: DB, clock: Clock
) -> None:
    first, second = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [first], accepted=False)
    visit.assignments[0].offers[0].expires_at = now()
    session.commit()
    by = Actor(ActorKind.MEMBER, first.id)
    flow.answer_offer(visit.assignments[0].offers[0].id, False, None, "", by, now())
    clock.advance(minutes=1)
    undo(client, visit, move(client, visit))
    session.expire_all()
    assert needs.asked_members(session.get_one(Visit, visit.id)) == {first.id, second.id}
    assert changeable.load([visit.day]).asked[visit.id] == {first.id, second.id}
    [planned] = facts.load([visit.day], now()).visits
    assert planned.refused == {first.id}


def test_the_way_back_is_still_there_after_another_visit_was_moved(client: FlaskClient, session: DB) -> None:
    visit, other = promised("10:00", [make_member("박수리")]), promised("13:00", [make_member("이사랑")])
    session.commit()
    before = stands(session, visit), stands(session, other)
    move(client, visit)
    move(client, other)
    for each in (visit, other):
        undo(client, each, page_of(client, each))
    assert (stands(session, visit), stands(session, other)) == before
    assert "Ctrl+KeyZ" not in page_of(client, visit) + page_of(client, other)


@pytest.mark.parametrize("accepted", [True, False])
def test_moved_twice_it_goes_back_twice_and_nobody_hears(
    client: FlaskClient, session: DB, clock: Clock, accepted: bool
) -> None:
    member = make_member("박수리")
    neighbour, visit = promised("13:00", [member]), promised("10:00", [member], accepted=accepted)
    told(neighbour)
    told(visit)
    before = stands(session, visit), stands(session, neighbour), waits(session)
    clock.advance(minutes=5)
    move(client, visit, day=tomorrow().isoformat(), window="1300-1500", start="13:00")
    assert stands(session, neighbour) != before[1]
    clock.advance(seconds=5)
    page = move(client, visit)
    for _ in range(2):
        clock.advance(seconds=5)
        page = undo(client, visit, page)
        assert "되돌렸습니다. 아무에게도 알리지 않았습니다." in page
    assert "Ctrl+KeyZ" not in page
    assert (stands(session, visit), stands(session, neighbour), waits(session)) == before
    clock.advance(minutes=2)
    assert leaving(session) == []


def test_many_moves_have_room_in_the_cookie(client: FlaskClient, session: DB) -> None:
    visits = [promised("10:00", [make_member("박수리"), make_member("이사랑")]) for _ in range(9)]
    session.commit()
    for visit in visits:
        move(client, visit)
    cookie = client.get_cookie("handyman")
    assert cookie
    assert len(cookie.value) < 3500
    assert "Ctrl+KeyZ" in page_of(client, visits[-6])


def test_the_way_back_stands_on_the_page_of_that_visit_alone(client: FlaskClient, session: DB) -> None:
    members: list[Member] = [make_member("박수리"), make_member("이사랑")]
    visit, other = promised("10:00", members[:1]), promised("13:00", members[1:])
    session.commit()
    page = move(client, visit)
    assert "Ctrl+KeyZ" not in page_of(client, other)
    token = page.split('name="undo" value="')[1].split('"')[0]
    before = stands(session, visit)
    client.post(f"/visits/{other.id}/move/undo", data={"undo": token})
    client.post(f"/visits/{visit.id}/move/undo", data={"undo": "x"})
    assert stands(session, visit) == before
    assert visit.state is VisitState.BOOKED
