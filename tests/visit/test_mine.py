"""Members who want everything in one place: a code by text, the day, the calendar, days off, wishes."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from handyman.extensions import db, now
from handyman.messages.leaving import filled
from handyman.models import (
    Absence,
    Member,
    Message,
    MessageKind,
    MessageState,
    Reopening,
    SignInCode,
    Visit,
    VisitingWish,
    VisitState,
    WishedBy,
    WishKind,
)
from handyman.visit.mine import entry
from tests import factories
from tests.conftest import Clock

PHONE = "010-2345-6789"


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리", phone="+821023456789", wished_minutes=30 * 60)


def ask_code(client: FlaskClient, phone: str = PHONE) -> str:
    """What the text says, in the order of asking; nothing where none was sent."""
    assert client.post("/my/code", data={"phone": phone}).status_code == 200
    db.session.commit()
    newest = select(Message).where(Message.kind == MessageKind.MEMBER_CODE).order_by(Message.id.desc())
    text = db.session.scalars(newest.limit(1)).first()
    return re.findall(r"\d{6}", filled(text))[0] if text else ""


def come_in(client: FlaskClient, code: str, phone: str = PHONE) -> int:
    return client.post("/my/sign-in", data={"phone": phone, "code": code}).status_code


@pytest.fixture
def inside(client: FlaskClient, member: Member) -> FlaskClient:
    assert come_in(client, ask_code(client)) == 303
    return client


def shown(client: FlaskClient, path: str = "/my") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def make_job(member: Member, in_hours: float, **values: Any) -> Visit:
    lamp = factories.make_item()
    lamp.materials = [factories.make_material("led", name_ko="엘이디 등")]
    address = factories.make_address("서울특별시 동작구 상도로 369")
    request = factories.make_request(factories.make_resident("김보기", address=address), [(lamp, 2)])
    start = now() + timedelta(hours=in_hours)
    return factories.make_visit(request, start=start, members=[member], **values)


# Coming in


def test_a_code_by_text_opens_the_door_once(client: FlaskClient, member: Member) -> None:
    assert client.get("/my").headers["Location"].endswith("/my/sign-in")
    code = ask_code(client)
    row = db.session.scalars(select(Message)).one()
    assert code not in row.body, "no table and no page of the office shows it"
    assert come_in(client, f" {code[:3]} {code[3:]}") == 303
    assert "하실 일" in shown(client)
    assert come_in(client, code) == 422, "used up"
    client.post("/my/sign-out")
    assert client.get("/my").status_code == 303


def test_the_day_says_what_is_repaired_once_more(inside: FlaskClient, member: Member) -> None:
    before, today = make_job(member, -48), make_job(member, 2)
    other = make_job(member, 5)
    request = today.items[0].request_item.request_id
    db.session.add(Reopening(request_id=request, visit_id=before.id, at=now()))
    db.session.commit()
    page = shown(inside)
    assert page.count("다시 고치는 일") == 1
    assert (
        page.index(f"/my/jobs/{today.id}") < page.index("다시 고치는 일") < page.index(f"/my/jobs/{other.id}")
    )


def test_a_copy_of_the_cookie_opens_nothing_once_its_owner_has_left(inside: FlaskClient, app: Flask) -> None:
    cookie = inside.get_cookie(entry.COOKIE, path="/my")
    assert cookie
    content, _, signature = cookie.value.rpartition(".")
    copies = [cookie.value, f"{content}.{signature}=", f"{content}.{signature[:4]}!{signature[4:]}"]
    thief, own = app.test_client(), app.test_client()
    thief.set_cookie(entry.COOKIE, copies[0], path="/my")
    assert thief.get("/my").status_code == 200
    assert come_in(own, ask_code(own)) == 303
    inside.post("/my/sign-out")
    for copy in copies:
        thief.set_cookie(entry.COOKIE, copy, path="/my")
        assert thief.get("/my").status_code == 303, copy
    assert own.get("/my").status_code == 200, "another telephone of the same member stays in"


def test_who_came_in_before_sign_ins_had_marks_stays_until_they_leave(
    client: FlaskClient, app: Flask, member: Member
) -> None:
    db.session.commit()
    signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="member")
    cookie = signer.dumps([member.id, hashlib.sha256(member.phone.encode()).hexdigest()[:12]])
    thief = app.test_client()
    for telephone in (client, thief):
        telephone.set_cookie(entry.COOKIE, cookie, path="/my")
        assert telephone.get("/my").status_code == 200
    client.post("/my/sign-out")
    assert thief.get("/my").status_code == 303


@pytest.mark.parametrize(
    ("language", "not_in", "not_sent"),
    [
        ("ko", "아직 들어가지 못했습니다.", "아직 번호를 보내지 못했습니다."),
        ("en", "You are not in yet.", "The digits have not been sent yet."),
    ],
)
def test_a_refusal_at_the_door_says_what_did_not_happen(
    client: FlaskClient, member: Member, language: str, not_in: str, not_sent: str
) -> None:
    with client.session_transaction() as chosen:
        chosen["language"] = language
    ask_code(client)
    wrong = client.post("/my/sign-in", data={"phone": PHONE, "code": "12"})
    unknown = client.post("/my/code", data={"phone": "12"})
    for refused, said in ((wrong, not_in), (unknown, not_sent)):
        page = refused.get_data(as_text=True)
        assert said in page
        assert "저장하지 못했습니다" not in page
        assert "Not saved" not in page


def test_the_address_where_a_code_is_typed_leads_back_to_the_door(client: FlaskClient) -> None:
    again = client.get("/my/code")
    assert (again.status_code, again.headers["Location"]) == (303, "/my/sign-in")


def test_a_code_is_over_after_ten_minutes_and_after_five_wrong_ones(
    client: FlaskClient, member: Member, clock: Clock
) -> None:
    code = ask_code(client)
    clock.advance(minutes=10)
    assert come_in(client, code) == 422
    code = ask_code(client)
    wrong = "000000" if code != "000000" else "111111"
    assert [come_in(client, wrong) for _try in range(5)] == [422] * 5
    assert come_in(client, code) == 422


def test_only_the_newest_code_counts_and_few_are_sent(client: FlaskClient, member: Member) -> None:
    first, second, third = (ask_code(client) for _time in range(3))
    assert len({first, second, third}) > 1
    assert ask_code(client) == third, "the fourth within a quarter of an hour is not sent"
    assert len(db.session.scalars(select(SignInCode)).all()) == 3
    assert come_in(client, first) == (303 if first == third else 422)
    assert come_in(client, third) == 303


@pytest.mark.parametrize("who", ["stranger", "left", "without_smartphone"])
def test_nobody_learns_who_is_a_member(client: FlaskClient, member: Member, who: str) -> None:
    member.active, member.smartphone = who != "left", who != "without_smartphone"
    phone = "010-9999-9999" if who == "stranger" else PHONE
    page = client.post("/my/code", data={"phone": phone}).get_data(as_text=True)
    assert "문자로 온 번호를 적어 주십시오" in page
    assert db.session.scalars(select(Message)).all() == []
    assert client.post("/my/code", data={"phone": "공일공"}).status_code == 422


def test_whoever_has_left_or_has_another_number_is_out(inside: FlaskClient, member: Member) -> None:
    member.phone = "+821011112222"
    assert inside.get("/my").status_code == 303
    member.phone, member.active = "+821023456789", False
    assert inside.get("/my").status_code == 303


def test_a_made_up_cookie_opens_nothing_and_codes_are_not_asked_for_without_end(
    app: Flask, make_app: Callable[..., Any], member: Member
) -> None:
    browser = make_app().test_client()
    browser.set_cookie("handyman_member", "WzEsIngiXQ.made.up", path="/my")
    assert browser.get("/my").status_code == 303
    answers = [browser.post("/my/code", data={"phone": PHONE}).status_code for _try in range(11)]
    assert (answers[0], answers[-1]) == (200, 429)


def test_the_office_s_sign_in_opens_no_member_s_pages(
    client: FlaskClient, member: Member, sign_in: Callable[..., Any]
) -> None:
    sign_in("administrator")
    assert client.get("/my").status_code == 303


# The day and the month


def test_the_day_in_order_with_ways_what_to_bring_and_the_hours(inside: FlaskClient, member: Member) -> None:
    late, early = make_job(member, 5), make_job(member, 2)
    early.address.unit, late.address.unit = "101호", "202호"
    early.items[0].request_item.answers = {"ceiling_cm": 300}
    others = make_job(factories.make_member("최남남"), 3)
    others.address.unit = "303호"
    done = make_job(member, -48)
    done.state = VisitState.FINISHED
    page = shown(inside)
    assert page.index("101호") < page.index("202호")
    assert "303호" not in page
    assert page.count("가는 데 약") == 2
    assert "엘이디 등" in page
    assert "전등 교체 4개" in page, "of the whole day"
    assert "안전모" in page, "where somebody has to climb"
    assert "한 일 40분, 맡은 일 1시간 20분" in page
    assert "30시간" in page, "the wish"


@pytest.mark.parametrize(("over", "pieces"), [(VisitState.FINISHED, 1), (VisitState.FAILED, 0)])
def test_nothing_is_brought_along_for_what_is_over(
    inside: FlaskClient, member: Member, over: VisitState, pieces: int
) -> None:
    """Of two lamps one was repaired, or nobody was at home."""
    ended, _comes = make_job(member, -1), make_job(member, 2)
    ended.state, ended.items[0].done_quantity = over, pieces
    bring = shown(inside).partition("이 날 챙길 것")[2].partition("</section>")[0]
    assert "전등 교체 2개" in bring


def test_what_was_never_reported_is_not_what_somebody_does_now(
    inside: FlaskClient, member: Member, clock: Clock
) -> None:
    """Six hours after its window."""
    visit = make_job(member, 0)
    visit.state = VisitState.ON_THE_WAY
    marks = ("지금 하는 일", "이 날 챙길 것", "보고가 남았습니다")
    assert [words in shown(inside) for words in marks] == [True, True, False]
    clock.advance(hours=8)
    assert [words in shown(inside) for words in marks] == [False, False, True]


def test_what_lies_ahead_shows_the_dong_only(inside: FlaskClient, member: Member) -> None:
    visit = make_job(member, 72)
    page = shown(inside, f"/my?day={visit.day}")
    assert "상도1동" in page
    assert "상도로 369" not in page
    assert "김보기" not in page


def test_a_job_opens_by_a_link_that_opens_no_other(inside: FlaskClient, member: Member) -> None:
    visit, theirs = make_job(member, 2), make_job(factories.make_member("최남남"), 3)
    answer = inside.post(f"/my/jobs/{visit.id}")
    path = answer.headers["Location"]
    assert path.startswith("/"), "a browser goes to no other name of the office from a form"
    assert "출발했습니다" in shown(inside, path)
    other = make_job(member, 4)
    assert inside.get(f"{path}/{other.id}").status_code == 404
    assert inside.post(f"/my/jobs/{theirs.id}").status_code == 404
    again = inside.post(f"/my/jobs/{visit.id}").headers["Location"]
    assert again == answer.headers["Location"], "the link that they have"


def test_my_share_stands_beside_the_group_s(inside: FlaskClient, member: Member) -> None:
    make_job(member, 2, service_minutes=600)
    make_job(factories.make_member("최남남", wished_minutes=30 * 60), 3, service_minutes=60)
    page = shown(inside)
    assert "다른 분들은 보통" in page
    assert "다른 분들보다 많습니다" in page


# The calendar


def feed_path(client: FlaskClient) -> str:
    (address,) = re.findall(r"http://[^<]+\.ics", shown(client, "/my/calendar"))
    return "/" + address.split("/", 3)[3]


def test_a_calendar_holds_the_visits_and_nothing_of_a_home(inside: FlaskClient, member: Member) -> None:
    visit = make_job(member, 26)
    inside.post("/my/calendar")
    path = feed_path(inside)
    answer = inside.get(path)
    assert answer.content_type.startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event.decoded("dtstart") == visit.start
    assert event.decoded("dtend") == visit.start + timedelta(minutes=40)
    assert (str(event["summary"]), str(event["location"])) == ("상도1동: 전등 교체 2개", "상도1동")
    assert visit.number in str(event["description"])
    for private in ("상도로", "김보기", "+8210"):
        assert private not in answer.get_data(as_text=True)


def test_a_calendar_names_no_zone_that_it_does_not_tell(inside: FlaskClient, member: Member) -> None:
    visit = make_job(member, 26)
    inside.post("/my/calendar")
    calendar = Calendar.from_ical(inside.get(feed_path(inside)).data)
    (event,) = calendar.walk("VEVENT")
    assert calendar.walk("VTIMEZONE") == []
    assert [event[name].params.get("TZID") for name in ("dtstart", "dtend")] == [None, None]
    assert event["dtstart"].to_ical().decode() == f"{visit.start.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def test_a_new_address_ends_the_one_before_and_each_has_its_day(
    inside: FlaskClient, member: Member, clock: Clock
) -> None:
    paths = []
    for _time in range(2):
        inside.post("/my/calendar")
        paths.append(
            "/" + re.findall(r"http://[^<]+\.ics", shown(inside, "/my/calendar"))[0].split("/", 3)[3]
        )
    assert [inside.get(path).status_code for path in paths] == [404, 200]
    clock.advance(days=180)
    assert inside.get(paths[1]).status_code == 410


# Days off and wishes


def test_days_off_are_taken_and_taken_back(inside: FlaskClient, member: Member) -> None:
    make_job(member, 26)
    tomorrow = (now() + timedelta(days=1)).date().isoformat()
    wrong = inside.post(
        "/my/days-off", data={"first_day": tomorrow, "last_day": "2026-01-01", "reason": "ill"}
    )
    assert wrong.status_code == 422
    assert f'value="{tomorrow}"' in wrong.get_data(as_text=True)
    unchosen = inside.post("/my/days-off", data={"first_day": "", "last_day": "", "reason": "ill"})
    assert "쉬는 첫날을 골라 주십시오." in unchosen.get_data(as_text=True)
    inside.post("/my/days-off", data={"first_day": tomorrow, "last_day": "", "reason": "family"})
    off = db.session.scalars(select(Absence)).one()
    assert (off.member_id, off.first_day.isoformat(), off.last_day) == (member.id, tomorrow, off.first_day)
    assert "그날 맡으신 방문이 있습니다" in shown(inside, "/my/days-off")
    theirs = factories.make_absence(factories.make_member("최남남"), off.first_day)
    inside.post(f"/my/days-off/{theirs.id}/remove")
    inside.post(f"/my/days-off/{off.id}/remove")
    db.session.expire_all()
    assert db.session.scalars(select(Absence)).all() == [theirs]


@pytest.mark.parametrize(
    ("again", "words"),
    [
        (("2026-12-11", "2026-12-12"), "12/11(금) ~ 12/12(토)"),
        (("2026-12-12", "2026-12-14"), "12/11(금) ~ 12/12(토)"),
        (("2026-12-01", "2026-12-20"), "12/11(금) ~ 12/12(토)"),
        (("2026-12-13", "2026-12-14"), ""),
        (("2026-12-10", ""), ""),
    ],
)
def test_days_that_are_off_already_are_not_taken_twice(
    inside: FlaskClient, member: Member, again: tuple[str, str], words: str
) -> None:
    def take(first: str, last: str) -> TestResponse:
        form = {"first_day": first, "last_day": last, "reason": "family"}
        return inside.post("/my/days-off", data=form)

    assert take("2026-12-11", "2026-12-12").status_code == 303
    factories.make_absence(factories.make_member("최남남"), date(2026, 12, 10), date(2026, 12, 14))
    answer = take(*again)
    problem = answer.text.partition('id="problems"')[2].partition("</div>")[0]
    assert (answer.status_code, words in problem) == (422 if words else 303, True)
    taken = db.session.scalars(select(Absence).where(Absence.member_id == member.id)).all()
    assert len(taken) == (1 if words else 2)


def test_wished_hours_and_wishes_about_homes(inside: FlaskClient, member: Member) -> None:
    assert inside.post("/my/wishes/hours", data={"hours": "많이"}).status_code == 422
    inside.post("/my/wishes/hours", data={"hours": "２４"})
    db.session.expire_all()
    assert member.wished_minutes == 24 * 60
    been, never = make_job(member, -24), make_job(member, 24)
    been.state = VisitState.FINISHED
    page = shown(inside, "/my/wishes")
    assert "김보기" not in page
    assert inside.post(f"/my/wishes/{been.id}", data={"wish": "must_not"}).status_code == 422
    assert inside.post(f"/my/wishes/{never.id}", data={"wish": "rather"}).status_code == 404
    inside.post(f"/my/wishes/{been.id}", data={"wish": "rather_not"})
    wish = db.session.scalars(select(VisitingWish)).one()
    assert (wish.member_id, wish.wish, wish.wished_by) == (member.id, WishKind.RATHER_NOT, WishedBy.MEMBER)


@pytest.mark.parametrize("address", ["hours", "1"])
def test_the_address_of_a_refused_wish_leads_back_to_the_wishes(inside: FlaskClient, address: str) -> None:
    again = inside.get(f"/my/wishes/{address}")
    assert (again.status_code, again.headers["Location"]) == (303, "/my/wishes")


# Two who go together


@pytest.fixture
def pair(member: Member) -> tuple[Visit, Member, Member]:
    """The lead has accepted, the second is asked."""
    second = factories.make_member("이도움")
    item = factories.make_item(team_size=2)
    visit = factories.make_visit(
        factories.make_request(items=[item]), start=now() + timedelta(hours=3), members=[member], team_size=2
    )
    visit.state = VisitState.BOOKED
    place = visit.assignments[1]
    place.member, place.state = second, "offered"
    db.session.flush()
    factories.make_offer(place, second)
    db.session.commit()
    return visit, member, second


def news() -> list[tuple[int, str]]:
    db.session.commit()
    rows = select(Message).where(Message.kind == MessageKind.MEMBER_PARTNER).order_by(Message.id)
    return [(row.recipient_id, row.body) for row in db.session.scalars(rows)]


@pytest.mark.parametrize(
    ("answer", "words"), [("accept", "+이도움 님이 함께 갑니다."), ("decline", "+이도움 님은 못 갑니다.")]
)
def test_the_lead_hears_what_the_second_answers(
    client: FlaskClient, pair: tuple[Visit, Member, Member], answer: str, words: str
) -> None:
    visit, lead, second = pair
    path = factories.make_link(visit, second)[1]
    for _twice in range(2):
        client.post(f"{path}/{visit.id}/{answer}", data={"reason": "ill"})
    (told,) = news()
    assert told[0] == lead.id
    assert told[1].startswith(words)
    assert visit.number in told[1]


def test_whoever_arrives_is_told_to_the_other(
    client: FlaskClient, pair: tuple[Visit, Member, Member], clock: Clock
) -> None:
    visit, lead, second = pair
    path = factories.make_link(visit, second)[1]
    client.post(f"{path}/{visit.id}/accept")
    clock.advance(hours=2, minutes=50)
    client.post(f"{path}/{visit.id}/arrive")
    client.post(f"{factories.make_link(visit, lead)[1]}/{visit.id}/arrive")
    told = [(lead.id, "+이도움"), (lead.id, "+이도움"), (second.id, "+박수리")]
    assert [(who, body.split(" ", 1)[0]) for who, body in news()] == told
    assert "도착했습니다" in news()[-1][1]


def test_an_arrival_that_is_taken_back_is_not_told(
    client: FlaskClient, pair: tuple[Visit, Member, Member], clock: Clock
) -> None:
    visit, _lead, second = pair
    path = factories.make_link(visit, second)[1]
    client.post(f"{path}/{visit.id}/accept")
    clock.advance(hours=2, minutes=50)
    client.post(f"{path}/{visit.id}/arrive")
    client.post(f"{path}/{visit.id}/undo", data={"step": "arrive"})
    states = select(Message.state).where(Message.kind == MessageKind.MEMBER_PARTNER).order_by(Message.id)
    assert db.session.scalars(states).all() == [MessageState.PENDING, MessageState.CANCELED]
    client.post(f"{path}/{visit.id}/arrive")
    assert db.session.scalars(states).all()[1:] == [MessageState.CANCELED, MessageState.PENDING]


def test_a_code_leaves_at_night_too(client: FlaskClient, member: Member, clock: Clock) -> None:
    clock.advance(hours=13)
    ask_code(client)
    assert db.session.scalars(select(Message)).one().state is MessageState.PENDING


def test_a_telephone_knows_whose_pages_it_shows_by_whatever_way_they_were_opened(
    inside: FlaskClient, member: Member, clock: Clock
) -> None:
    """And by what is over, too: of another's presses nothing is told there."""
    visit, other = make_job(member, 1), make_job(factories.make_member("이도움"), 1)
    marks = re.compile(r'data-who="([^"]+)"')
    link, path = factories.make_link(visit, member)
    pages = ["/my", path, f"{path}/{visit.id}", factories.make_link(visit, member)[1]]
    found = {mark for page in pages for mark in marks.findall(shown(inside, page))}
    assert len(found) == 1
    link.expires_at = clock()
    assert set(marks.findall(inside.get(path).text)) == found
    stranger = other.assignments[0].member
    assert stranger
    assert not found & set(marks.findall(shown(inside, factories.make_link(other, stranger)[1])))
