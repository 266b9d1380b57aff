"""A member says yes or no, by one tap or two."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.labels import move_words
from handyman.board.propose import Choice
from handyman.extensions import now
from handyman.messages import announce
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    AuditEntry,
    DeclineReason,
    Member,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OfferState,
    RecipientKind,
    Visit,
    VisitState,
)
from tests import factories
from tests.conftest import Client, Clock

NOT_NOTED = "그사이 이 방문이 바뀌었습니다. 사무실에 전화해 주십시오."


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member) -> Visit:
    return factories.make_visit(members=[member], accepted=False)


@pytest.fixture
def path(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def offer_of(visit: Visit) -> Offer:
    return visit.assignments[0].offers[0]


def test_one_tap_accepts(client: Client, visit: Visit, path: str, member: Member) -> None:
    answer = client.post(f"{path}/accept")
    assert (answer.status_code, answer.location) == (303, path)
    assert offer_of(visit).state is OfferState.ACCEPTED
    assert visit.state is VisitState.ASSIGNED
    assert "맡아 주셔서 고맙습니다" in client.get(path).get_data(as_text=True)


def test_the_answer_is_written_down_as_the_members(
    client: Client, visit: Visit, path: str, member: Member, session: scoped_session[Session]
) -> None:
    client.post(f"{path}/accept")
    entry = session.scalar(select(AuditEntry).where(AuditEntry.moved_to == "accepted").limit(1))
    assert entry is not None
    assert (entry.actor_kind, entry.actor_id) == (ActorKind.MEMBER, member.id)


def test_a_second_tap_changes_nothing(client: Client, visit: Visit, path: str) -> None:
    client.post(f"{path}/accept")
    assert client.post(f"{path}/accept").status_code == 303
    assert offer_of(visit).state is OfferState.ACCEPTED


def test_declining_asks_why(client: Client, visit: Visit, path: str) -> None:
    page = client.get(f"{path}/decline").get_data(as_text=True)
    for reason in DeclineReason:
        assert f'value="{reason}"' in page
    answer = client.post(f"{path}/decline", data={"reason": "too_far", "note": "왕복 두 시간"})
    assert answer.status_code == 303
    offer = offer_of(visit)
    assert (offer.state, offer.decline_reason, offer.decline_note) == (
        OfferState.DECLINED,
        DeclineReason.TOO_FAR,
        "왕복 두 시간",
    )
    thanks = client.get(path)
    assert thanks.status_code == 410
    assert "알려 주셔서 고맙습니다" in thanks.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"note": "가야 할 곳이 있어서"}, "까닭을 하나 골라 주십시오."),
        ({"reason": "weather", "note": "비"}, "까닭을 하나 골라 주십시오."),
        ({"reason": "ill", "note": "아" * 201}, "메모는 200자까지"),
    ],
)
def test_a_refused_answer_keeps_what_was_typed(
    client: Client, visit: Visit, path: str, typed: dict[str, Any], sentence: str
) -> None:
    answer = client.post(f"{path}/decline", data=typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert typed["note"] in page
    assert offer_of(visit).state is OfferState.OFFERED


def test_an_answer_after_the_time_comes_too_late(
    client: Client, visit: Visit, path: str, clock: Clock
) -> None:
    clock.advance(minutes=31)
    assert client.post(f"{path}/accept").status_code == 410
    assert client.post(f"{path}/decline", data={"reason": "ill"}).status_code == 410
    assert offer_of(visit).state is OfferState.OFFERED


def test_an_accepted_job_is_not_declined_by_an_old_page(client: Client, visit: Visit, path: str) -> None:
    old = said_on(client.get(f"{path}/decline"))
    client.post(f"{path}/accept")
    answer = client.post(f"{path}/decline", data=old | {"reason": "ill"})
    assert answer.location == f"{path}?late=decline"
    assert NOT_NOTED in client.get(answer.location).text
    assert offer_of(visit).state is OfferState.ACCEPTED


def said_on(page: Any) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))


def cannot_come(client: Client, path: str) -> Any:
    """As the page of the job leads there."""
    assert f'href="{path}/decline"' in client.get(path).text
    return client.post(f"{path}/decline", data=said_on(client.get(f"{path}/decline")) | {"reason": "ill"})


def test_whoever_has_said_yes_and_cannot_come_says_why_and_the_next_is_asked(
    client: Client, visit: Visit, path: str, session: scoped_session[Session]
) -> None:
    next_one = factories.make_member("최솔")
    announce.booked(visit, now())
    client.post(f"{path}/accept")
    session.commit()
    messages = select(Message.kind, Message.state)
    resident = messages.where(Message.recipient_kind == RecipientKind.PERSON).order_by(Message.id)
    told_before = session.execute(resident).all()
    assert cannot_come(client, path).status_code == 303
    session.expire_all()
    place, (offer, asked) = visit.assignments[0], visit.assignments[0].offers
    assert (offer.state, offer.decline_reason) == (OfferState.DECLINED, DeclineReason.ILL)
    assert (asked.member_id, asked.state, place.state) == (
        next_one.id,
        OfferState.OFFERED,
        AssignmentState.OFFERED,
    )
    assert visit.state is VisitState.BOOKED
    assert session.execute(resident).all() == told_before, "the promise stands"
    reminders = messages.where(Message.kind == MessageKind.MEMBER_REMINDER)
    assert [each.state for each in session.execute(reminders)] == [MessageState.CANCELED]
    page = client.get(path)
    assert (page.status_code, "못 가신다고 전했습니다" in page.text) == (410, True)


def test_where_nobody_else_can_come_the_office_has_it_on_its_list(
    client: Client, visit: Visit, path: str, session: scoped_session[Session]
) -> None:
    client.post(f"{path}/accept")
    cannot_come(client, path)
    session.expire_all()
    assert (visit.assignments[0].state, visit.state) == (AssignmentState.OPEN, VisitState.BOOKED)
    moves = select(AuditEntry).where(AuditEntry.entity == Visit.__tablename__).order_by(AuditEntry.id.desc())
    last = session.scalars(moves.limit(1)).one()
    assert "맡았던 조합원이 못 가게 됨" in move_words(last), "as the page of the request says it"
    assert not cannot_come_is_offered(client, path)


def cannot_come_is_offered(client: Client, path: str) -> bool:
    return f"{path}/decline" in client.get(path).text


def test_whoever_has_set_out_says_by_telephone_that_they_cannot_come(
    client: Client, visit: Visit, path: str, session: scoped_session[Session], clock: Clock
) -> None:
    client.post(f"{path}/accept")
    form = said_on(client.get(f"{path}/decline")) | {"reason": "ill"}
    clock.advance(days=1)
    assert cannot_come_is_offered(client, path), "on the day, too"
    client.post(f"{path}/travel")
    assert not cannot_come_is_offered(client, path)
    assert client.get(f"{path}/decline").location == path
    answer = client.post(f"{path}/decline", data=form)
    assert NOT_NOTED in client.get(answer.location).text
    session.expire_all()
    assert (visit.state, offer_of(visit).state) == (VisitState.ON_THE_WAY, OfferState.ACCEPTED)
    client.post(f"{path}/undo", data={"step": "travel"})
    assert not cannot_come_is_offered(client, path), "the resident may have been told"
    answer = client.post(f"{path}/decline", data=form)
    assert NOT_NOTED in client.get(answer.location).text
    session.expire_all()
    assert (visit.state, offer_of(visit).state) == (VisitState.ASSIGNED, OfferState.ACCEPTED)


def test_whoever_goes_on_another_day_than_somebody_had_set_out_can_say_that_they_cannot_come(
    client: Client, visit: Visit, path: str, session: scoped_session[Session], clock: Clock
) -> None:
    client.post(f"{path}/accept")
    clock.advance(days=1)
    for press in ("travel", "undo"):
        client.post(f"{path}/{press}", data={"step": "travel"})
    session.expire_all()
    assert visit.arriving_at is not None
    choice = Choice(visit.day + timedelta(days=1), 13 * 60, 15 * 60)
    flow.move(visit.id, choice, None, Actor(ActorKind.USER, 1), now(), seen=None)
    client.post(f"{path}/accept", data=said_on(client.get(path)))
    assert cannot_come(client, path).status_code == 303
    session.expire_all()
    assert visit.assignments[0].offers[-1].state is OfferState.DECLINED


def test_a_no_that_is_sent_twice_is_one_no(client: Client, visit: Visit, path: str) -> None:
    factories.make_member("최솔")
    client.post(f"{path}/accept")
    form = said_on(client.get(f"{path}/decline")) | {"reason": "ill", "key": "0123456789abcdef"}
    queued = {"X-From-Queue": "0123456789abcdef"}
    answers = [client.post(f"{path}/decline", data=form, headers=queued).get_json() for _ in range(2)]
    assert [each["kept"] for each in answers] == [form["key"]] * 2
    assert [each.state for each in visit.assignments[0].offers] == [OfferState.DECLINED, OfferState.OFFERED]


@pytest.mark.parametrize("gives_back", [False, True])
def test_a_no_that_is_pressed_again_is_the_same_no(
    client: Client, visit: Visit, path: str, gives_back: bool
) -> None:
    """As whoever sees the page stay without signal does."""
    if gives_back:
        client.post(f"{path}/accept")
    form = said_on(client.get(f"{path}/decline")) | {"reason": "ill"}
    for key in ("the-first-press", "the-second-press"):
        answer = client.post(f"{path}/decline", data=form | {"key": key}, headers={"X-From-Queue": key})
        assert (answer.status_code, answer.get_json()["kept"]) == (200, key)
    assert [each.state for each in visit.assignments[0].offers] == [OfferState.DECLINED]
