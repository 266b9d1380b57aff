"""What a person has to pass on: the oldest is seen first, and nothing falls off while it is of use."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman.extensions import db, now
from handyman.messages import pages
from handyman.models import MessageState, Role, texts_to_pass_on
from tests.conftest import Client, Clock
from tests.factories import make_message, make_person
from tests.messages.test_claim_plans import many, plan_of  # noqa: F401 - a fixture
from tests.messages.test_ladder import SignIn

S = MessageState
pytestmark = pytest.mark.usefixtures("session")


def test_the_oldest_is_on_the_page_and_how_many_more_there_are(
    client: Client, sign_in: SignIn, clock: Clock
) -> None:
    person = make_person()
    oldest = make_message(person, state=S.FAILED).id
    for number in range(pages.LIST_SHOWN + 2):
        make_message(person, state=S.FAILED, due_at=now() + timedelta(seconds=number + 1))
    db.session.commit()
    clock.advance(hours=1)
    listed = pages.missed(now())
    assert (listed[0].id, len(listed)) == (oldest, pages.LIST_SHOWN)
    sign_in(Role.OPERATOR)
    page = client.get("/messages").text
    assert "오래된 것부터 보여 드립니다. 3건이 더 있습니다." in page
    assert f"{pages.LIST_SHOWN + 3}건" in page


def test_taken_without_a_receipt_it_stays_on_the_list_while_its_visit_is_ahead(clock: Clock) -> None:
    values = {"state": S.SENT, "attempt": 1, "provider": "twilio"}
    ahead = now() + timedelta(days=35)
    message = make_message(make_person(), not_after=ahead, provider_id="SM1", **values)
    make_message(make_person(), not_after=now() + timedelta(hours=2), provider_id="SM2", **values)
    db.session.commit()
    clock.advance(days=4)  # a weekend, and a day before and after
    assert len(db.session.scalars(texts_to_pass_on(now())).all()) == 2
    clock.advance(days=27)
    assert db.session.scalars(texts_to_pass_on(now())).all() == [message.id]


def test_the_list_is_read_from_its_indexes(any_database: None, many: None) -> None:  # noqa: F811
    plan = plan_of(select(texts_to_pass_on(now() + timedelta(days=30)).subquery()))
    assert "ix_outbox_open" in plan
    assert "SCAN outbox" not in plan
