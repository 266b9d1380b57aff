"""The photograph by which a resident knows who stands at the door."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import page_links
from handyman.extensions import db, now, settings
from handyman.messages import announce
from handyman.models import AuditEntry, Member, Role, Visit, VisitState
from handyman.photos import FACE_SIDE
from tests import factories
from tests.visit.makers import make_photo, make_photo_with_place
from tests.visit.test_mine import ask_code, come_in

PHONE = "010-2345-6789"


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리", phone="+821023456789")


@pytest.fixture
def visit(member: Member) -> Visit:
    """Tomorrow at the home of somebody who opens pages."""
    resident = factories.make_resident("김보기")
    resident.person.opens_pages = True
    lamp = factories.make_request(resident, [(factories.make_item(), 2)])
    found = factories.make_visit(lamp, start=now() + timedelta(days=1), members=[member])
    announce.booked(found, now())
    return found


def send(client: FlaskClient, path: str, data: bytes, name: str = "me.jpg") -> Any:
    return client.post(path, data={"photo": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def stored() -> list[str]:
    return [file.name for file in settings().photo_folder.iterdir()]


def path_of(visit: Visit) -> str:
    page_links.issue(visit, now())
    db.session.commit()
    return "/" + page_links.address(visit.id).split("/", 3)[3]


def test_a_face_of_the_office_is_square_silent_and_seen_at_the_door_alone(
    app: Flask, client: FlaskClient, sign_in: Callable[..., Any], member: Member, visit: Visit
) -> None:
    sign_in(Role.COORDINATOR)
    path, own = path_of(visit), f"/members/{member.id}/photo"
    assert send(client, own, make_photo_with_place()).status_code == 303
    kept = client.get(own)
    assert Image.open(io.BytesIO(kept.data)).size == (FACE_SIDE, FACE_SIDE)
    assert b"Maker" not in kept.data
    assert "private" in kept.headers["Cache-Control"]
    assert f"{path}/faces/{member.id}" in client.get(path).get_data(as_text=True)
    seen = client.get(f"{path}/faces/{member.id}")
    assert (seen.status_code, seen.mimetype, seen.data) == (200, "image/jpeg", kept.data)
    assert app.test_client().get(own).status_code == 303  # asked to sign in
    other = factories.make_member("최다른")
    other.photo = member.photo
    db.session.commit()
    assert client.get(f"{path}/faces/{other.id}").status_code == 404
    visit.state = VisitState.FINISHED
    db.session.commit()
    assert client.get(f"{path}/faces/{member.id}").status_code == 404


def test_a_member_puts_up_a_face_another_in_its_place_and_takes_it_away(
    client: FlaskClient, member: Member
) -> None:
    come_in(client, ask_code(client, PHONE), PHONE)
    assert client.get("/my/photo/file").status_code == 404
    assert send(client, "/my/photo", make_photo()).status_code == 303
    first = stored()
    assert client.get("/my/photo/file").status_code == 200
    assert send(client, "/my/photo", make_photo(colour="red")).status_code == 303
    assert len(stored()) == 1
    assert stored() != first
    assert client.post("/my/photo/remove").status_code == 303
    assert stored() == []
    entries = select(AuditEntry.moved_to).where(AuditEntry.why == "photo").order_by(AuditEntry.id)
    assert db.session.scalars(entries).all() == ["photo", "photo", ""]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "", "사진을 먼저 골라"),
        (b"%PDF-1.7", "me.pdf", "사진이 아닙니다"),
        (b"x" * (21 * 1024 * 1024), "me.jpg", "사진이 너무 큽니다"),
    ],
)
def test_what_is_no_face_is_refused_kindly_and_the_one_before_stays(
    client: FlaskClient, sign_in: Callable[..., Any], member: Member, data: bytes, name: str, said: str
) -> None:
    sign_in(Role.COORDINATOR)
    come_in(client, ask_code(client, PHONE), PHONE)
    assert send(client, "/my/photo", make_photo()).status_code == 303
    refused = send(client, "/my/photo", data, name)
    assert refused.status_code == 422
    assert said in refused.get_data(as_text=True)
    page = client.post(
        f"/members/{member.id}/photo",
        data={"photo": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert said in page.get_data(as_text=True)
    assert len(stored()) == 1


@pytest.mark.parametrize(("role", "status"), [(Role.COORDINATOR, 404), (Role.OPERATOR, 403)])
def test_there_is_no_face_of_nobody(
    client: FlaskClient, sign_in: Callable[..., Any], role: Role, status: int
) -> None:
    sign_in(role)
    assert client.get("/members/999/photo").status_code == 404
    assert send(client, "/members/999/photo", make_photo()).status_code == status
    assert client.post("/members/999/photo/remove").status_code == status
