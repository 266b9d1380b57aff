"""What a control is called aloud holds the words that are seen on it: whoever speaks them, presses it."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import Role, TextKind, TextLanguage, TextTemplate, Visit, VisitingWish
from tests.factories import make_user
from tests.whole_product import crawl

STARTS = ["/", "/calls/new", "/texts/resident_booked/ko"]
KEY = "kbd"  # printed on the control; axe reads it as a part of its words, people do not


class Controls(HTMLParser):
    """Each button and link that is called otherwise than it is written."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self._inside = self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        called = dict(attrs).get("aria-label")
        if tag in ("a", "button") and called:
            self.found.append((called, []))
            self._inside = 1
        self._silent += tag == KEY

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag == KEY
        if tag in ("a", "button"):
            self._inside = 0

    def handle_data(self, data: str) -> None:
        if self._inside and not self._silent:
            self.found[-1][1].append(data)


def plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


@pytest.mark.usefixtures("demo_office")
@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_control_is_called_otherwise_than_it_is_written(
    app: Flask, session: scoped_session[Session], language: str
) -> None:
    user, client = make_user(Role.ADMINISTRATOR), app.test_client()
    newer = {"kind": TextKind.RESIDENT_BOOKED, "language": TextLanguage.KO, "version": 2}
    session.add(TextTemplate(**newer, body="[{사무실}] {때} {누가}", saved_by=user, saved_at=now()))
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"], cookie["language"] = user.get_id(), True, language
    wished = session.scalars(
        select(Visit.id).join(VisitingWish, VisitingWish.resident_id == Visit.resident_id)
    )
    pages = crawl(client, [*STARTS, *(f"/visits/{visit_id}" for visit_id in wished)])
    found = {(called, *seen) for page in pages.values() for called, seen in Controls(page.html).found}
    assert len(found) > 20
    assert sorted(each for each in found if plain(" ".join(each[1:])) not in plain(each[0])) == []
