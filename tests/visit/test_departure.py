"""Who has set out reads whether the resident knows of it, as it stands."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import SYSTEM, Member, Message, MessageKind, MessageState, Visit
from tests import factories
from tests.conftest import Client, Clock

S = MessageState


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member, clock: Clock) -> Visit:
    return factories.make_visit(start=clock() + timedelta(hours=1), members=[member])


@pytest.fixture
def path(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def notice(session: scoped_session[Session]) -> Message:
    wanted = (
        select(Message).where(Message.kind == MessageKind.RESIDENT_ON_THE_WAY).order_by(Message.id.desc())
    )
    return session.scalars(wanted.execution_options(populate_existing=True)).first() or pytest.fail(
        "no notice"
    )


def end(session: scoped_session[Session], *states: MessageState) -> None:
    message = notice(session)
    for state in states:
        message.move_to(state, SYSTEM, now())
    session.commit()


@pytest.mark.parametrize(
    ("states", "says"),
    [
        ((), "도착하신다고 알리고 있습니다"),
        ((S.SENDING, S.ACCEPTED, S.SENT), "도착하신다고 알리고 있습니다"),
        ((S.SENDING, S.DELIVERED), "도착하신다고 알렸습니다"),
        ((S.SENDING, S.FAILED), "아직 알리지 못했습니다"),
        ((S.NEEDS_PERSON,), "아직 알리지 못했습니다"),
        ((S.EXPIRED,), "아직 알리지 못했습니다"),
    ],
)
def test_the_page_says_how_far_the_news_has_come(
    client: Client, path: str, session: scoped_session[Session], states: tuple[MessageState, ...], says: str
) -> None:
    client.post(f"{path}/travel")
    end(session, *states)
    page = client.get(path).get_data(as_text=True)
    assert says in page
    assert page.count("알렸습니다") == says.count("알렸습니다")


def test_whom_a_person_has_told_knows_of_it(
    client: Client, path: str, session: scoped_session[Session]
) -> None:
    client.post(f"{path}/travel")
    message = notice(session)
    message.move_to(S.NEEDS_PERSON, SYSTEM, now())
    message.told_at = now()
    session.commit()
    assert "도착하신다고 알렸습니다" in client.get(path).get_data(as_text=True)


def test_who_stands_by_the_resident_is_not_taken_for_them(
    client: Client, path: str, session: scoped_session[Session]
) -> None:
    daughter = factories.make_person("딸", "+821000000077")
    client.post(f"{path}/travel")
    notice(session).recipient_id = daughter.id
    end(session, S.SENDING, S.DELIVERED)
    page = client.get(path).get_data(as_text=True)
    assert "보호자께 알렸습니다" in page
    assert "딸" not in page
