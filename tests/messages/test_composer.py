"""Coordinators word the texts: counted, tried, refused with the typed words kept, never overwritten."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from handyman import links
from handyman.extensions import db, now, transaction
from handyman.messages import announce, fill, templates, texts, written
from handyman.messages.composer import desk
from handyman.messages.leaving import filled
from handyman.messages.wordings import WORDINGS
from handyman.models import (
    Actor,
    ActorKind,
    Message,
    MessageKind,
    RecipientKind,
    Role,
    TextKind,
    TextLanguage,
    TextTemplate,
    User,
)
from tests.conftest import Client
from tests.factories import (
    make_address,
    make_contact,
    make_member,
    make_person,
    make_request,
    make_resident,
    make_user,
    make_visit,
)

K, KO, EN = TextKind, TextLanguage.KO, TextLanguage.EN
BOOKED = "/texts/resident_booked/ko"
WORDS = "[{사무실}] 찾아뵙니다 {때} {곳} {누가} 번호 {번호} {전화}"
SignIn = Callable[..., User]
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def coordinator(sign_in: SignIn) -> User:
    return sign_in(Role.COORDINATOR)


def save(client: Client, body: str = WORDS, seen: int = 1, page: str = BOOKED) -> Any:
    return client.post(page, data={"body": body, "seen": seen})


def kept() -> list[tuple[int, str]]:
    wanted = select(TextTemplate.version, TextTemplate.body).order_by(TextTemplate.version)
    db.session.rollback()
    return [(version, body) for version, body in db.session.execute(wanted)]


def booked_text(**person: Any) -> Message:
    resident = make_resident()
    for name, value in person.items():
        setattr(resident.person, name, value)
    announce.booked(make_visit(make_request(resident), start=now() + timedelta(hours=5)), now())
    return db.session.scalars(select(Message)).one()


def test_the_list_shows_every_text_in_both_languages(client: Client, coordinator: User) -> None:
    page = client.get("/texts").get_data(as_text=True)
    for wording in WORDINGS.values():
        assert wording.ko in page
        assert wording.en in page
    assert "한 통을 넘을 수 있음" not in page


def test_a_saved_wording_is_what_the_next_text_says(client: Client, coordinator: User) -> None:
    assert save(client).status_code == 303
    told = booked_text()
    assert told.body.startswith("[동작핸디맨] 찾아뵙니다 11/24(화) ")
    assert told.template_version == 2


def test_a_text_of_the_house_is_version_one(client: Client) -> None:
    assert booked_text().template_version == 1


def test_nothing_is_overwritten_and_going_back_is_a_new_version(client: Client, coordinator: User) -> None:
    first = WORDINGS[K.RESIDENT_BOOKED].ko
    save(client)
    page = client.get(BOOKED).get_data(as_text=True)
    assert f'name="body" value="{first}"' in page  # the button that goes back
    assert save(client, first, seen=2).status_code == 303
    assert kept() == [(2, WORDS), (3, first)]
    assert booked_text().template_version == 3


def test_the_same_words_make_no_version(client: Client, coordinator: User) -> None:
    answer = client.post(
        BOOKED, data={"body": WORDINGS[K.RESIDENT_BOOKED].ko, "seen": 1}, follow_redirects=True
    )
    assert "바뀐 것이 없습니다" in answer.get_data(as_text=True)
    assert kept() == []


def test_each_change_since_the_form_was_opened_is_shown_the_oldest_first(
    client: Client, coordinator: User
) -> None:
    wordings = [WORDS, WORDS.replace("찾아뵙니다", "갑니다"), WORDS.replace("찾아뵙니다", "옵니다")]
    for seen, body in enumerate(wordings, 1):
        save(client, body, seen=seen)
    page = save(client, f"{WORDS} 뵙겠습니다", seen=2).get_data(as_text=True)
    told = page.partition('id="changed-meanwhile"')[2].partition("</div>")[0]
    shown = re.findall(r'"version-text"[^>]*>(.*?)</dd>', told)
    assert shown == [wordings[0], wordings[1], wordings[1], wordings[2]]
    assert 'id="changed-meanwhile"' not in client.get(BOOKED).get_data(as_text=True)


def test_a_form_that_is_out_of_date_is_told_so_and_overwrites_nothing(
    client: Client, coordinator: User
) -> None:
    save(client)
    answer = save(client, WORDS.replace("찾아뵙니다", "갑니다"), seen=1)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert re.search(r"그 사이에 \w+ 님이 이 문구를 고쳤습니다", page)
    assert "갑니다 {때}" in page
    told = re.search(r'id="changed-meanwhile".*?</div>', page, re.DOTALL)
    assert told is not None
    assert [WORDINGS[K.RESIDENT_BOOKED].ko, WORDS] == re.findall(r'"version-text"[^>]*>(.*?)</dd>', told[0])
    assert coordinator.name in told[0]
    assert kept() == [(2, WORDS)]
    assert 'name="seen" value="2"' in page
    assert save(client, WORDS.replace("찾아뵙니다", "갑니다"), seen=2).status_code == 303


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "문구를 적어 주십시오"),
        (f"{WORDS} {{이름}}", "쓸 수 없는 자리표입니다: {이름}"),
        (f"{WORDS} {{링크}}", "쓸 수 없는 자리표입니다: {링크}"),
        (WORDS.replace("{전화}", ""), "빠졌습니다: {전화}"),
        (f"{WORDS} ✓", "나오지 않는 글자입니다: ✓"),
        (f"{WORDS} {{", "중괄호는 자리표에만"),
        (f"{WORDS} 문이 열려 있으면 들어가겠습니다. 놀라지 마십시오", "한 통(70자, 90바이트)을 넘을 수"),
    ],
)
def test_a_refused_wording_says_why_and_keeps_the_words(
    client: Client, coordinator: User, body: str, sentence: str
) -> None:
    answer = save(client, body)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert f">{body}</textarea>" in page
    assert kept() == []


def test_dashes_and_quotation_marks_are_kept_as_telephones_show_them(
    client: Client, coordinator: User
) -> None:
    save(client, f"{WORDS} – {{ 무엇 }}")
    assert kept() == [(2, f"{WORDS} - {{무엇}}")]


def test_without_a_script_the_server_counts_and_shows(client: Client, coordinator: User) -> None:
    answer = client.post(f"{BOOKED}/look", data={"body": f"{WORDS} ✓", "seen": 1})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert '<mark class="strange" lang="ko">✓</mark>' in page
    assert f">{WORDS} ✓</textarea>" in page
    values = desk.example_words(K.RESIDENT_BOOKED, KO, now())
    words = f"{WORDS} ".format(**values).strip()
    assert f'<b id="characters">{len(words) + 2}</b>' in page
    assert kept() == []


def test_the_preview_takes_the_longest_names_on_file_and_stays_one_part(
    client: Client, coordinator: User
) -> None:
    make_member("남궁알렉산드라페트로브나")
    make_member("제갈블라디미르")
    make_resident("황보강아지똥풀", address=make_address(haengjeong_dong="신대방제십이동"))
    found = desk.look(K.RESIDENT_BOOKED, KO, WORDS, now())
    example, longest, standby = found.previews
    assert "김가람" in example.words
    assert "남궁알렉산" in longest.words
    assert "신대방제십" in longest.words
    assert "황보강아지 댁" in standby.words
    assert all(each.characters <= 70 and each.bytes <= 90 for each in found.previews)


def test_a_members_preview_has_the_longest_name_for_who_goes_with_them(
    client: Client, coordinator: User
) -> None:
    make_member("남궁알렉산드라페트로브나")
    make_member("제갈블라디미르")
    found = desk.look(K.MEMBER_WITHDRAWN, KO, "{때} {곳} {누가} {번호} {전화}", now())
    assert "+남궁알렉산드라페트로브나" in found.previews[1].words


@pytest.mark.settings(PUBLIC_BASE_URL="http://handyman1.seoul-dongjak.coop.kr")
def test_the_page_says_what_an_offer_leaves_out_last(client: Client, coordinator: User) -> None:
    offer, moved = (
        client.get(f"/texts/{kind}/ko").get_data(as_text=True) for kind in (K.MEMBER_OFFER, K.MEMBER_MOVED)
    )
    for page, asks in ((offer, True), (moved, False)):
        assert ("이 문자만 읽고 맡을지 정합니다" in page) is asks


def test_an_operator_words_no_texts(client: Client, sign_in: SignIn) -> None:
    sign_in(Role.OPERATOR)
    assert client.get("/texts").status_code == 403
    assert save(client).status_code == 403


@pytest.mark.settings(PUBLIC_BASE_URL="http://a-very-long-name.of-an-office.example.kr")
def test_an_address_that_leaves_no_room_is_said_on_the_list(client: Client, coordinator: User) -> None:
    assert "한 통을 넘을 수 있음" in client.get("/texts").get_data(as_text=True)


@pytest.mark.parametrize("together", [4])
def test_of_those_who_save_at_one_moment_one_is_taken(app: Flask, any_database: str, together: int) -> None:
    user = make_user(Role.COORDINATOR)
    by = Actor(ActorKind.USER, user.id)
    db.session.commit()
    db.session.remove()
    start = threading.Barrier(together)

    def write(number: int) -> bool:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    templates.save(K.RESIDENT_BOOKED, KO, f"{WORDS} {number}", 1, by, now())
            except templates.ChangedMeanwhileError:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(together) as crowd:
        assert sorted(crowd.map(write, range(together))) == [False] * (together - 1) + [True]
    assert [version for version, _body in kept()] == [2]


def test_who_gets_texts_in_english_reads_english(client: Client) -> None:
    assert "visits. No." in booked_text(language="en").body


def test_an_english_text_says_the_items_in_english_and_comes_from_its_own_version(
    client: Client, coordinator: User
) -> None:
    words = "[{사무실}] {때} {곳} {누가} {무엇} No.{번호} {전화}"
    save(client, words, page="/texts/resident_booked/en")
    told = booked_text(language="en")
    assert " Lamp" in told.body
    assert told.template_version == 2


def test_a_member_who_reads_english_is_asked_in_english(client: Client) -> None:
    member = make_member(language="en")
    offer = make_visit(members=[member], accepted=False).assignments[0].offers[0]
    announce.offered(offer, now())
    [asked] = db.session.scalars(select(Message).where(Message.kind == MessageKind.MEMBER_OFFER))
    assert asked.body.startswith("25th10h 상도1 x1 Lamp 40m? ")
    assert asked.body.endswith(" 028200000 {link}")
    assert texts.fits(asked.body.replace(texts.LINK, "x" * links.length()))


def test_a_language_on_the_card_is_that_of_what_waits_already(client: Client, sign_in: SignIn) -> None:
    sign_in(Role.OPERATOR)
    told = booked_text()
    assert "방문. 번호" in told.body
    path = f"/people/{told.recipient_id}/language"
    assert client.post(path, data={"language": "en"}).status_code == 303
    db.session.refresh(told)
    assert "visits. No." in told.body
    assert 'value="en" selected' in client.get(f"/people/{told.recipient_id}").get_data(as_text=True)
    assert client.post(path, data={"language": "fr"}).status_code == 422
    assert client.post("/people/987654/language", data={"language": "en"}).status_code == 404


def test_who_stands_by_a_resident_reads_their_own_language() -> None:
    resident = make_resident("김보기")
    daughter = make_person("딸기", language="en")
    make_contact(resident, daughter)
    visit = make_visit(make_request(resident), start=now() + timedelta(days=3))
    told = written.for_standby(visit, MessageKind.RESIDENT_BOOKED, daughter)
    assert " at 김보기's: a member visits." in told.body
    assert texts.fits(told.body)


def test_the_members_form_keeps_the_language(client: Client, coordinator: User) -> None:
    member = make_member()
    page = client.get(f"/members/{member.id}/edit").get_data(as_text=True)
    assert '<option value="ko" selected>' in page
    data = {"name": member.name, "phone": "010-9999-0001", "home": member.home_label, "travel_mode": "walk"}
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    form = {**data, "joined_on": "2026-01-02", "active": "1", "seen": seen, "language": "en"}
    assert client.post(f"/members/{member.id}/edit", data={**form, "language": "xx"}).status_code == 422
    assert client.post(f"/members/{member.id}/edit", data=form).status_code == 303
    db.session.refresh(member)
    assert member.language == "en"


def test_a_reminder_that_waits_is_written_in_the_language_of_the_form(
    client: Client, coordinator: User
) -> None:
    member = make_member(language="en")
    visit = make_visit(start=now() + timedelta(days=2), members=[member])
    announce.accepted(visit.assignments[0], now())
    wanted = select(Message).where(Message.kind == MessageKind.MEMBER_REMINDER)
    assert "10am" in db.session.scalars(wanted).one().body
    member.language = "ko"
    written.write_anew_to(RecipientKind.MEMBER, member.id)
    assert "10시 시작" in db.session.scalars(wanted).one().body


@pytest.mark.settings(PUBLIC_BASE_URL="https://handyman-dj.kr")
def test_a_reminder_with_a_link_of_an_earlier_release_is_one_part_when_it_is_written_anew() -> None:
    member = make_member()
    visit = make_visit(start=now() + timedelta(days=2), members=[member, make_member("남궁나래")])
    announce.accepted(visit.assignments[0], now())
    wanted = select(Message).where(Message.kind == MessageKind.MEMBER_REMINDER)
    reminder = db.session.scalars(wanted).one()
    assert reminder.link
    reminder.link.nonce = "0123456789abcdef" * 2
    written.write_anew_to(RecipientKind.MEMBER, member.id)
    words = filled(reminder)
    assert re.search(r"/[\w-]{12}$", words)
    assert len(words) <= texts.MOST_CHARACTERS


def test_every_kind_is_counted_as_it_is_filled() -> None:
    """What the page counts while somebody types is the example before it is shortened."""
    for kind in TextKind:
        for language in TextLanguage:
            body = templates.newest(kind, language).body
            found = desk.look(kind, language, body, now())
            words = body.format(**desk.example_words(kind, language, now()))
            assert (found.characters, found.bytes) == fill.measured(" ".join(words.split()))
            assert found.problems == []
