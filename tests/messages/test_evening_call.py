"""The call of the evening says each address to whoever opens no link, and the day as it stands."""

from datetime import timedelta

import pytest

from handyman import flow, reminded
from handyman.board.mending.move_back import Moved
from handyman.board.propose import Choice
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, daily, outbox, reach
from handyman.messages.gateways import ScreenGateway
from handyman.messages.rows import evening_before
from handyman.models import (
    Actor,
    ActorKind,
    Answer,
    CancelReason,
    Member,
    Message,
    MessageKind,
    MessageState,
    Visit,
    VisitState,
)
from handyman.reasons import WHOSE_WISH
from tests.board.plans.makers import at, coordinator, promised
from tests.conftest import Clock
from tests.factories import make_user
from tests.messages.test_another_number import NEW
from tests.messages.test_member_calls import ends, landline, press, ring, rows
from tests.messages.test_pair import typed

K, S = MessageKind, MessageState
pytestmark = pytest.mark.usefixtures("session")


def evening(clock: Clock, *starts: str) -> tuple[Member, list[Visit]]:
    """The list of tomorrow waits to be said."""
    member = landline()
    visits = [promised(start, [member]) for start in starts]
    for visit in visits:
        announce.accepted(visit.assignments[0], now())
    clock.set(evening_before(visits[0].day))
    daily.day_lists(now())
    db.session.commit()
    return member, visits


def lists() -> list[Message]:
    return rows(K.MEMBER_DAY_LIST)


def words(call: Message) -> str:
    return reach.words_of(call.id, call.attempt, now()) or ""


def calls_off(visit: Visit) -> None:
    by = Actor(ActorKind.USER, make_user().id)
    flow.cancel_visit(visit.id, CancelReason.RESIDENT_CANCELLED, by, now())
    db.session.expire_all()


@pytest.mark.usefixtures("any_database")
def test_what_somebody_else_heard_is_said_again_at_the_number_that_is_theirs(clock: Clock) -> None:
    member, [visit] = evening(clock, "10:00")
    own = member.phone
    assert press(ring(K.MEMBER_DAY_LIST), "1")
    typed(member, NEW, clock)
    clock.advance(minutes=3)
    again = ring(K.MEMBER_DAY_LIST)
    assert (again.to_number, again.attempt, len(lists())) == (NEW, 1, 2)
    assert visit.address.full in words(again)
    assert press(again, "1")
    typed(member, own, clock)
    assert len(lists()) == 2, "they have heard it there"


def test_a_slip_in_the_number_rings_nobody_again(clock: Clock) -> None:
    member, _visits = evening(clock, "10:00")
    own = member.phone
    assert press(ring(K.MEMBER_DAY_LIST), "1")
    typed(member, NEW, clock)
    typed(member, own, clock)
    clock.advance(minutes=10)
    outbox.send_due(ScreenGateway(), now)
    assert [each.state for each in lists()] == [S.DELIVERED, S.CANCELED]


def test_it_is_not_said_again_once_the_day_is_under_way(clock: Clock) -> None:
    member, [first, second] = evening(clock, "09:00", "14:00")
    assert press(ring(K.MEMBER_DAY_LIST), "1")
    clock.set(at(first.day, "11:30"))
    second.state = VisitState.ON_THE_WAY
    typed(member, NEW, clock)
    assert len(lists()) == 1


def test_what_is_left_of_the_day_is_said_again(clock: Clock) -> None:
    member, [first, _second] = evening(clock, "09:00", "14:00")
    assert press(ring(K.MEMBER_DAY_LIST), "1")
    clock.set(at(first.day, "11:30"))
    typed(member, NEW, clock)
    clock.advance(minutes=3)
    said = words(ring(K.MEMBER_DAY_LIST))
    assert "방문이 1건 있습니다" in said
    assert ("오후 2시" in said, "오전 9시" in said) == (True, False)


def test_one_call_is_enough_for_the_one_address(clock: Clock) -> None:
    """The job was said after the list, with its address, and is said again."""
    member, [visit] = evening(clock, "10:00")
    assert press(ring(K.MEMBER_DAY_LIST), "1")
    announce.elsewhere(visit, now())
    db.session.commit()
    assert press(ring(K.MEMBER_MOVED), "1")
    typed(member, NEW, clock)
    assert len(lists()) == 1
    assert visit.address.full in words_after(clock, K.MEMBER_MOVED)


def words_after(clock: Clock, kind: MessageKind) -> str:
    clock.advance(minutes=3)
    return words(ring(kind))


def test_a_key_that_somebody_else_pressed_is_asked_about(clock: Clock) -> None:
    member, _visits = evening(clock, "10:00")
    press(ring(K.MEMBER_DAY_LIST), "0")
    typed(member, NEW, clock)
    assert WHOSE_WISH[Answer.CALL_ME] in {each.last_error for each in lists() if each.state is S.NEEDS_PERSON}
    assert [each.to_number for each in lists() if each.state is S.PENDING] == [NEW]


def test_a_visit_called_off_meanwhile_is_not_in_it(clock: Clock) -> None:
    _member, [first, _second] = evening(clock, "10:00", "14:00")
    calls_off(first)
    clock.advance(minutes=3)
    said = words(ring(K.MEMBER_DAY_LIST))
    assert ("오전 10시" in said, "오후 2시" in said) == (False, True)
    assert "1건" in said


def test_it_says_each_start_as_it_is_when_it_rings(clock: Clock) -> None:
    _member, [visit] = evening(clock, "10:00")
    call = ring(K.MEMBER_DAY_LIST)
    visit.start = at(visit.day, "11:30")
    db.session.commit()
    assert "오전 11시 30분" in words(call)
    assert "@11:30}" in lists()[0].body


