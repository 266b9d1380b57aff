"""An office writes down its first members: every field and every refusal."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from handyman.members import roster
from handyman.members.details import Details, Home, Line
from handyman.models import (
    SYSTEM,
    Member,
    PhoneKind,
    Skill,
    TravelMode,
)
from tests.factories import make_member
from tests.members.forms import HOME, MOST, Words, add, change, entries, only, read_form

DB = scoped_session[Session]


def test_an_empty_office_is_told_how_to_begin(client: FlaskClient) -> None:
    page = client.get("/members").text
    assert "아직 조합원이 없습니다" in page
    assert 'href="/members/new"' in page
    assert client.get("/members/new").status_code == 200


def test_all_that_is_written_down_is_stored(client: FlaskClient, session: DB, skill: Skill) -> None:
    hours = {"from-0": "9", "to-0": "18", "from-2": "09:30", "to-2": "1300"}
    limits = {"daily_cap": "6", "monthly_cap": "57", "wished": "30.5"}
    answer = add(client, **{f"skill-{skill.id}": "1", f"until-{skill.id}": "2027-03-31"}, **hours, **limits)
    row = only(session)
    assert (answer.status_code, answer.location) == (303, f"/members#member-{row.id}")
    assert (row.name, row.phone, row.phone_kind) == ("홍길동", "+821012345678", PhoneKind.MOBILE)
    assert (row.home_label, row.travel_mode, row.active) == (HOME, TravelMode.WALK, True)
    assert 37.4 < row.home_lat < 37.6
    assert [(held.skill_id, held.valid_until) for held in row.skills] == [(skill.id, date(2027, 3, 31))]
    assert [(span.weekday, span.start_minute, span.end_minute) for span in row.hours] == [
        (0, 540, 1080),
        (2, 570, 780),
    ]
    assert (row.daily_cap_minutes, row.monthly_cap_minutes, row.wished_minutes) == (360, 3420, 1830)
    assert row.joined_on == date(2026, 11, 24)
    assert entries(session) == [("", "active", "added")]
    assert "홍길동 님을 조합원으로 추가했습니다" in client.get("/members").text


def test_a_new_member_can_be_asked_for_a_visit(client: FlaskClient, session: DB, skill: Skill) -> None:
    assert add(client, **{f"skill-{skill.id}": "1", "from-2": "9", "to-2": "18"}).status_code == 303
    from handyman.board.needs import Need
    from handyman.board.propose import propose

    row = only(session)
    need = Need(row.home_lat, row.home_lon, 40, frozenset({"lamp"}), 1, None)
    found = propose(need, now())
    assert {place.member_id for proposal in found for place in proposal.team} == {row.id}
    assert {proposal.day.weekday() for proposal in found} == {2}


def test_without_limits_and_hours_there_are_none(client: FlaskClient, session: DB) -> None:
    assert add(client).status_code == 303
    row = only(session)
    assert (row.daily_cap_minutes, row.monthly_cap_minutes, row.wished_minutes) == (None, None, None)
    assert (list(row.hours), list(row.skills)) == ([], [])


def test_a_flat_is_not_kept(client: FlaskClient, session: DB) -> None:
    assert add(client, home="상도로 369, 101동 1203호").status_code == 303
    assert only(session).home_label == HOME


def test_a_rough_home_is_taken_and_said(client: FlaskClient, session: DB) -> None:
    assert add(client, home="사당1동").status_code == 303
    assert "가운데로 적었습니다" in client.get("/members").text


# Refusals


REFUSED = [
    ("name", "", "이름을 적어"),
    ("name", " \t ", "이름을 적어"),
    ("name", "가" * 61, "60자까지"),
    ("phone", "", "휴대전화 번호를"),
    ("phone", "02-812-3456", "휴대전화 번호를"),
    ("phone", "번호 없음", "휴대전화 번호를"),
    ("home", "", "집 주소를 적어"),
    ("home", "없는길 12", "찾지 못했습니다"),
    ("home", "관악구 봉천동 1", "이 지역 밖의 주소입니다"),
    ("home", "현대아파트", "여러 곳입니다"),
    ("home", "가" * 201, "너무 깁니다"),
    ("travel_mode", "", "다니는 방법"),
    ("travel_mode", "rocket", "다니는 방법"),
    ("joined_on", "", "가입한 날을"),
    ("joined_on", "2026-02-30", "가입한 날을"),
    ("joined_on", "0001-01-01", "가입한 날을"),
    ("joined_on", "2026-11-25", "아직 오지 않은"),
    ("until-1", "언젠가", "적거나 비워"),
    ("until-1", "2027-01-01", "기능에 표시하거나"),
    ("from-0", "9", "월: 시작과 끝을 모두"),
    ("to-6", "18", "일: 시작과 끝을 모두"),
    ("from-3", "아침", "목: 시각을"),
    ("daily_cap", "많이", "8이나 7.5처럼"),
    ("daily_cap", "0", "8이나 7.5처럼"),
    ("daily_cap", "-3", "8이나 7.5처럼"),
    ("daily_cap", "25", "24시간까지"),
    ("monthly_cap", "745", "744시간까지"),
    ("wished", "x", "8이나 7.5처럼"),
]


@pytest.mark.parametrize(("field", "typed", "sentence"), REFUSED)
@pytest.mark.usefixtures("skill")
def test_what_cannot_be_read_is_said_beside_its_field(
    client: FlaskClient, session: DB, field: str, typed: str, sentence: str
) -> None:
    answer = add(client, **{"wished": "12", field: typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert sentence in answer.text[answer.text.index(f'name="{field}"') :]
    kept = read_form(answer.text)
    expected = {**MOST, "active": "1", "wished": "12", field: typed}
    if field == "travel_mode":
        del expected[field], kept[field]
    assert {**kept, **expected} == kept
    assert session.scalar(select(func.count(Member.id))) == 0


def test_several_places_of_one_name_are_listed(client: FlaskClient) -> None:
    assert "동작구 상도로 421" in add(client, home="현대아파트").text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"from-1": "18", "to-1": "9"}, "화: 끝은 시작보다"),
        ({"from-1": "9", "to-1": "9"}, "화: 끝은 시작보다"),
        ({"from-1": "9", "to-1": "13", "from-1-2": "12", "to-1-2": "18"}, "다른 시간과 겹칩니다"),
        ({"monthly_cap": "30", "wished": "31"}, "한 달 한도보다 큽니다"),
    ],
)
def test_what_does_not_fit_together_is_said(client: FlaskClient, words: Words, sentence: str) -> None:
    answer = add(client, **words)
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = read_form(answer.text)
    assert {**kept, **words} == kept


def test_two_members_do_not_share_a_number(client: FlaskClient, session: DB, member: Member) -> None:
    answer = add(client, phone="010 1111 2222")
    assert answer.status_code == 422
    assert "이미 박수리 님의 번호입니다" in answer.text
    assert 'value="홍길동"' in answer.text
    other = make_member("김하나", home_label=HOME)
    assert change(client, other, phone="010-1111-2222").status_code == 422
    session.expire_all()
    assert session.scalar(select(func.count(Member.id)).where(Member.phone == "+821011112222")) == 1


def test_a_number_taken_at_the_same_moment_is_said_too(
    member: Member, session: DB, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look before the write saw nothing: the table itself refuses."""
    session.commit()
    monkeypatch.setattr(roster, "_check_phone", lambda *_: None)
    line = Line("+821011112222", PhoneKind.MOBILE)
    details = Details("홍길동", line, Home(HOME, 37.5, 126.9), TravelMode.WALK, date(2026, 1, 1))
    with pytest.raises(roster.PhoneTakenError):
        flow.add_member(details, SYSTEM, now())


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("02-820-0001", PhoneKind.LANDLINE),
        ("070-1234-5678", PhoneKind.INTERNET),
        ("010-1234-5678", PhoneKind.MOBILE),
    ],
)
def test_whoever_has_no_smartphone_is_reached_at_any_telephone(
    number: str, kind: PhoneKind, client: FlaskClient, session: DB
) -> None:
    assert add(client, phone=number, no_smartphone="1").status_code == 303
    row = only(session)
    assert (row.phone_kind, row.smartphone) == (kind, False)
    page = client.get(f"/members/{row.id}/edit").text
    assert 'name="no_smartphone" id="no_smartphone" value="1" checked' in page
    saved = change(client, row, phone=number, no_smartphone="")
    assert saved.status_code == (303 if kind is PhoneKind.MOBILE else 422)
    session.expire_all()
    assert only(session).smartphone is (kind is PhoneKind.MOBILE)


def test_a_landline_is_refused_for_whoever_gets_links_and_kept_typed(client: FlaskClient) -> None:
    answer = add(client, phone="02-820-0001")
    assert (answer.status_code, "문자를 받을 휴대전화" in answer.text) == (422, True)
    assert "02-820-0001" in answer.text
    company = add(client, phone="1588-0000", no_smartphone="1")
    assert (company.status_code, "전화를 받을 번호를" in company.text) == (422, True)


@pytest.mark.usefixtures("skill")
def test_the_list_of_what_to_mend_names_each_field(client: FlaskClient) -> None:
    page = add(client, daily_cap="x", monthly_cap="x", wished="x", **{"until-1": "x"}).text
    for line in ("하루 한도: 시간을", "한 달 한도: 시간을", "한 달 희망: 시간을", "끝나는 날: 날짜를"):
        assert page.count(line) == 1, line
