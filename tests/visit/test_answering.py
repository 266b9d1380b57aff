"""A member says yes or no, by one tap or two."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.models import ActorKind, AuditEntry, DeclineReason, Member, Offer, OfferState, Visit, VisitState
from tests import factories
from tests.conftest import Client, Clock


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
    client.post(f"{path}/accept")
    assert client.post(f"{path}/decline", data={"reason": "ill"}).location == path
    assert client.get(f"{path}/decline").location == path
    assert offer_of(visit).state is OfferState.ACCEPTED
