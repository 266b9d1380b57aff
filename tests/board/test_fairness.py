"""The page of the members' meeting: who has how much work, and who was chosen by hand."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from handyman.board import days
from handyman.board.assign import assign
from handyman.board.fairness import overrides, shares
from handyman.board.fairness.shares import Work
from handyman.extensions import db, now
from handyman.models import Actor, ActorKind, Member, Outcome, OverrideReason, Role, TeamRole, VisitState
from handyman.month import Month
from handyman.words import SEOUL
from tests.board.reports import make_done
from tests.factories import make_member, make_user, make_visit

DB = scoped_session[Session]
SignIn = Callable[..., Any]
NOVEMBER = Month(2026, 11)


def at(day: int, hour: int = 10, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SEOUL)


def share_of(member: Member, found: shares.Shares) -> shares.Share:
    return next(share for share in found.members if share.name == member.name)


@pytest.mark.usefixtures("any_database", "session")
def test_done_and_promised_stand_apart_and_together_are_what_is_planned_with() -> None:
    member, second = make_member("박수리", pace_percent=110), make_member("이함께")
    make_done(member, 50, at(3), second=second)
    make_done(member, 15, at(4), outcome=Outcome.NOBODY_HOME)
    make_visit(start=at(26), members=[member], service_minutes=45, accepted=False)
    make_visit(start=at(27), members=[member]).state = VisitState.CANCELLED
    make_done(member, 600, at(30, month=10))
    month, year = shares.load(NOVEMBER)
    assert share_of(member, month).work == Work(65, 50, 1, 1)
    assert share_of(member, year).work == Work(665, 50, 2, 1)
    assert share_of(second, month).work == Work(50, 0, 1, 0)
    planned = {
        day.member_id: day.month_minutes for day in days.load([date(2026, 11, 2)]).days[date(2026, 11, 2)]
    }
    assert planned == {member.id: 115, second.id: 50}


@pytest.mark.usefixtures("session")
def test_the_year_asks_for_as_many_months_as_are_known_of() -> None:
    old = make_member("오래된이", wished_minutes=1800, monthly_cap_minutes=3420)
    new = make_member("새로온이", wished_minutes=1200, joined_on=date(2026, 11, 9))
    late = make_member("나중이", wished_minutes=600, joined_on=date(2026, 12, 1))
    make_done(old, 60, at(1, month=9))
    month, year = shares.load(NOVEMBER)
    assert (share_of(old, month).wish, share_of(old, month).cap) == (1800, 3420)
    assert year.since == Month(2026, 9)
    assert (share_of(old, year).wish, share_of(old, year).cap) == (3 * 1800, 3 * 3420)
    assert (share_of(new, year).wish, share_of(new, year).cap) == (1200, None)
    assert share_of(late, year).wish == 0


@pytest.mark.usefixtures("session")
def test_the_middle_is_of_those_who_work_now_and_words_say_who_stands_apart() -> None:
    for name, done in {"적은이": 60, "가운데": 300, "많은이": 600, "넘은이": 930}.items():
        member = make_member(name, wished_minutes=600, monthly_cap_minutes=900)
        make_done(member, done, at(3))
    gone = make_member("쉬는이", wished_minutes=600, active=False)
    make_done(gone, 600, at(3))
    make_member("모르는이", active=False)
    month, _ = shares.load(NOVEMBER)
    assert month.middle_minutes == 450
    assert month.middle_of_wish == pytest.approx(0.75)
    assert {share.name: share.standing for share in month.members} == {
        "적은이": "little",
        "가운데": "little",
        "많은이": "much",
        "넘은이": "over",
        "쉬는이": "",
    }
    assert month.members[-1].name == "쉬는이"
    assert month.longest == 930


@pytest.mark.usefixtures("session")
def test_a_month_that_has_just_begun_calls_nobody_little() -> None:
    for name, minutes in (("하나", 30), ("둘", 60), ("셋", 120)):
        make_done(make_member(name, wished_minutes=1800), minutes, at(2))
    assert {share.standing for share in shares.load(NOVEMBER)[0].members} == {""}


def put(start: datetime, before: Member, after: Member, reason: OverrideReason, by: Actor) -> Any:
    visit = make_visit(start=start, members=[before])
    assign(visit.id, TeamRole.LEAD, after.id, by, now(), reason=reason)
    return visit


@pytest.mark.usefixtures("any_database", "session")
def test_choices_by_hand_are_counted_by_reason_and_by_whoever_chose() -> None:
    one, other = make_member("먼저이"), make_member("나중이")
    first, second = make_user(Role.COORDINATOR, name="나눔이"), make_user(Role.COORDINATOR, name="지킴이")
    by_first, by_second = (Actor(ActorKind.USER, user.id) for user in (first, second))
    put(at(25), one, other, OverrideReason.KNOWS_HOME, by_first)
    put(at(26), other, one, OverrideReason.KNOWS_HOME, by_second)
    put(at(27), one, other, OverrideReason.TRAINING, by_first)
    put(at(2, month=12), one, other, OverrideReason.TRAINING, by_first)
    put(at(30), one, other, OverrideReason.MEMBER_WISH, by_first).state = VisitState.CANCELLED
    db.session.flush()
    found, december = overrides.load(NOVEMBER), overrides.load(Month(2026, 12))
    assert (found.month, found.visits_month) == (3, 3)
    assert (december.month, december.year, december.visits_year) == (1, 4, 4)
    reasons = {row.key: (row.month, row.year) for row in december.reasons}
    assert reasons == {"knows_home": (0, 2), "training": (1, 2)}
    choosers = [(row.key, row.month, row.year) for row in december.choosers]
    assert choosers == [("나눔이", 1, 3), ("지킴이", 0, 1)]
    latest = [(row.day.day, row.member, row.instead_of, row.reason, row.chooser) for row in found.latest]
    assert [day for day, *_ in latest] == [27, 26, 25]
    assert latest[-1] == (25, "나중이", "먼저이", OverrideReason.KNOWS_HOME, "나눔이")


def test_the_office_reads_it_in_words_and_bars_without_a_script(
    client: FlaskClient, session: DB, sign_in: SignIn
) -> None:
    one, other = make_member("먼저이", wished_minutes=1800), make_member("<b>나중이</b>")
    make_done(one, 90, at(3))
    coordinator = make_user(Role.COORDINATOR, name="나눔이")
    put(at(25), one, other, OverrideReason.SHARES_HOURS, Actor(ActorKind.USER, coordinator.id))
    sign_in(Role.OPERATOR)
    page = client.get("/fairness").text
    assert "2026년 11월 일 나눔" in page
    for words in ("1시간 30분", "30시간", "5%", "마침 1", "약속 1", "일을 고루 나눔", "나눔이"):
        assert words in page
    assert "이 달 방문 2번에서 1번" in page
    assert "&lt;b&gt;나중이" in page
    assert "<b>나중이" not in page
    assert "style=" not in page
    assert '<rect class="fair-done" y="6" width="5.0%"' in page


@pytest.mark.parametrize("typed", ["x", "2026-13", "1999-01", "가"])
def test_a_month_that_is_none_is_answered_beside_the_field(
    client: FlaskClient, sign_in: SignIn, typed: str
) -> None:
    sign_in(Role.COORDINATOR)
    answer = client.get("/fairness", query_string={"month": typed})
    assert answer.status_code == 422
    assert "달을 2026-11처럼 적어 주십시오." in answer.text


def test_queries_do_not_grow_with_members_visits_and_choices(
    client: FlaskClient, session: DB, sign_in: SignIn, count_queries: Any
) -> None:
    by = Actor(ActorKind.USER, sign_in(Role.COORDINATOR).id)
    put(at(25), make_member(), make_member(), OverrideReason.TRAINING, by)
    client.get("/fairness")
    with count_queries() as few:
        client.get("/fairness")
    for day in (26, 27, 30):
        one, other = make_member(), make_member()
        make_done(one, 40, at(5))
        put(at(day), one, other, OverrideReason.KNOWS_HOME, by)
    with count_queries() as many:
        assert client.get("/fairness").status_code == 200
    assert len(many) <= len(few) <= 7  # one of them asks who is signed in
