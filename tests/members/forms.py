"""The member's form, as a browser fills and reads it."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from handyman.models import (
    AuditEntry,
    Member,
)

DB = scoped_session[Session]
Words = dict[str, str]
HOME = "동작구 상도로 369"
MOST = {
    "name": "홍길동",
    "phone": "010-1234-5678",
    "home": HOME,
    "travel_mode": "walk",
    "joined_on": "2026-11-24",
}


def add(client: FlaskClient, **words: str) -> TestResponse:
    return client.post("/members/new", data={**MOST, "active": "1", **words})


def form_of(client: FlaskClient, member: Member) -> Words:
    """What a browser would send back of the page as it opens."""
    return read_form(client.get(f"/members/{member.id}/edit").text)


def read_form(page: str) -> Words:
    found: Words = {}
    for tag in re.findall(r"<input[^>]*>", page[page.index('id="form"') :]):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if values.get("type") != "checkbox" or " checked" in tag:
            found[values["name"]] = values.get("value", "")
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="(\w+)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def change(client: FlaskClient, member: Member, **words: str) -> TestResponse:
    return client.post(f"/members/{member.id}/edit", data={**form_of(client, member), **words})


def only(session: DB) -> Member:
    session.expire_all()
    return session.scalars(select(Member)).one()


def entries(session: DB) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(AuditEntry).where(AuditEntry.entity == "members").order_by(AuditEntry.id))
    return [(row.moved_from, row.moved_to, row.why) for row in rows]
