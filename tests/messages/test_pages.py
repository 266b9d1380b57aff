"""The telephones on screen, what did not arrive, and health."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from handyman import jobs, links
from handyman.extensions import db, now
from handyman.messages.moments import stamp
from handyman.models import AuditEntry, Channel, Installation, Message, MessageKind, MessageState, User
from tests.conftest import Client, Clock
from tests.factories import add, make_link, make_member, make_message, make_person, make_visit

K, S = MessageKind, MessageState
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_telephone_shows_its_texts_with_links_that_open(client: Client, sign_in: SignIn) -> None:
    member = make_member("김가람")
    visit = make_visit(members=[member], accepted=False)
    link, _path = make_link(visit, member)
    make_message(member, K.MEMBER_OFFER, visit, "11/25 답: {link}", state=S.DELIVERED, link_id=link.id)
    sign_in()
    shown = page(client, "/phones")
    assert "김가람" in shown
    assert f'href="{links.url(link)}"' in shown
    assert client.get(f"/{links.url(link)[-links.TOKEN_LENGTH :]}").status_code == 200


def test_a_coming_text_says_when_and_can_be_received_now(client: Client, sign_in: SignIn) -> None:
    person = make_person("이보기")
    message = make_message(person, K.RESIDENT_DAY_BEFORE, due_at=now() + timedelta(hours=7))
    sign_in()
    shown = page(client, f"/phones/person/{person.id}")
    assert "오후 5시에 올 문자" in shown
    answer = client.post(f"/phones/person/{person.id}/{message.id}/now")
    assert (answer.status_code, answer.location) == (303, f"/phones/person/{person.id}")
    db.session.refresh(message)
    assert (message.state, message.due_at) == (S.DELIVERED, now())
    assert "지금 받기" not in page(client, f"/phones/person/{person.id}")


def test_receiving_twice_says_that_it_is_there_already(client: Client, sign_in: SignIn) -> None:
    person = make_person()
    message = make_message(person, state=S.DELIVERED)
    sign_in()
    answer = client.post(f"/phones/person/{person.id}/{message.id}/now", follow_redirects=True)
    assert "이미 도착했거나" in answer.get_data(as_text=True)


def test_members_and_residents_can_be_shown_apart(client: Client, sign_in: SignIn) -> None:
    make_message(make_member("김가람"), K.MEMBER_DAY_LIST)
    make_message(make_person("이보기"))
    sign_in()
    assert "이보기" not in page(client, "/phones?whose=member")
    assert "김가람" not in page(client, "/phones?whose=person")
    assert "이보기" in page(client, "/phones?whose=nonsense")


@pytest.mark.parametrize("path", ["/phones/person/1", "/phones/member/99999999999999", "/phones/cat/1"])
def test_a_telephone_that_nobody_has_is_not_there(path: str, client: Client, sign_in: SignIn) -> None:
    sign_in()
    assert client.get(path).status_code == 404


@pytest.mark.usefixtures("twilio")
@pytest.mark.settings(PUBLIC_BASE_URL="http://localhost")
def test_an_office_that_sends_for_real_has_no_telephones_on_screen(client: Client, sign_in: SignIn) -> None:
    sign_in()
    answer = client.get("/phones")
    assert answer.status_code == 404
    assert "실제 문자를 보냅니다" in answer.get_data(as_text=True)
    assert client.post("/phones/person/1/1/now").status_code == 404


def test_the_list_of_telephones_asks_as_much_for_many_as_for_one(
    client: Client, sign_in: SignIn, count_queries: Any
) -> None:
    sign_in()
    asked = []
    for _ in range(2):
        for _ in range(10):
            make_message(make_person())
        with count_queries() as queries:
            page(client, "/phones")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 9


def test_what_did_not_arrive_is_listed_with_its_reason_until_it_is_passed_on(
    client: Client, sign_in: SignIn
) -> None:
    message = make_message(make_person("이보기"), state=S.FAILED, last_error="21614")
    user = sign_in()
    shown = page(client, "/messages")
    assert "이보기" in shown
    assert "닿지 않은 연락" in shown
    assert "도착하지 않은" not in shown, "one word for it, as in the rest of the list"
    assert "문자를 받을 수 없는 번호입니다" in shown
    assert client.post(f"/messages/{message.id}/told").status_code == 303
    db.session.refresh(message)
    assert message.told_at == now()
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.moved_to, entry.actor_id) == ("told", user.id)
    assert "모두 닿았습니다" in page(client, "/messages")


def test_passing_on_what_arrived_changes_nothing(client: Client, sign_in: SignIn) -> None:
    message = make_message(make_person(), state=S.DELIVERED)
    sign_in()
    client.post(f"/messages/{message.id}/told")
    db.session.refresh(message)
    assert message.told_at is None


@pytest.mark.parametrize("state", [S.FAILED, S.UNDELIVERED, S.EXPIRED, S.NEEDS_PERSON])
def test_every_way_of_not_arriving_has_a_reason_in_words(
    state: MessageState, client: Client, sign_in: SignIn
) -> None:
    make_message(make_person(), state=state, last_error="99999")
    sign_in()
    shown = page(client, "/messages")
    assert '<td class="missed-reason"></td>' not in shown
    assert "전달했음" in shown


def test_a_task_that_is_not_due_yet_is_not_on_the_list(client: Client, sign_in: SignIn) -> None:
    make_message(make_person("이보기"), state=S.NEEDS_PERSON, due_at=now() + timedelta(hours=5))
    sign_in()
    assert "이보기" not in page(client, "/messages")


def test_the_list_never_shows_a_members_link(client: Client, sign_in: SignIn) -> None:
    member = make_member()
    visit = make_visit(members=[member])
    link, path = make_link(visit, member)
    make_message(member, K.MEMBER_OFFER, visit, "답: {link}", state=S.FAILED, link_id=link.id)
    sign_in()
    assert path not in page(client, "/messages")


@pytest.mark.usefixtures("twilio")
@pytest.mark.settings(PUBLIC_BASE_URL="http://localhost")
def test_real_sending_with_made_up_people_raises_the_alarm(client: Client, sign_in: SignIn) -> None:
    add(Installation(demo=True, created_at=now()))
    sign_in()
    shown = client.get("/messages").get_data(as_text=True)
    assert "연습용 자료가 들어 있어" in shown


@pytest.mark.parametrize(("demo", "warned"), [(False, True), (True, False)])
def test_a_real_office_whose_texts_stay_on_screen_is_warned(
    client: Client, sign_in: SignIn, demo: bool, warned: bool
) -> None:
    add(Installation(demo=demo, created_at=now()))
    sign_in("operator")
    for path in ("/work", "/messages"):
        assert ("문자가 밖으로 나가지 않습니다" in page(client, path)) is warned


def test_alive_says_so_to_anybody(client: Client) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_ready_names_what_is_missing(client: Client, clock: Clock) -> None:
    assert client.get("/readyz").get_json()["worker"] == "silent"
    jobs.beat(now())
    clock.advance(seconds=30)
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.get_json() == {
        "status": "ok",
        "database": "ok",
        "worker": "ok",
        "worker_seconds": 30,
        "texts": "ok",
        "oldest_due_seconds": None,
    }


def test_ready_no_more_when_texts_pile_up(client: Client, clock: Clock) -> None:
    make_message(make_person())
    clock.advance(minutes=11)
    jobs.beat(now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["texts"]) == (503, "waiting")
    assert answer.get_json()["oldest_due_seconds"] == 660


def test_ready_not_without_a_database(client: Client) -> None:
    db.session.rollback()
    db.drop_all()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "unreachable")


def test_a_tick_by_hand_does_all_that_the_worker_does(app: Any, clock: Clock) -> None:
    message, late = make_message(make_person()), make_message(make_person(), not_after=now() + timedelta(1))
    late.not_after = late.due_at + timedelta(minutes=5)
    late.next_at = now() + timedelta(hours=1)
    db.session.commit()
    clock.advance(minutes=6)
    assert jobs.run_once(app, clock()) == 1
    states = db.session.scalars(select(Message.state).order_by(Message.id)).all()
    assert states == [S.DELIVERED, S.EXPIRED]
    assert message.id < late.id


def test_after_each_deed_the_list_opens_at_the_next_row(client: Client, sign_in: SignIn) -> None:
    first, last = (
        make_message(make_person(), state=S.FAILED, due_at=now() - timedelta(minutes=minutes))
        for minutes in (5, 10)
    )
    sign_in()
    shown = page(client, "/messages")
    assert f'name="next" value="{last.id}"' in shown
    path = f"/messages/{first.id}/told"
    assert client.post(path, data={"next": str(last.id)}).location == f"/messages#missed-{last.id}"
    for odd in ("", "x", "-3", "9" * 40):
        answer = client.post(f"/messages/{last.id}/ring", data={"next": odd})
        assert (answer.status_code, answer.location) == (303, f"/messages#missed-{last.id}")
    assert client.post(f"/messages/{last.id}/told", data={"next": "x"}).location == "/messages#missed"


def test_a_person_may_let_the_telephone_ring(client: Client, sign_in: SignIn) -> None:
    visit, due = make_visit(), now() - timedelta(minutes=20)
    key, resident = f"test:{stamp(visit.window_start)}", visit.resident.person
    message = make_message(resident, K.RESIDENT_BOOKED, visit, state=S.ACCEPTED, due_at=due, dedupe_key=key)
    user = sign_in()
    assert f"/messages/{message.id}/ring" in page(client, "/messages")
    answer = client.post(f"/messages/{message.id}/ring", follow_redirects=True)
    assert "자동 전화를 겁니다." in answer.get_data(as_text=True)
    call = db.session.scalar(select(Message).where(Message.follows_id == message.id))
    assert call is not None
    assert (call.channel, call.state, call.due_at) == (Channel.VOICE, S.PENDING, now())
    who = select(AuditEntry.actor_id).where(AuditEntry.moved_to == "rung", AuditEntry.entity_id == message.id)
    assert db.session.scalars(who).all() == [user.id]
    assert f"/messages/{message.id}/ring" not in page(client, "/messages")
    again = client.post(f"/messages/{message.id}/ring", follow_redirects=True)
    assert "자동 전화를 걸 수 없습니다." in again.get_data(as_text=True)


def test_nobody_is_rung_for_what_may_yet_arrive_or_is_no_use(client: Client, sign_in: SignIn) -> None:
    visit = make_visit()
    due, resident, promise = (
        now() - timedelta(minutes=20),
        visit.resident.person,
        stamp(visit.window_start),
    )
    waiting, late, other = (
        make_message(whom, kind, visit, state=state, due_at=due, dedupe_key=f"{number}:{promise}")
        for number, (whom, kind, state) in enumerate(
            (
                (resident, K.RESIDENT_BOOKED, S.PENDING),
                (resident, K.RESIDENT_BOOKED, S.EXPIRED),
                (make_person(), K.RESIDENT_BOOKED, S.FAILED),
            )
        )
    )
    sign_in()
    shown = page(client, "/messages")
    for message in (waiting, late, other):
        assert f"/messages/{message.id}/told" in shown
        assert f"/messages/{message.id}/ring" not in shown
        client.post(f"/messages/{message.id}/ring")
    assert db.session.scalar(select(func.count()).where(Message.channel == Channel.VOICE)) == 0
