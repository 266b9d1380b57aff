"""The address of a button, opened anew by a browser that lost its page, leads to the page of the button."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman import page_links
from handyman.extensions import db, now
from handyman.models import Visit
from tests import factories
from tests.conftest import Client


@pytest.fixture
def visit(session: scoped_session[Session]) -> Visit:
    """In half an hour, accepted."""
    soon = now() + timedelta(minutes=30)
    found = factories.make_visit(members=[factories.make_member("박수리")], start=soon)
    db.session.commit()
    return found


@pytest.mark.parametrize("button", ["accept", "travel", "arrive", "end", "undo"])
def test_a_button_of_the_job(client: Client, visit: Visit, button: str) -> None:
    member = visit.assignments[0].member
    assert member is not None
    job = f"{factories.make_link(visit, member)[1]}/{visit.id}"
    answer = client.get(f"{job}/{button}")
    assert (answer.status_code, answer.location) == (303, job)


@pytest.mark.parametrize(
    ("button", "page"),
    [
        ("report/send", ""),
        ("report/photos/7/remove", "/report/photos"),
        ("report/photos/done", "/report/photos"),
    ],
)
def test_a_button_of_the_report(client: Client, visit: Visit, button: str, page: str) -> None:
    member = visit.assignments[0].member
    assert member is not None
    job = f"{factories.make_link(visit, member)[1]}/{visit.id}"
    answer = client.get(f"{job}/{button}")
    assert (answer.status_code, answer.location) == (303, f"{job}{page}")


def test_no_button_tells_whether_a_made_up_address_is_one(client: Client, visit: Visit) -> None:
    assert client.get(f"/v/madeUp12/{visit.id}/travel").status_code == 404


@pytest.mark.parametrize("button", ["confirm", "another"])
def test_a_button_of_the_resident(client: Client, visit: Visit, button: str) -> None:
    page_links.issue(visit, now())
    db.session.commit()
    home = "/" + page_links.address(visit.id).split("/", 3)[3]
    answer = client.get(f"{home}/{button}")
    assert (answer.status_code, answer.location) == (303, home)
