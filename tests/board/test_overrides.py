"""A member chosen by hand: why, and where the reason is read."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.models import AuditEntry, Offer, OverrideReason, Role, User, Visit
from tests.factories import make_member, make_visit

DB = scoped_session[Session]


@pytest.fixture
def coordinator(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def visit(session: DB) -> Visit:
    return make_visit(members=[make_member("먼저이")])


def choose(client: FlaskClient, visit: Visit, **typed: Any) -> Any:
    return client.post(
        f"/visits/{visit.id}/assign", data={"role": "lead", **typed, "seen": seen(client, visit)}
    )


def seen(client: FlaskClient, visit: Visit) -> str:
    return client.get(f"/visits/{visit.id}").text.split('name="seen" value="')[1].split('"')[0]


def last_offer(session: DB) -> Offer:
    session.expire_all()
    return session.scalars(select(Offer).order_by(Offer.id.desc())).first()  # type: ignore[return-value]


def test_the_reason_is_kept_with_the_offer_shown_and_logged(
    client: FlaskClient, session: DB, visit: Visit, coordinator: User
) -> None:
    note = " 지난달에\u0000\r\n손잡이를  달았음 "
    member = make_member("새사람")
    answer = choose(client, visit, member=member.id, override_reason="knows_home", override_note=note)
    assert answer.status_code == 303
    offer = last_offer(session)
    assert (offer.member_id, offer.by_hand) == (member.id, True)
    assert (offer.override_reason, offer.override_note) == (
        OverrideReason.KNOWS_HOME,
        "지난달에 손잡이를 달았음",
    )
    of_offer = select(AuditEntry).where(AuditEntry.entity == "offers", AuditEntry.entity_id == offer.id)
    entry = session.scalars(of_offer).one()
    assert (entry.moved_to, entry.why) == ("offered", "knows_home")
    assert entry.actor_id == coordinator.id
    for page in (f"/visits/{visit.id}", f"/requests/{visit.items[0].request_item.request.number}"):
        assert "까닭: 그 집을 잘 앎 (지난달에 손잡이를 달았음)" in client.get(page).text


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    ("typed", "sentence", "field"),
    [
        ({}, "직접 고르는 까닭을 골라 주십시오.", "override_reason"),
        ({"override_reason": "because"}, "직접 고르는 까닭을 골라 주십시오.", "override_reason"),
        ({"override_reason": "other", "override_note": " "}, "무엇인지 짧게 적어", "override_note"),
    ],
)
def test_without_a_reason_nobody_is_put_in(
    client: FlaskClient, session: DB, visit: Visit, typed: dict[str, str], sentence: str, field: str
) -> None:
    member = make_member("새사람")
    answer = choose(client, visit, member=member.id, agreed="1", **typed)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert sentence in answer.text
    assert f'value="{member.id}" checked' in answer.text
    assert 'name="agreed" id="agreed-' in answer.text.split(" checked")[1]
    assert last_offer(session).member.name == "먼저이"


@pytest.mark.usefixtures("coordinator")
def test_a_refused_form_keeps_every_typed_word(client: FlaskClient, visit: Visit) -> None:
    typed = {"override_reason": "training", "override_note": "새 일을 배움"}
    answer = choose(client, visit, member="", **typed)
    assert answer.status_code == 422
    assert '<option value="training" selected>' in answer.text
    assert 'value="새 일을 배움"' in answer.text


@pytest.mark.usefixtures("coordinator")
def test_fields_of_two_places_never_share_an_id(client: FlaskClient, session: DB) -> None:
    visit = make_visit(members=[make_member(), make_member()])
    make_member()
    page = client.get(f"/visits/{visit.id}").text
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert sorted(ids) == sorted(set(ids))
    assert sum(name.startswith("override_reason") for name in ids) == 2


@pytest.mark.usefixtures("coordinator")
def test_where_nobody_is_left_to_ask_that_reason_stands_ready(client: FlaskClient, session: DB) -> None:
    visit = make_visit()
    make_member()
    assert '<option value="nobody_left" selected>' in client.get(f"/visits/{visit.id}").text


def test_the_yes_of_somebody_asked_already_needs_no_reason(
    client: FlaskClient, session: DB, coordinator: User
) -> None:
    visit = make_visit(members=[make_member("먼저이")], accepted=False)
    assert choose(client, visit, member=visit.assignments[0].member_id, agreed="1").status_code == 303
    assert last_offer(session).override_reason is None
