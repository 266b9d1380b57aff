"""Whoever asked for somebody of the office is rung, whatever arrives, is answered or is over meanwhile."""

import pytest
from flask.testing import FlaskClient

from handyman.extensions import now
from handyman.messages import outbox
from handyman.messages.gateways import ScreenGateway
from handyman.messages.leaving import address
from handyman.models import Message, MessageKind
from tests.conftest import Clock
from tests.factories import make_person
from tests.messages.test_ladder import press
from tests.messages.test_on_a_list import listed
from tests.messages.test_standby import fails, last
from tests.messages.test_told_as_it_is import LANDLINE, OTHER_LANDLINE, booked, of

K = MessageKind
pytestmark = pytest.mark.usefixtures("session")


def rung(key: str, *, son: bool) -> Message:
    """The call in which the father, or his son, has pressed a key; the daughter opens pages."""
    daughter = make_person("딸기")
    daughter.opens_pages = True
    _visit, call = booked(LANDLINE, make_person("아들", OTHER_LANDLINE), daughter)
    if son:
        fails(call)
    outbox.send_due(ScreenGateway(), now)
    press(last(), key)
    return last()


def confirms_on_the_page(client: FlaskClient) -> None:
    page = "/" + address(of(K.RESIDENT_PAGE)).split("/", 3)[3]
    assert client.post(f"{page}/confirm").status_code == 303


@pytest.mark.parametrize("son", [True, False])
@pytest.mark.parametrize(("key", "waits"), [("0", True), ("2", False)])
def test_a_yes_on_the_page_is_no_answer_to_who_asked_to_be_rung(
    key: str, waits: bool, son: bool, client: FlaskClient, clock: Clock
) -> None:
    call = rung(key, son=son)
    assert call.id in listed(now())
    clock.advance(minutes=3)
    confirms_on_the_page(client)
    assert (call.id in listed(now())) is waits
