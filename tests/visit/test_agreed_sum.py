"""What the resident has agreed to pay: the resident, the text, the job and the report say the same."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import db, now
from handyman.messages import templates
from handyman.messages.texts import fits
from handyman.models import (
    Actor,
    ActorKind,
    Member,
    Message,
    MessageKind,
    TextKind,
    TextLanguage,
    TextTemplate,
    Visit,
)
from tests import factories
from tests.conftest import Client

SHARE = re.compile(r'<input[^>]* name="share"[^>]* value="(\d*)"')


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member, client: Client, sign_in: Callable[..., Any]) -> Visit:
    """In half an hour; the office has written the sum down."""
    found = factories.make_visit(members=[member], start=now() + timedelta(minutes=30))
    sign_in("operator")
    client.post(f"/visits/{found.id}/sum", data={"agreed_won": "40,000"})
    return found


@pytest.fixture
def job(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def on_the_way(visit: Visit, member: Member) -> str:
    flow.start_travel(visit.id, Actor(ActorKind.MEMBER, member.id), now())
    told = select(Message.body).where(Message.kind == MessageKind.RESIDENT_ON_THE_WAY)
    return db.session.scalars(told).one()


def test_the_job_says_the_sum(client: Client, job: str) -> None:
    page = client.get(job).text
    assert "40,000원" in page
    assert "이보다 더 받지 마십시오" in page


def test_where_none_was_agreed_the_job_names_none(client: Client, member: Member) -> None:
    free = factories.make_visit(members=[member], start=now() + timedelta(minutes=30))
    assert "어르신이 내실 돈" not in client.get(f"{factories.make_link(free, member)[1]}/{free.id}").text


def test_the_share_of_the_report_begins_at_the_sum(client: Client, job: str) -> None:
    client.post(f"{job}/arrive")
    kit = client.get(f"{job.rpartition('/')[0]}/kit").get_json()["pages"]
    for page in (client.get(f"{job}/report/materials").text, kit[f"{job}/report/materials"]):
        assert SHARE.findall(page) == ["40000"]
        assert "현장에서 받지 않습니다" not in page
        assert "약속한 금액은 40,000원입니다" in page


def test_a_share_that_was_left_empty_stays_nothing(client: Client, job: str) -> None:
    client.post(f"{job}/arrive")
    client.post(f"{job}/report/materials", data={"share": ""})
    assert SHARE.findall(client.get(f"{job}/report/materials").text) == ["0"]


def test_an_open_page_of_the_job_learns_of_it(client: Client, visit: Visit, job: str) -> None:
    client.post(f"{job}/travel")
    before = client.get(f"{job}/news").text
    client.post(f"/visits/{visit.id}/sum", data={"agreed_won": "50,000"})
    assert client.get(f"{job}/news").text != before


@pytest.mark.parametrize(("language", "words"), [("ko", "돈 40,000원"), ("en", "Pay 40,000 won")])
def test_the_text_on_the_way_says_the_sum(visit: Visit, member: Member, language: str, words: str) -> None:
    visit.resident.person.language = language
    db.session.commit()
    body = on_the_way(visit, member)
    assert words in body
    assert "안 받음" not in body
    assert "Do not pay" not in body
    assert fits(body)


def test_no_wording_of_an_earlier_release_denies_it(visit: Visit, member: Member) -> None:
    old = "[{사무실}] 지금 {누가} 갑니다. {때} {곳} 번호 {번호}. 돈 안 받음 {전화}"
    kept = {"kind": TextKind.RESIDENT_ON_THE_WAY, "language": TextLanguage.KO, "version": 2, "body": old}
    db.session.add(TextTemplate(**kept, saved_by=factories.make_user(), saved_at=now()))
    db.session.commit()
    assert templates.newest(TextKind.RESIDENT_ON_THE_WAY, TextLanguage.KO).body == old
    body = on_the_way(visit, member)
    assert "돈 40,000원" in body
    assert "안 받음" not in body
