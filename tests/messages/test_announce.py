"""Who is told what, when, in the transaction of what happened."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from handyman.extensions import db, now, transaction
from handyman.messages import announce, daily, pages
from handyman.models import (
    SYSTEM,
    AssignmentState,
    Channel,
    CompletionReport,
    Link,
    Message,
    MessageKind,
    MessageState,
    OfferState,
    Outcome,
    Visit,
)
from handyman.words import at_minute, seoul_day
from tests.conftest import Clock
from tests.factories import make_member, make_offer, make_phone, make_request, make_resident, make_visit

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")
TOMORROW_NINE = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)  # Wednesday, 09:00 in Seoul
THURSDAY_NINE = TOMORROW_NINE + timedelta(days=1)


def seoul(day: int, hour: int, minute: int = 0) -> datetime:
    return at_minute(datetime(2026, 11, day, tzinfo=UTC).date(), hour * 60 + minute)


def texts(kind: MessageKind | None = None, state: MessageState | None = None) -> Sequence[Message]:
    wanted = select(Message).order_by(Message.id)
    if kind:
        wanted = wanted.where(Message.kind == kind)
    if state:
        wanted = wanted.where(Message.state == state)
    return db.session.scalars(wanted).all()


def send(message: Message) -> None:
    message.move_to(S.SENDING, SYSTEM, now())
    message.move_to(S.ACCEPTED, SYSTEM, now())


def shift(visit: Visit, start: datetime) -> None:
    visit.start = visit.window_start = start
    visit.window_end, visit.day = start + timedelta(hours=2), seoul_day(start)


def test_a_booking_tells_the_resident_now_and_the_day_before_at_five() -> None:
    announce.booked(make_visit(start=THURSDAY_NINE), now())
    told, eve = texts()
    assert (told.kind, told.due_at) == (K.RESIDENT_BOOKED, now())
    assert (eve.kind, eve.due_at, eve.not_after) == (K.RESIDENT_DAY_BEFORE, seoul(25, 17), seoul(25, 20))


def test_said_twice_is_written_once() -> None:
    visit = make_visit(start=THURSDAY_NINE)
    announce.booked(visit, now())
    announce.booked(visit, now())
    assert len(texts()) == 2


def test_a_booking_after_five_for_tomorrow_needs_no_second_text(clock: Clock) -> None:
    clock.set(seoul(24, 17, 1))
    announce.booked(make_visit(start=TOMORROW_NINE), now())
    assert [each.kind for each in texts()] == [K.RESIDENT_BOOKED]


def test_at_night_texts_wait_for_eight_in_the_morning(clock: Clock) -> None:
    clock.set(seoul(24, 21))
    announce.booked(make_visit(start=THURSDAY_NINE), now())
    assert texts(K.RESIDENT_BOOKED)[0].due_at == seoul(25, 8)


def test_a_booking_that_is_rolled_back_leaves_no_text() -> None:
    visit = make_visit(start=THURSDAY_NINE)
    db.session.commit()

    def book_and_fail() -> None:
        with transaction():
            announce.booked(visit, now())
            raise RuntimeError("the booking failed")

    with pytest.raises(RuntimeError, match="the booking failed"):
        book_and_fail()
    assert texts() == []


def test_a_landline_is_rung_from_the_start() -> None:
    resident = make_resident(phone="+8228200001")
    announce.booked(make_visit(make_request(resident), start=THURSDAY_NINE), now())
    assert {(each.state, each.channel) for each in texts()} == {(S.PENDING, Channel.VOICE)}
    assert "일 번, 다른 때가 좋으시면 이 번" in texts()[0].body


def test_a_landline_rings_when_somebody_is_on_the_way_at_any_hour(clock: Clock) -> None:
    resident = make_resident(phone="+8228200001")
    clock.set(seoul(26, 7, 30))
    announce.on_the_way(make_visit(make_request(resident), start=THURSDAY_NINE), now())
    assert [(each.state, each.channel, each.due_at) for each in texts()] == [
        (S.PENDING, Channel.VOICE, now())
    ]
    assert "지금 댁으로 가고 있습니다" in texts()[0].body


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.DONE, "일을 모두 마쳤습니다"),
        (Outcome.PARTLY, "남은 일은 사무실에서 전화드리겠습니다"),
        (Outcome.NOBODY_HOME, "뵙지 못했습니다"),
    ],
)
def test_a_landline_hears_how_a_visit_ended(outcome: Outcome, said: str) -> None:
    visit = make_visit(make_request(make_resident(phone="+8228200001")), start=now() - timedelta(hours=1))
    by = make_member()
    visit.report = CompletionReport(member=by, outcome=outcome, minutes=30, submitted_at=now())
    db.session.flush()
    announce.done(visit, now())
    done = [each for each in texts() if each.kind is MessageKind.RESIDENT_DONE]
    assert [(each.state, each.channel) for each in done] == [(S.PENDING, Channel.VOICE)]
    assert said in done[0].body
    assert "다른 때가" not in done[0].body


def test_somebody_without_any_number_is_a_persons_work_too() -> None:
    announce.booked(make_visit(make_request(make_resident(phone=None)), start=THURSDAY_NINE), now())
    assert [(each.state, each.to_number) for each in texts()] == [(S.NEEDS_PERSON, "")] * 2


def test_the_mobile_is_preferred_to_the_landline() -> None:
    resident = make_resident(phone="+8228200001")
    make_phone(resident.person, "+821000000077")
    db.session.refresh(resident.person)
    announce.booked(make_visit(make_request(resident), start=THURSDAY_NINE), now())
    assert {each.to_number for each in texts()} == {"+821000000077"}


def test_an_offer_asks_the_member_with_a_link_that_outlives_the_visit() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()], accepted=False)
    offer = visit.assignments[0].offers[0]
    announce.offered(offer, now())
    (asked,) = texts()
    assert "{link}" in asked.body
    assert asked.not_after == offer.expires_at
    link = db.session.get_one(Link, asked.link_id)
    assert (link.visit_id, link.member_id) == (visit.id, offer.member_id)
    assert link.expires_at == visit.window_end + timedelta(hours=24)


def test_an_offer_that_would_lapse_before_morning_is_sent_at_once(clock: Clock) -> None:
    clock.set(seoul(24, 22))
    offer = make_visit(start=THURSDAY_NINE, members=[make_member()], accepted=False).assignments[0].offers[0]
    offer.expires_at = now() + timedelta(minutes=30)
    announce.offered(offer, now())
    assert texts()[0].due_at == now()


def test_accepting_brings_a_reminder_and_the_name_into_the_text_of_the_eve() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member("김가람")], accepted=False)
    announce.booked(visit, now())
    assert "김가람" not in texts(K.RESIDENT_DAY_BEFORE)[0].body
    visit.assignments[0].move_to(AssignmentState.ACCEPTED, SYSTEM, now())
    announce.accepted(visit.assignments[0], now())
    assert "김가람 방문" in texts(K.RESIDENT_DAY_BEFORE)[0].body
    (reminder,) = texts(K.MEMBER_REMINDER)
    assert reminder.due_at == THURSDAY_NINE - timedelta(minutes=60)


def test_a_reminder_names_the_partner_who_says_yes_later() -> None:
    pair = [make_member("김가람"), make_member("이나래")]
    first, second = (visit := make_visit(start=THURSDAY_NINE, members=pair, accepted=False)).assignments
    visit.team_size = 2
    first.move_to(AssignmentState.ACCEPTED, SYSTEM, now())
    announce.accepted(first, now())
    assert " +1명 " in texts(K.MEMBER_REMINDER)[0].body
    second.move_to(AssignmentState.ACCEPTED, SYSTEM, now())
    announce.accepted(second, now())
    assert " +이나래 " in texts(K.MEMBER_REMINDER)[0].body
    assert " +김가람 " in texts(K.MEMBER_REMINDER)[1].body


def test_a_moved_visit_takes_back_what_waits_and_tells_both_members_and_the_resident() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member("김가람"), make_member("이나래")])
    announce.booked(visit, now())
    send(texts(K.RESIDENT_BOOKED)[0])
    for assignment in visit.assignments:
        announce.accepted(assignment, now())
    friday = THURSDAY_NINE + timedelta(days=1)
    shift(visit, friday)
    announce.moved(visit, now())
    assert len(texts(K.RESIDENT_DAY_BEFORE, S.CANCELED)) == 1
    assert [each.due_at for each in texts(K.RESIDENT_DAY_BEFORE, S.PENDING)] == [seoul(26, 17)]
    assert "11/27(금)" in texts(K.RESIDENT_MOVED)[0].body
    assert {each.recipient_id for each in texts(K.MEMBER_MOVED)} == {a.member_id for a in visit.assignments}
    assert [each.due_at for each in texts(K.MEMBER_REMINDER, S.PENDING)] == [friday - timedelta(hours=1)] * 2
    assert len(texts(K.MEMBER_REMINDER, S.CANCELED)) == 2


def test_moved_away_and_back_again_is_told_again(clock: Clock) -> None:
    visit = make_visit(start=THURSDAY_NINE)
    announce.booked(visit, now())
    send(texts(K.RESIDENT_BOOKED)[0])
    for start in (THURSDAY_NINE + timedelta(days=1), THURSDAY_NINE):
        clock.advance(minutes=5)
        shift(visit, start)
        announce.moved(visit, now())
    assert [each.due_at for each in texts(K.RESIDENT_DAY_BEFORE, S.PENDING)] == [seoul(25, 17)]
    assert "11/26(목)" in texts(K.RESIDENT_MOVED, S.PENDING)[0].body


def test_moved_before_the_booking_was_told_is_told_as_a_booking() -> None:
    visit = make_visit(start=THURSDAY_NINE)
    announce.booked(visit, now())
    shift(visit, THURSDAY_NINE + timedelta(days=1))
    announce.moved(visit, now())
    (told,) = texts(K.RESIDENT_BOOKED, S.PENDING)
    assert "11/27(금)" in told.body
    assert texts(K.RESIDENT_MOVED) == []


def test_who_knew_the_old_time_is_asked_for_the_new_one_as_a_change() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()], accepted=False)
    assignment = visit.assignments[0]
    announce.offered(assignment.offers[0], now())
    send(texts(K.MEMBER_OFFER)[0])
    assignment.offers[0].move_to(OfferState.WITHDRAWN, SYSTEM, now())
    shift(visit, THURSDAY_NINE + timedelta(days=1))
    announce.offered(make_offer(assignment), now())
    assert texts(K.MEMBER_OFFER)[1].body.startswith("변경 27일9시 상도1동 혼자 전등 40분? ")


def test_a_cancelled_visit_takes_everything_back_and_says_that_nobody_comes() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()])
    announce.booked(visit, now())
    announce.accepted(visit.assignments[0], now())
    announce.cancelled(visit, now())
    assert [each.kind for each in texts(state=S.PENDING)] == [K.RESIDENT_CANCELLED]


def test_a_landline_is_not_rung_about_a_visit_that_is_off() -> None:
    visit = make_visit(make_request(make_resident(phone="+8228200001")), start=THURSDAY_NINE)
    announce.booked(visit, now())
    announce.cancelled(visit, now())
    assert [each.kind for each in texts(state=S.PENDING)] == [K.RESIDENT_CANCELLED]


def test_who_was_asked_is_told_not_to_go_at_the_time_they_knew() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()], accepted=False)
    offer = visit.assignments[0].offers[0]
    announce.offered(offer, now())
    send(texts(K.MEMBER_OFFER)[0])
    shift(visit, THURSDAY_NINE + timedelta(days=1))
    announce.withdrawn(offer, now())
    assert "11/26(목) 9-11시" in texts(K.MEMBER_WITHDRAWN)[0].body


def test_who_was_not_told_yet_hears_nothing_of_it() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()], accepted=False)
    offer = visit.assignments[0].offers[0]
    announce.offered(offer, now())
    offer.answered_at = now()  # as the board marks a withdrawal
    announce.withdrawn(offer, now())
    assert [(each.kind, each.state) for each in texts()] == [(K.MEMBER_OFFER, S.CANCELED)]


def test_who_agreed_on_the_telephone_is_told_not_to_go(clock: Clock) -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()])
    clock.advance(minutes=5)
    announce.withdrawn(visit.assignments[0].offers[0], now())
    assert len(texts(K.MEMBER_WITHDRAWN, S.PENDING)) == 1


def test_on_the_way_is_told_at_once_even_at_night(clock: Clock) -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member("김가람")])
    clock.set(seoul(26, 7, 30))
    announce.on_the_way(visit, now())
    (told,) = texts()
    assert told.due_at == now()
    assert "지금 김가람 갑니다. 9-11시 상도1동 번호 " in told.body
    assert "돈 안 받음" in told.body


def test_done_late_in_the_evening_is_told_in_the_morning(clock: Clock) -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()])
    clock.set(seoul(26, 20, 30))
    announce.done(visit, now())
    assert texts(K.RESIDENT_DONE)[0].due_at == seoul(27, 8)


def test_the_list_of_the_day_goes_out_once_at_the_hour_of_texts(clock: Clock) -> None:
    member = make_member()
    for start in (TOMORROW_NINE, TOMORROW_NINE + timedelta(hours=4)):
        make_visit(start=start, members=[member])
    clock.set(seoul(25, 7, 59))
    daily.day_lists(now())
    assert texts() == []
    clock.set(seoul(25, 8, 1))
    daily.day_lists(now())
    daily.day_lists(now())
    (listed,) = texts()
    assert listed.body.startswith("오늘 9시부터 2건 상도1동 혼자 ")
    assert listed.body.endswith(" 02-820-0000 {link}")
    link = db.session.get_one(Link, listed.link_id)
    assert (link.day, link.visit_id) == (seoul_day(now()), None)


def test_a_job_taken_on_during_the_day_makes_no_list(clock: Clock) -> None:
    clock.set(seoul(25, 8))
    make_visit(start=TOMORROW_NINE + timedelta(hours=4), members=[make_member()])
    clock.advance(minutes=5)
    daily.day_lists(now())
    assert texts() == []


def test_offers_and_cancelled_visits_are_not_on_the_list(clock: Clock) -> None:
    make_visit(start=TOMORROW_NINE, members=[make_member()], accepted=False)
    clock.set(seoul(25, 8, 1))
    daily.day_lists(now())
    assert texts() == []


def test_a_reminder_follows_the_plan_inside_its_window() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()])
    announce.accepted(visit.assignments[0], now())
    visit.start = THURSDAY_NINE + timedelta(minutes=45)
    announce.shifted(visit, now())
    (reminder,) = texts(K.MEMBER_REMINDER, S.PENDING)
    assert reminder.due_at == reminder.next_at == THURSDAY_NINE - timedelta(minutes=15)
    assert "09:45 시작" in reminder.body
    assert len(texts(K.MEMBER_REMINDER, S.CANCELED)) == 1


@pytest.mark.parametrize("before", [timedelta(minutes=50), timedelta(days=2)])
def test_who_said_yes_on_the_telephone_gets_a_link_at_once(before: timedelta) -> None:
    visit = make_visit(start=now() + before, members=[make_member()])
    announce.accepted(visit.assignments[0], now())
    (taken,) = texts(K.MEMBER_OFFER)
    assert taken.body.startswith("배정 ")
    assert taken.due_at == now()
    assert db.session.get_one(Link, taken.link_id).visit_id == visit.id


def test_who_was_asked_by_text_needs_no_second_one() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()], accepted=False)
    announce.offered(visit.assignments[0].offers[0], now())
    send(texts(K.MEMBER_OFFER)[0])
    announce.accepted(visit.assignments[0], now())
    assert len(texts(K.MEMBER_OFFER)) == 1


def test_whose_offer_did_not_arrive_gets_the_link_with_their_yes() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()], accepted=False)
    announce.offered(visit.assignments[0].offers[0], now())
    texts()[0].move_to(S.SENDING, SYSTEM, now())
    texts()[0].move_to(S.FAILED, SYSTEM, now())
    announce.accepted(visit.assignments[0], now())
    assert [each.state for each in texts(K.MEMBER_OFFER)] == [S.FAILED, S.PENDING]


def test_an_earlier_start_is_told_even_when_the_reminders_time_is_over(clock: Clock) -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()])
    visit.start = THURSDAY_NINE + timedelta(hours=2)
    announce.accepted(visit.assignments[0], now())
    clock.set(THURSDAY_NINE)
    visit.start = THURSDAY_NINE + timedelta(minutes=40)
    announce.shifted(visit, now())
    (reminder,) = texts(K.MEMBER_REMINDER, S.PENDING)
    assert (reminder.due_at, "09:40 시작" in reminder.body) == (now(), True)


def test_a_start_that_changes_after_the_reminder_is_told_again_and_only_once(clock: Clock) -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()])
    announce.accepted(visit.assignments[0], now())
    send(texts(K.MEMBER_REMINDER)[0])
    clock.set(THURSDAY_NINE - timedelta(minutes=30))
    announce.shifted(visit, now())
    assert texts(K.MEMBER_REMINDER, S.PENDING) == []
    visit.start = THURSDAY_NINE + timedelta(minutes=10)
    announce.shifted(visit, now())
    assert ["09:10 시작" in each.body for each in texts(K.MEMBER_REMINDER, S.PENDING)] == [True]


def reminded_at_eight(clock: Clock) -> Visit:
    """Of nine; since then half an hour is over."""
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()])
    announce.accepted(visit.assignments[0], now())
    clock.set(THURSDAY_NINE - timedelta(hours=1))
    send(texts(K.MEMBER_REMINDER)[0])
    clock.advance(minutes=28)
    return visit


def test_who_was_reminded_of_another_start_hears_of_a_later_one_at_once(clock: Clock) -> None:
    visit = reminded_at_eight(clock)
    for minutes in (110, 90):  # the second while the first waits
        visit.start = THURSDAY_NINE + timedelta(minutes=minutes)
        announce.shifted(visit, now())
        (reminder,) = texts(K.MEMBER_REMINDER, S.PENDING)
        assert reminder.due_at == now()
    assert "10:30 시작" in reminder.body


def test_a_start_that_is_back_before_its_change_has_left_is_told_to_nobody(clock: Clock) -> None:
    visit = reminded_at_eight(clock)
    for minutes in (110, 0):
        visit.start = THURSDAY_NINE + timedelta(minutes=minutes)
        announce.shifted(visit, now())
    assert texts(K.MEMBER_REMINDER, S.PENDING) == []


def test_another_address_keeps_back_no_start_that_is_to_be_told_at_once(clock: Clock) -> None:
    visit = reminded_at_eight(clock)
    visit.start = THURSDAY_NINE + timedelta(minutes=110)
    announce.shifted(visit, now())
    announce.elsewhere(visit, now())
    assert [each.due_at for each in texts(K.MEMBER_REMINDER, S.PENDING)] == [now()]


def test_who_was_reminded_of_another_promise_hears_of_the_new_start_before_it(clock: Clock) -> None:
    visit = reminded_at_eight(clock)
    shift(visit, THURSDAY_NINE + timedelta(days=1))
    announce.moved(visit, now())
    assert [each.due_at for each in texts(K.MEMBER_REMINDER, S.PENDING)] == [
        THURSDAY_NINE + timedelta(hours=23)
    ]


def test_nobody_hears_that_a_visit_of_long_ago_is_off(clock: Clock) -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()])
    announce.booked(visit, now())
    clock.set(THURSDAY_NINE + timedelta(days=20))
    announce.cancelled(visit, now())
    announce.withdrawn(visit.assignments[0].offers[0], now())
    assert texts(state=S.PENDING) == []


def test_today_is_not_said_of_work_reported_days_later(clock: Clock) -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()])
    clock.set(THURSDAY_NINE + timedelta(days=3))
    announce.done(visit, now())
    assert texts() == []


def test_what_did_not_arrive_is_not_passed_on_once_it_is_no_longer_true() -> None:
    visit = make_visit(start=THURSDAY_NINE)
    announce.booked(visit, now())
    texts()[0].move_to(S.SENDING, SYSTEM, now())
    texts()[0].move_to(S.FAILED, SYSTEM, now())
    assert len(pages.missed(now())) == 1
    announce.cancelled(visit, now())
    assert pages.missed(now()) == []


@pytest.mark.settings(PROMISE_WINDOWS="09:00-11:00,14:00-15:00")
def test_a_withdrawal_says_the_window_as_it_was_known() -> None:
    visit = make_visit(start=THURSDAY_NINE, members=[make_member()], accepted=False)
    offer = visit.assignments[0].offers[0]
    announce.offered(offer, now())
    send(texts(K.MEMBER_OFFER)[0])
    visit.start = visit.window_start = THURSDAY_NINE + timedelta(hours=5)
    visit.window_end = visit.start + timedelta(hours=1)
    announce.withdrawn(offer, now())
    assert "9-11시" in texts(K.MEMBER_WITHDRAWN)[0].body
