"""Members change: what is stored, what stays, who may, and anything at all that is typed."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.board import days
from handyman.dispatch.problem import Span
from handyman.members import opened, roster
from handyman.models import (
    Member,
    MemberSkill,
    Role,
    Skill,
    VisitState,
    WorkingHours,
)
from handyman.words import minute_of_day
from tests.factories import make_skill, make_visit
from tests.longer import longer
from tests.members.forms import MOST, Words, change, entries, form_of, only, read_form

DB = scoped_session[Session]


def test_a_page_saved_as_it_opens_changes_nothing(client: FlaskClient, session: DB, member: Member) -> None:
    before = roster.mark(member)
    assert change(client, member).status_code == 303
    assert roster.mark(only(session)) == before
    assert entries(session) == []


def test_a_change_is_stored_and_leaves_an_entry_without_personal_data(
    client: FlaskClient, session: DB, member: Member
) -> None:
    answer = change(client, member, name="박고침", phone="01033334444", **{"from-0": "", "to-0": ""})
    assert answer.status_code == 303
    row = only(session)
    assert (row.name, row.phone) == ("박고침", "+821033334444")
    assert {span.weekday for span in row.hours} == {1, 2, 3, 4}
    assert entries(session) == [("active", "active", "name,phone,hours")]


def test_a_skill_comes_goes_and_runs_out(client: FlaskClient, session: DB, member: Member) -> None:
    old, new = member.skills[0].skill_id, make_skill("screen").id
    words = form_of(client, member)
    del words[f"skill-{old}"]
    words |= {f"skill-{new}": "1", f"until-{new}": "2026-01-01"}
    assert client.post(f"/members/{member.id}/edit", data=words).status_code == 303
    session.expire_all()
    held = session.scalars(select(MemberSkill)).all()
    assert [(row.skill_id, row.valid_until) for row in held] == [(new, date(2026, 1, 1))]


def test_a_day_of_two_spans_keeps_both(client: FlaskClient, session: DB, member: Member) -> None:
    member.hours.append(WorkingHours(weekday=0, start_minute=1140, end_minute=1260))
    session.commit()
    page = form_of(client, member)
    assert (page["from-0-2"], page["to-0-2"]) == ("19:00", "21:00")
    assert change(client, member, wished="20").status_code == 303
    spans = [(row.start_minute, row.end_minute) for row in only(session).hours if row.weekday == 0]
    assert spans == [(540, 1080), (1140, 1260)]


def test_an_address_left_as_it_is_keeps_its_point(client: FlaskClient, session: DB, member: Member) -> None:
    member.home_label, member.home_lat = "파란 대문 옆", 37.49
    session.commit()
    assert change(client, member, name="박고침").status_code == 303
    assert (only(session).home_label, only(session).home_lat) == ("파란 대문 옆", 37.49)


def test_nobody_writes_over_another_ones_change_unseen(
    client: FlaskClient, session: DB, member: Member
) -> None:
    assert change(client, member, daily_cap="6", wished="30").status_code == 303
    opened = form_of(client, member)
    assert change(client, member, daily_cap="3", wished="20", travel_mode="car").status_code == 303
    answer = client.post(f"/members/{member.id}/edit", data={**opened, "name": "박고침", "wished": "25"})
    assert answer.status_code == 409
    assert re.search(r"그 사이에 \w+ 님이 바꾸었습니다\(오늘 ", answer.text)
    assert "하루 한도: 6시간 → 3시간</li>" in answer.text
    assert "한 달 희망: 30시간 → 20시간 (여기에 적으신 말은 그대로입니다: ‘25시간’" in answer.text
    assert "→ 자동차" in answer.text
    kept = read_form(answer.text)
    assert [kept[name] for name in ("name", "daily_cap", "wished", "travel_mode")] == [
        "박고침",
        "3",
        "25",
        "car",
    ]
    assert only(session).name == "박수리"
    assert client.post(f"/members/{member.id}/edit", data=kept).status_code == 303
    stored = only(session)
    assert (stored.name, stored.daily_cap_minutes, stored.wished_minutes) == ("박고침", 3 * 60, 25 * 60)


def test_a_member_who_rests_keeps_the_visits_that_need_somebody_else(
    client: FlaskClient, session: DB, member: Member
) -> None:
    visits = [make_visit(members=[member]), make_visit(members=[member], accepted=False)]
    make_visit(members=[member], state=VisitState.CANCELLED)
    words = form_of(client, member)
    assert "다른 조합원을 정해" not in client.get(f"/members/{member.id}/edit").text
    del words["active"]
    answer = client.post(f"/members/{member.id}/edit", data=words)
    assert (answer.status_code, answer.location) == (303, f"/members/{member.id}/edit")
    page = client.get(answer.location).text
    assert "남은 방문 2건에 다른 조합원을 정해 주십시오" in page
    assert all(f'href="/visits/{visit.id}"' in page for visit in visits)
    session.expire_all()
    assert not session.get_one(Member, member.id).active
    assert all(visit.assignments[0].member_id == member.id for visit in visits)
    assert entries(session)[-1] == ("active", "inactive", "active")


def test_a_member_who_rests_without_visits_goes_back_to_the_list(
    client: FlaskClient, session: DB, member: Member
) -> None:
    words = form_of(client, member)
    del words["active"]
    answer = client.post(f"/members/{member.id}/edit", data=words)
    assert answer.location == f"/members#member-{member.id}"
    assert "쉬는 조합원" in client.get("/members").text


# Who, and anything at all


def test_the_list_leads_to_each_member(client: FlaskClient, member: Member) -> None:
    assert f'href="/members/{member.id}/edit"' in client.get("/members").text


@pytest.mark.parametrize("path", ["/members/new", "/members/1/edit"])
def test_operators_read_the_list_and_change_nothing(
    client: FlaskClient, session: DB, sign_in: Callable[..., Any], member: Member, path: str
) -> None:
    sign_in(Role.OPERATOR)
    assert client.get(path).status_code == 403
    assert client.post(path, data=MOST).status_code == 403
    assert "/members/new" not in client.get("/members").text
    assert only(session).name == "박수리"


def test_nobody_signed_in_is_sent_to_sign_in(app: Any) -> None:
    assert "/sign-in" in app.test_client().get("/members/new").headers["Location"]


@pytest.mark.parametrize("path", ["/members/0/edit", "/members/99999/edit", "/members/99999999999/edit"])
def test_a_member_who_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, data=MOST).status_code in (404, 405)


HOSTILE = (
    "\0",
    "ㄱ\0ㄴ",
    "9" * 400,
    "1e400",
    "NaN",
    "٣:٠٠",
    "²",
    "<script>",
    "\r\n",
    "-1",
    "24:61",
    "😀" * 50,
)


TO_A_DATABASE = {"ㄱ\0ㄴ", "9" * 400, "1e400"}  # what PostgreSQL minds and SQLite does not


@pytest.mark.parametrize(
    ("any_database", "text"),
    [
        *(("sqlite", text) for text in HOSTILE[::2]),
        *(longer("sqlite", text) for text in HOSTILE[1::2]),
        *(pytest.param("postgres", text, marks=pytest.mark.postgres) for text in sorted(TO_A_DATABASE)),
    ],
    indirect=["any_database"],
)
def test_one_field_of_anything_is_never_an_error(
    any_database: str, client: FlaskClient, member: Member, text: str
) -> None:
    usual = form_of(client, member)
    for name in usual:
        answer = client.post(f"/members/{member.id}/edit", data={**usual, name: text})
        assert answer.status_code in (303, 409, 422), name
        usual = form_of(client, member) if answer.status_code == 303 else usual


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.dictionaries(
        st.sampled_from(sorted({*MOST, "active", "from-0", "to-0", "until-1", "wished"})), st.text()
    )
)
def test_a_form_of_anything_is_refused_or_stored(client: FlaskClient, skill: Skill, words: Words) -> None:
    assert client.post("/members/new", data={**MOST, **words}).status_code in (303, 422)


def test_the_page_asks_few_questions(
    client: FlaskClient, member: Member, count_queries: Callable[[], Any]
) -> None:
    with count_queries() as asked:
        assert client.get(f"/members/{member.id}/edit").status_code == 200
    assert len(asked) <= 11


def test_the_fields_of_a_new_form_are_those_of_an_opened_one(member: Member) -> None:
    words = opened.words_of(member)
    assert [len(tails) for tails in opened.week(words)] == [1] * 7
    assert opened.week({}) == opened.week(words)


def test_a_day_that_begins_elsewhere_ends_elsewhere_and_has_a_break(
    client: FlaskClient, session: DB, member: Member
) -> None:
    home = (member.home_lat, member.home_lon)
    words = {"start": "상도로 20", "end": "사당로 100", "break_from": "12", "break_to": "1300"}
    assert change(client, member, **words).status_code == 303
    row = only(session)
    assert (row.home_lat, row.home_lon) == home
    assert (row.break_start, row.break_end) == (720, 780)
    assert entries(session) == [("active", "active", "start,end,break")]
    monday = date(2026, 11, 23)
    day = next(day for day in days.load([monday]).days[monday] if day.member_id == row.id)
    assert (day.home.lat, day.goal.lat) == (row.start_lat, row.end_lat)
    assert day.home.lat != row.home_lat
    assert all(span.end <= 720 or span.start >= 780 for span in day.shifts)
    assert sum(span.end - span.start for span in day.shifts) == 480
    assert days.load([monday]).days[monday][0].rest == Span(720, 780)
    board = client.get(f"/board?day={monday}").text
    assert "오전 9시~오후 12시" in board
    assert "오후 1시~6시" in board
    assert change(client, row, start="", end="", break_from="", break_to="").status_code == 303
    row = only(session)
    assert (row.start_label, row.end_lat, row.break_start) == (None, None, None)


def test_a_break_over_what_was_promised_says_so(client: FlaskClient, session: DB, member: Member) -> None:
    visit = make_visit(members=[member])
    session.flush()
    start = minute_of_day(visit.start, visit.day)
    clocks = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (start, start + 60)]
    change(client, member, break_from=clocks[0], break_to=clocks[1])
    assert "쉬는 시간에 이미 약속된 방문이 1건 있습니다" in client.get("/members").text
    change(client, only(session), break_from=clocks[1], break_to="18:00")
    assert "이미 약속된 방문" not in client.get("/members").text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"break_from": "12:00"}, "쉬는 시간의 시작과 끝을 모두 적거나 모두 비워 주십시오."),
        ({"break_from": "13:00", "break_to": "12:00"}, "쉬는 시간의 끝은 시작보다 늦어야 합니다."),
        ({"break_from": "9:00", "break_to": "12:01"}, "쉬는 시간은 세 시간까지 적을 수 있습니다."),
        ({"break_from": "점심", "break_to": "13:00"}, "시각을 12:00이나 12:30처럼 적어 주십시오."),
        ({"start": "없는 길 99999"}, "주소를 찾지 못했습니다."),
        ({"end": "가" * 201}, "주소가 너무 깁니다."),
    ],
)
def test_a_break_or_place_that_cannot_be_is_said(
    client: FlaskClient, session: DB, member: Member, words: Words, sentence: str
) -> None:
    answer = change(client, member, **words)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert entries(session) == []


def test_what_has_run_out_qualifies_no_longer_and_is_told_of_before(
    client: FlaskClient, session: DB, member: Member
) -> None:
    """Good to the last day, insurance before everything; the list and the page tell a month before."""
    lamp = f"until-{member.skills[0].skill_id}"
    monday = date(2026, 11, 23)
    later = [monday + timedelta(days=ahead) for ahead in (2, 3, 4)]  # today is the 24th

    def able() -> list[bool]:
        planned = days.load(later).days
        return [bool(planned[day][0].skills) for day in later]

    assert change(client, member, **{lamp: str(later[1])}).status_code == 303
    assert able() == [True, True, False]
    assert "전등 11/26(목)까지" in client.get(f"/members/{member.id}/edit").text
    assert change(client, only(session), **{lamp: "", "insured_until": str(later[0])}).status_code == 303
    assert able() == [True, False, False]
    assert entries(session)[-1] == ("active", "active", "skills,insured")
    assert all("보험 11/25(수)까지" in client.get(path).text for path in ("/members", "/work"))
    assert change(client, only(session), insured_until="2027-06-30").status_code == 303
    assert "보험이나 교육이 곧 끝남" not in client.get("/work").text