def test_of_a_day_that_is_empty_nobody_is_rung(clock: Clock) -> None:
    _member, [visit] = evening(clock, "10:00")
    calls_off(visit)
    clock.advance(minutes=3)
    assert ring(K.MEMBER_DAY_LIST).state is S.CANCELED


def test_whoever_was_rung_meanwhile_hears_that_it_has_changed(clock: Clock) -> None:
    _member, [visit] = evening(clock, "10:00")
    call = ring(K.MEMBER_DAY_LIST)
    assert reach.changed(call.id, now()) == ""
    calls_off(visit)
    assert "그사이 방문이 바뀌었습니다" in reach.changed(call.id, now())


def test_a_person_is_told_what_is_left_to_say(clock: Clock) -> None:
    _member, [first, second] = evening(clock, "10:00", "14:00")
    [call] = lists()
    assert "2건" in call_task.words(call, now())
    calls_off(first)
    assert "1건" in call_task.words(call, now())
    calls_off(second)
    assert "전하실 말씀이 없습니다" in call_task.words(call, now())


def moves(visit: Visit, *, days: int) -> Moved:
    db.session.expire_all()
    choice = Choice(visit.day + timedelta(days=days), 13 * 60, 15 * 60)
    return flow.move(visit.id, choice, None, coordinator(), now(), seen=None)[1]


def moves_back(before: Moved) -> None:
    db.session.expire_all()
    flow.move_back(before, coordinator(), now())


@pytest.mark.parametrize("days", [0, 1])
def test_it_waits_while_a_move_may_be_undone_and_says_what_stands_then(days: int, clock: Clock) -> None:
    _member, [visit] = evening(clock, "10:00")
    clock.advance(seconds=1)
    before = moves(visit, days=days)
    clock.advance(seconds=5)
    assert ring(K.MEMBER_DAY_LIST).state is S.PENDING
    moves_back(before)
    clock.advance(minutes=3)
    call = ring(K.MEMBER_DAY_LIST)
    assert (call.attempt, "오전 10시" in words(call)) == (1, True)


def test_at_a_persons_wish_it_rings_at_once_and_says_what_stands(clock: Clock) -> None:
    """Though the move may be undone yet."""
    _member, [first, _second] = evening(clock, "10:00", "14:00")
    clock.advance(seconds=1)
    moves(first, days=1)
    [call] = lists()
    assert outbox.send_one(ScreenGateway(), call.id, now())
    db.session.expire_all()
    for said in (call.body, words(call)):
        assert ("오전 10시" in said, "오후 2시" in said) == (False, True)


def test_a_list_that_was_let_go_is_written_again_where_there_is_something_to_tell(clock: Clock) -> None:
    """A person was shown that there is nothing to say: nobody was told anything by that."""
    _member, [visit] = evening(clock, "09:00")
    for _try in range(2):
        ends(ring(K.MEMBER_DAY_LIST), "no-answer")
        clock.advance(minutes=16)
    [call] = [each for each in lists() if each.told_at is None]
    before = moves(visit, days=1)
    clock.advance(seconds=8)
    shown = call_task.seen(call, call_task.words(call, now()))
    with transaction():
        assert call_task.note(call.id, call_task.Outcome.TOLD, coordinator(), now(), shown=shown)
    clock.advance(seconds=8)
    moves_back(before)
    daily.day_lists(now())
    db.session.commit()
    clock.advance(minutes=3)
    again = ring(K.MEMBER_DAY_LIST)
    assert again.id != call.id
    assert "오전 9시" in words(again)


@pytest.mark.settings(
    SMS_GATEWAY="solapi",
    SOLAPI_API_KEY="k",
    SOLAPI_API_SECRET="s",
    SOLAPI_FROM="028200000",
    SOLAPI_HOOK_SECRET="h" * 32,
)
def test_a_person_reads_the_day_as_it_stands_where_nobody_can_be_rung(clock: Clock) -> None:
    _member, [first, _second] = evening(clock, "10:00", "14:00")
    [row] = lists()
    assert row.state is S.NEEDS_PERSON
    calls_off(first)
    said = call_task.words(row, now())
    assert ("오전 10시" in said, "오후 2시" in said) == (False, True)


@pytest.mark.parametrize(("typed_at", "state"), [("18:30", S.PENDING), ("20:30", S.NEEDS_PERSON)])
def test_a_person_says_it_where_a_call_would_come_too_late(
    typed_at: str, state: MessageState, clock: Clock
) -> None:
    member, [visit] = evening(clock, "09:00")
    assert press(ring(K.MEMBER_DAY_LIST), "1")
    clock.set(at(visit.day - timedelta(days=1), typed_at))
    typed(member, NEW, clock)
    assert lists()[-1].state is state


def test_a_number_corrected_twice_is_rung_once_about_one_address(clock: Clock) -> None:
    member, [visit] = evening(clock, "10:00")
    assert press(ring(K.MEMBER_DAY_LIST), "1")
    announce.elsewhere(visit, now())
    db.session.commit()
    assert press(ring(K.MEMBER_MOVED), "1")
    for number in (f"{NEW[:-1]}1", NEW):
        typed(member, number, clock)
    assert len(lists()) == 1


def test_what_changes_after_they_have_listened_was_not_told(clock: Clock) -> None:
    _member, [visit] = evening(clock, "10:00")
    call = ring(K.MEMBER_DAY_LIST)
    assert "오전 10시" in words(call)
    visit.start = at(visit.day, "10:30")
    announce.shifted(visit, now())
    db.session.commit()
    assert press(call, "1")
    assert reminded.starts_known([visit.id]) == {(visit.id, call.recipient_id): at(visit.day, "10:00")}
    assert reach.goes_on(call.id, call.attempt)
