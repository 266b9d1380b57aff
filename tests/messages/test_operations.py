"""How sending goes: the page that a person reads, and the same figures for a monitor."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session, scoped_session

from handyman import links
from handyman.extensions import db, now
from handyman.messages import figures, fill, samples, templates, trouble, wording
from handyman.messages.composer import desk, room, say
from handyman.messages.wordings import OFFERS
from handyman.models import Attempt, Heartbeat, MessageState, Role, TextKind, TextLanguage, User
from tests.conftest import Client
from tests.factories import PASSWORD, add, make_member, make_message, make_person, make_user

S = MessageState
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def busy_hour(session: scoped_session[Session]) -> None:
    """One text sent, one refused, one waiting for twenty minutes; a worker, and an account refused."""
    at = now()
    sent = make_message(make_person(), state=S.DELIVERED, due_at=at - timedelta(minutes=30))
    failed = make_message(make_person(), state=S.FAILED, due_at=at - timedelta(hours=2), last_error="30007")
    make_message(make_person(), due_at=at - timedelta(minutes=20))
    make_message(make_person(), due_at=at + timedelta(days=1))
    add(Attempt(outbox_id=sent.id, number=1, started_at=at - timedelta(minutes=30), outcome="accepted"))
    add(
        Attempt(
            outbox_id=failed.id,
            number=1,
            started_at=at - timedelta(hours=2),
            outcome="failed",
            error_code="30007",
        )
    )
    add(Heartbeat(worker="one", at=at - timedelta(seconds=9)))
    trouble.stop("twilio", "20003", at)
    session.commit()


def read(client: Client, **environ: str) -> dict[str, float]:
    answer = client.get("/metrics", environ_base=environ)
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.usefixtures("busy_hour")
def test_a_monitor_reads_what_the_page_says(client: Client) -> None:
    found = read(client)
    assert found["handyman_oldest_due_seconds"] == 1_200
    assert found["handyman_to_pass_on"] == 2
    assert found["handyman_missed_of_day 30007"] == 1
    assert (found["handyman_tries_in_hour"], found["handyman_accepted_in_hour"]) == (1, 1)
    assert found["handyman_texts_of_day delivered"] == found["handyman_texts_of_day failed"] == 1
    assert found["handyman_texts_of_day pending"] == 1
    assert found["handyman_errors_of_day 30007"] == 1
    assert found["handyman_worker_seconds one"] == 9
    assert found["handyman_provider_refuses twilio"] == 1


@pytest.mark.usefixtures("busy_hour")
def test_the_page_says_it_in_words(client: Client, sign_in: SignIn) -> None:
    sign_in(Role.COORDINATOR)
    page = client.get("/operations").text
    for words in ("20분", "움직임", "30007", "우리 문자를 거절", "보내지 못함"):
        assert words in page
    assert 'href="/operations"' in client.get("/messages").text


def test_a_quiet_office_has_nothing_to_say(client: Client, sign_in: SignIn) -> None:
    found = read(client)
    assert found["handyman_oldest_due_seconds"] == found["handyman_to_pass_on"] == 0
    sign_in(Role.COORDINATOR)
    assert "아직 움직인 적이 없습니다" in client.get("/operations").text


def test_to_other_networks_there_are_no_figures(client: Client) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200


@pytest.mark.settings(METRICS_FROM="10.0.0.0/8")
def test_the_office_names_the_networks(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.9.8.7"}).status_code == 200


def test_an_operator_has_no_page_of_operations(client: Client, sign_in: SignIn) -> None:
    sign_in(Role.OPERATOR)
    assert client.get("/operations").status_code == 403
    assert 'href="/operations"' not in client.get("/messages").text


def test_texts_of_more_than_a_day_ago_are_not_counted() -> None:
    make_message(make_person(), state=S.DELIVERED, due_at=now() - timedelta(days=2))
    assert figures.measure(now()).states == {}


@pytest.mark.usefixtures("busy_hour")
def test_the_page_says_why_texts_did_not_arrive_in_words(client: Client, sign_in: SignIn) -> None:
    for code, state in (("3043", S.UNDELIVERED), ("30003", S.UNDELIVERED), ("", S.EXPIRED)):
        make_message(make_person(), state=state, last_error=code, due_at=now() - timedelta(hours=1))
    sign_in(Role.COORDINATOR)
    shown = client.get("/operations").text
    assert "2건 · 전화기가 꺼져 있거나 통화권 밖입니다." in shown
    assert "1건 · 제때 보내지 못했습니다." in shown
    assert shown.count("통신사가 스팸으로 막았습니다.") == 2, "as a reason, and beside its code"


def test_an_address_too_long_for_the_longest_offer_is_said_with_what_goes_first(
    make_app: Callable[..., Flask],
) -> None:
    with make_app(PUBLIC_BASE_URL="https://a.kr").app_context():
        make_member("박수리")
        db.session.commit()
        enough = room.of_office(now()).enough or 0
    for address, said, lost in ((enough, True, []), (enough + 1, False, ["걸리는 시간"])):
        app = make_app(PUBLIC_BASE_URL=f"http://{'a' * (address - 10)}.kr")
        with app.test_request_context():
            found = room.of_office(now())
            assert found.address == address
            assert [say.place(each, TextKind.MEMBER_OFFER) for each in found.lost][: len(lost)] == lost
            assert all("028200000" in longest(kind).replace("-", "") for kind in OFFERS)
            assert all("40분" in longest(kind) for kind in OFFERS) is said
    with app.app_context():
        login = make_user(Role.COORDINATOR).login
        db.session.commit()
    browser = app.test_client()
    browser.post("/sign-in", data={"login": login, "password": PASSWORD})
    page = browser.get("/operations").text
    assert "긴 제안 문자에서 빠지는 것이 있습니다: 걸리는 시간" in page
    assert f"{enough + 1}자인데, {enough}자까지면" in page
    with app.test_request_context():
        make_member("황보선우리")
        assert room.of_office(now()).lost[0] is fill.Slot.LONG


def longest(kind: TextKind) -> str:
    ko = TextLanguage.KO
    values = samples.values_of(kind, ko, wording.office(), desk.longest_on_file(kind, now(), ko))
    return fill.fill(templates.newest(kind, ko).body, values, links.length(), offer=True)


def test_what_is_taken_and_what_is_sent_on_are_counted_under_their_one_name(
    client: Client, sign_in: SignIn
) -> None:
    for state in (S.ACCEPTED, S.ACCEPTED, S.SENT):
        make_message(make_person(), state=state, due_at=now() - timedelta(minutes=5))
    sign_in(Role.COORDINATOR)
    shown = client.get("/operations").text
    assert "<dt>도착 확인 안 됨</dt><dd>3건</dd>" in shown
    assert shown.count("도착 확인 안 됨") == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ConnectionError", "통신 회사와 연결이 끊겼습니다."),
        ("JSONDecodeError", "통신 회사의 답을 읽을 수 없었습니다."),
        ("503", "통신 회사에 장애가 있습니다."),
        ("20429", "한꺼번에 많이 보내 통신 회사가 늦추었습니다."),
    ],
)
def test_an_error_of_the_line_is_said_in_words(
    client: Client, sign_in: SignIn, code: str, words: str
) -> None:
    text, at = make_message(make_person(), state=S.UNKNOWN), now()
    add(Attempt(outbox_id=text.id, number=1, started_at=at, outcome="unknown", error_code=code))
    sign_in(Role.COORDINATOR)
    assert words in client.get("/operations").text


def test_workers_are_told_from_each_other_in_words(client: Client, sign_in: SignIn) -> None:
    for name, since in (("vm:20559", 9), ("vm:20600", 600)):
        add(Heartbeat(worker=name, at=now() - timedelta(seconds=since)))
    sign_in(Role.COORDINATOR)
    shown = in_words(client.get("/operations").text)
    assert "일꾼 1 · 움직임 vm:20559" in shown
    assert "일꾼 2 · 멈춤 10분 전 vm:20600" in shown


def in_words(page: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", page).split())


def test_what_is_seen_to_already_is_told_from_what_somebody_has_to_do(
    client: Client, sign_in: SignIn
) -> None:
    at = now() - timedelta(hours=1)
    for told_at in (now(), now(), None):
        make_message(make_person(), state=S.NEEDS_PERSON, last_error="at_night", due_at=at, told_at=told_at)
    make_message(make_person(), state=S.DELIVERED, due_at=at, told_at=now())
    sign_in(Role.COORDINATOR)
    shown = in_words(client.get("/operations").text)
    assert "전화로 알려야 할 문자 1건" in shown
    assert "사람이 알려야 함 3건 (그중 2건은 처리됨)" in shown
    assert "3건 (그중 2건은 처리됨) · 밤에는 문자나 전화가" in shown
    assert shown.count("처리됨") == 2
    found = read(client)
    assert (found["handyman_texts_of_day needs_person"], found["handyman_to_pass_on"]) == (3, 1)
    assert found["handyman_seen_to_of_day needs_person"] == 2
