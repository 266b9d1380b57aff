"""Who has set out reads whether the resident knows of it, as it stands."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.messages import receipts
from handyman.messages.receipts import Receipt
from handyman.models import (
    SYSTEM,
    Answer,
    Heard,
    Member,
    Message,
    MessageKind,
    MessageState,
    Visit,
    VisitState,
)
from tests import factories
from tests.conftest import Client, Clock

S = MessageState
Db = scoped_session[Session]


@pytest.fixture
def member(session: Db) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member, clock: Clock) -> Visit:
    return factories.make_visit(start=clock() + timedelta(hours=1), members=[member])


@pytest.fixture
def path(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def notices(session: Db) -> list[Message]:
    wanted = select(Message).where(Message.kind == MessageKind.RESIDENT_ON_THE_WAY).order_by(Message.id)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def notice(session: Db) -> Message:
    return notices(session)[-1]


def end(session: Db, *states: MessageState) -> None:
    message = notice(session)
    for state in states:
        message.move_to(state, SYSTEM, now())
    session.commit()


def accepted(session: Db) -> None:
    message = notice(session)
    message.attempt, message.provider, message.provider_id = 1, "twilio", f"SM{message.id}"
    end(session, S.SENDING, S.ACCEPTED)


def not_delivered(session: Db, code: str = "30007") -> None:
    receipts.take_receipt(Receipt("twilio", f"SM{notice(session).id}", "undelivered", code), now())


def follow(session: Db, **values: object) -> Message:
    """What came after the notice that did not arrive."""
    first = notice(session)
    row = factories.make_message(
        first.visit.resident.person if first.visit else None,
        MessageKind.RESIDENT_ON_THE_WAY,
        first.visit,
        follows_id=first.id,
        **values,
    )
    first.told_at = now()
    session.commit()
    return row


def said(client: Client, path: str) -> str:
    page = client.get(path).get_data(as_text=True)
    return page.partition('id="news"')[2].partition("</p>")[0] or page


@pytest.mark.parametrize(
    ("states", "says"),
    [
        ((), "도착하신다고 알리고 있습니다"),
        ((S.SENDING, S.ACCEPTED, S.SENT), "도착하신다고 알리고 있습니다"),
        ((S.SENDING, S.DELIVERED), "도착하신다고 알렸습니다"),
        ((S.SENDING, S.FAILED), "아직 모르실 수 있습니다"),
        ((S.NEEDS_PERSON,), "아직 모르실 수 있습니다"),
        ((S.EXPIRED,), "아직 모르실 수 있습니다"),
    ],
)
def test_the_page_says_how_far_the_news_has_come(
    client: Client, path: str, session: Db, states: tuple[MessageState, ...], says: str
) -> None:
    client.post(f"{path}/travel")
    end(session, *states)
    page = client.get(path).get_data(as_text=True)
    assert says in page
    assert page.count("알렸습니다") == says.count("알렸습니다")


def test_what_nobody_can_be_sure_of_after_some_minutes_is_a_reason_to_ring(
    client: Client, path: str, session: Db, clock: Clock
) -> None:
    client.post(f"{path}/travel")
    accepted(session)
    assert "알리고 있습니다" in said(client, path)
    clock.advance(minutes=5)
    assert "아직 모르실 수 있습니다" in said(client, path)


@pytest.mark.parametrize("code", ["30003", "30007"])
def test_a_telephone_that_is_off_is_rung_at_once_and_the_member_warned(
    client: Client, path: str, session: Db, code: str
) -> None:
    client.post(f"{path}/travel")
    accepted(session)
    not_delivered(session, code)
    call = notice(session)
    assert (call.channel, call.due_at, call.state) == ("voice", now(), S.PENDING)
    assert "아직 모르실 수 있습니다" in said(client, path)


def test_whom_a_person_has_told_knows_of_it(client: Client, path: str, session: Db) -> None:
    client.post(f"{path}/travel")
    end(session, S.NEEDS_PERSON)
    message = notice(session)
    message.told_at = now()
    session.commit()
    assert "아직 모르실 수 있습니다" in said(client, path), "nobody's work any more is not told"
    message.heard = Heard.TOLD
    session.commit()
    assert "도착하신다고 알렸습니다" in said(client, path)


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_stands_by_the_resident_is_not_taken_for_them(
    client: Client, path: str, session: Db, by_hand: bool
) -> None:
    daughter = factories.make_person("딸", "+821000000077")
    client.post(f"{path}/travel")
    end(session, S.SENDING, S.FAILED)
    row = follow(session, recipient_id=daughter.id, state=S.NEEDS_PERSON if by_hand else S.DELIVERED)
    if by_hand:
        row.told_at, row.heard = now(), Heard.TOLD
        session.commit()
    page = said(client, path)
    assert "어르신 대신 연락받는 분께 알렸습니다" in page
    assert "딸" not in page


def test_a_text_that_arrived_after_all_is_known_though_whoever_stands_by_was_not_reached(
    client: Client, path: str, session: Db, visit: Visit
) -> None:
    factories.make_contact(visit.resident, factories.make_person("딸기"), may_be_told=True)
    client.post(f"{path}/travel")
    accepted(session)
    first = notice(session).provider_id or ""
    not_delivered(session, "30005")
    accepted(session)
    not_delivered(session, "30005")
    assert [each.state for each in notices(session)] == [S.UNDELIVERED] * 2
    assert "아직 모르실 수 있습니다" in said(client, path)
    receipts.take_receipt(Receipt("twilio", first, "delivered"), now())
    assert "도착하신다고 알렸습니다" in said(client, path)
    assert all(each.told_at for each in notices(session)), "nobody's work"


def test_while_only_others_are_being_told_the_member_had_better_ring(
    client: Client, path: str, session: Db
) -> None:
    client.post(f"{path}/travel")
    end(session, S.SENDING, S.FAILED)
    follow(session, recipient_id=factories.make_person("딸", "+821000000077").id, state=S.PENDING)
    assert "아직 모르실 수 있습니다" in said(client, path)


def test_who_heard_it_and_wants_a_person_is_told_so(client: Client, path: str, session: Db) -> None:
    client.post(f"{path}/travel")
    end(session, S.SENDING, S.ACCEPTED, S.NEEDS_PERSON)
    message = notice(session)
    message.last_error, message.heard = Answer.CALL_ME, Heard.ANSWERED
    session.commit()
    assert "통화하고 싶어 하십니다" in said(client, path)


@pytest.mark.parametrize(
    ("states", "may_know"),
    [
        ((S.SENDING, S.DELIVERED), True),
        ((S.SENDING, S.UNKNOWN), True),
        ((S.SENDING, S.FAILED), False),
        ((), False),
    ],
)
def test_who_turned_back_hears_only_where_the_resident_may_know_of_it(
    client: Client, path: str, session: Db, states: tuple[MessageState, ...], may_know: bool
) -> None:
    client.post(f"{path}/travel")
    end(session, *states)
    client.post(f"{path}/undo", data={"step": "travel"})
    page = client.get(path).get_data(as_text=True)
    assert "출발했습니다" in page
    assert ("출발하신 줄 아실 수 있습니다" in page) is may_know


def test_an_arrival_by_mistake_loses_no_notice(client: Client, path: str, session: Db, visit: Visit) -> None:
    client.post(f"{path}/travel")
    accepted(session)
    client.post(f"{path}/arrive")
    not_delivered(session)
    assert len(notices(session)) == 1, "whoever has arrived needs no announcing"
    client.post(f"{path}/undo", data={"step": "arrive"})
    assert visit.state is VisitState.ON_THE_WAY
    assert [each.state for each in notices(session)] == [S.UNDELIVERED, S.PENDING]
    assert "알렸습니다" not in said(client, path)


def test_an_arrival_undone_tells_nothing_twice(client: Client, path: str, session: Db) -> None:
    client.post(f"{path}/travel")
    end(session, S.SENDING, S.DELIVERED)
    client.post(f"{path}/arrive")
    client.post(f"{path}/undo", data={"step": "arrive"})
    assert len(notices(session)) == 1
