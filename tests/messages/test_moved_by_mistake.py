"""A promise is moved and, before its texts left, moved back: whoever has heard of it hears how it is."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow, page_links
from handyman.board.mending import move_back
from handyman.board.mending.move_back import Moved
from handyman.board.propose import Choice, suiting_spans
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, home_page, outbox, reach
from handyman.messages.gateways import ScreenGateway
from handyman.messages.hours import AT_NIGHT
from handyman.messages.moments import stamped
from handyman.models import (
    SYSTEM,
    AuditEntry,
    Message,
    MessageKind,
    MessageState,
    PhoneKind,
    ReachAnswer,
    Role,
    Suits,
    User,
    Visit,
)
from handyman.visit import promise
from tests.board.plans.makers import at, coordinator, promised, tomorrow
from tests.conftest import Client, Clock
from tests.factories import make_member
from tests.messages.test_member_calls import ends, landline, press, ring, rows
from tests.messages.test_on_a_list import listed
from tests.messages.test_stays_in_sight import noted, telephones

K, S = MessageKind, MessageState
TOLD = call_task.Outcome.TOLD
MOBILE = ("+821055550077", PhoneKind.MOBILE)
LANDLINE = ("+8228200077", PhoneKind.LANDLINE)
pytestmark = pytest.mark.usefixtures("session")


def booked(*phones: tuple[str, PhoneKind], opens_pages: bool = False) -> Visit:
    """For ten o'clock, in three days; what could leave has."""
    visit = promised("10:00", [make_member("박수리")], day=tomorrow() + timedelta(days=2))
    db.session.commit()
    telephones(visit.resident.person, *phones)
    visit.resident.person.opens_pages = opens_pages
    with transaction():
        announce.booked(visit, now())
        announce.accepted(visit.assignments[0], now())
    outbox.send_due(ScreenGateway(), now)
    return visit


def moves(visit: Visit, clock: Clock) -> Moved:
    """To the afternoon; its texts wait."""
    clock.advance(seconds=20)
    span = suiting_spans(Suits.ANY)[2]
    db.session.expire_all()
    choice = Choice(visit.day, span.start, span.end)
    _changes, before = flow.move(visit.id, choice, None, coordinator(), now(), seen=None)
    clock.advance(seconds=5)
    return before


def goes_back(before: Moved, clock: Clock) -> None:
    clock.advance(seconds=5)
    db.session.expire_all()
    flow.move_back(before, coordinator(), now())


@pytest.mark.parametrize("kind", [K.RESIDENT_BOOKED, K.RESIDENT_DAY_BEFORE])
def test_who_was_told_of_it_with_an_older_row_hears_that_it_is_off(kind: MessageKind, clock: Clock) -> None:
    visit = booked(LANDLINE)
    if kind is K.RESIDENT_DAY_BEFORE:
        clock.set(at(visit.day - timedelta(days=1), "17:00"))
        outbox.send_due(ScreenGateway(), now)
    (call,) = rows(kind)
    press(call, "0")
    before = moves(visit, clock)
    assert "오후 1시" in call_task.words(call, now())
    assert noted(call.id, TOLD)
    assert [each.state for each in rows(K.RESIDENT_MOVED)] == [S.CANCELED]
    goes_back(before, clock)
    assert [each.state for each in rows(K.RESIDENT_MOVED)] == [S.CANCELED, S.PENDING]


def test_so_does_who_has_no_telephone_of_their_own(clock: Clock) -> None:
    visit = booked()
    (row,) = rows(K.RESIDENT_BOOKED)
    row.last_error = "call_me"
    db.session.commit()
    before = moves(visit, clock)
    assert noted(row.id, TOLD)
    goes_back(before, clock)
    assert rows(K.RESIDENT_MOVED)[-1].state is S.NEEDS_PERSON


def test_who_has_no_telephone_is_told_once_that_it_is_off(clock: Clock) -> None:
    visit = booked()
    before = moves(visit, clock)
    assert noted(rows(K.RESIDENT_BOOKED)[-1].id, TOLD)
    goes_back(before, clock)
    clock.advance(minutes=20)
    assert listed(now()) == {rows(K.RESIDENT_MOVED)[-1].id}


def test_who_was_told_as_it_stands_is_not_told_by_the_row_beside_as_well(clock: Clock) -> None:
    visit = booked()
    (row,) = rows(K.RESIDENT_BOOKED)
    row.last_error = "call_me"
    db.session.commit()
    moves(visit, clock)
    clock.advance(minutes=20)
    outbox.send_due(ScreenGateway(), now)
    assert noted(row.id, TOLD)
    assert listed(now()) == set()


def path_of(visit: Visit) -> str:
    return "/" + page_links.address(visit.id).split("/", 3)[3]


def answers_on_page(client: Client, visit: Visit, button: str) -> str:
    """As it is shown just then."""
    url = path_of(visit)
    form = client.get(url).text.split(f'action="{url}/{button}"')[1].split("</form>")[0]
    typed = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', form))
    return client.post(f"{url}/{button}", data=typed, follow_redirects=True).text


@pytest.mark.parametrize("button", ["confirm", "another"])
def test_who_has_answered_on_the_page_hears_that_it_is_off(button: str, clock: Clock, client: Client) -> None:
    visit = booked(MOBILE, opens_pages=True)
    before = moves(visit, clock)
    answers_on_page(client, visit, button)
    goes_back(before, clock)
    waiting = [each for each in rows(K.RESIDENT_MOVED) + rows(K.RESIDENT_PAGE) if each.state is S.PENDING]
    assert [stamped(each.dedupe_key) for each in waiting] == [visit.window_start] * 2
    clock.advance(minutes=1)
    asked = [db.session.get_one(Message, each) for each in listed(now())]
    words = [call_task.words(each, now()) for each in asked]
    assert len(words) == (button == "another")
    assert all("오전 10시" in each for each in words)


@pytest.mark.parametrize("outcome", [call_task.Outcome.ANOTHER_TIME, call_task.Outcome.GOOD])
def test_who_has_answered_a_person_hears_that_it_is_off(outcome: call_task.Outcome, clock: Clock) -> None:
    visit = booked()
    before = moves(visit, clock)
    row = rows(K.RESIDENT_BOOKED)[-1]
    assert noted(row.id, outcome)
    goes_back(before, clock)
    clock.advance(minutes=1)
    asked = [db.session.get_one(Message, each) for each in listed(now())]
    wishes = [row.id] if outcome is call_task.Outcome.ANOTHER_TIME else []
    assert [each.id for each in asked if each.kind is K.RESIDENT_BOOKED] == wishes
    assert [each.kind for each in asked if each.id not in wishes] == [K.RESIDENT_MOVED]
    assert all("오전 10시" in call_task.words(each, now()) for each in asked)


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("page", ["", "/cancel"])
def test_who_has_only_looked_at_the_page_hears_that_it_is_off(
    page: str, clock: Clock, client: Client
) -> None:
    """And the look is no change of the day: all of the move goes back."""
    visit = booked(MOBILE, opens_pages=True)
    before = moves(visit, clock)
    assert "오후" in client.get(path_of(visit) + page).text
    clock.advance(seconds=5)
    db.session.expire_all()
    _changes, versions = flow.move_back(before, coordinator(), now())
    assert versions
    waiting = [each for each in rows(K.RESIDENT_MOVED) + rows(K.RESIDENT_PAGE) if each.state is S.PENDING]
    assert [stamped(each.dedupe_key) for each in waiting] == [visit.window_start] * 2
    outbox.send_due(ScreenGateway(), now)
    assert "10-12시" in rows(K.RESIDENT_MOVED)[-1].body
    assert db.session.scalars(select(ReachAnswer)).all() == []


@pytest.mark.parametrize("page", ["", "/cancel"])
def test_a_machine_that_asks_whether_there_is_a_page_has_seen_nothing(
    page: str, clock: Clock, client: Client
) -> None:
    visit = booked(MOBILE, opens_pages=True)
    moves(visit, clock)
    assert client.head(path_of(visit) + page).status_code == 200
    entries = select(AuditEntry).where(AuditEntry.moved_to == home_page.SAW)
    assert db.session.scalars(entries).all() == []


@pytest.mark.parametrize("late", [False, True])
def test_who_has_looked_at_the_page_as_it_stands_hears_nothing_more(
    late: bool, clock: Clock, client: Client
) -> None:
    """Before the move, or once it was told."""
    visit = booked(MOBILE, opens_pages=True)
    client.get(path_of(visit))
    before = moves(visit, clock)
    if late:
        clock.advance(minutes=1)
        outbox.send_due(ScreenGateway(), now)
        client.get(path_of(visit))
    else:
        goes_back(before, clock)
    entries = select(AuditEntry).where(AuditEntry.moved_to == home_page.SAW)
    assert db.session.scalars(entries).all() == []
    assert all(each.state is not S.PENDING for each in rows(K.RESIDENT_MOVED))


def test_a_page_that_moves_as_it_is_read_is_read_anew(clock: Clock) -> None:
    visit = booked(MOBILE, opens_pages=True)
    shown = promise.of_visit(visit)
    moves(visit, clock)
    with pytest.raises(flow.ChangedMeanwhileError):
        flow.see_promise(visit.id, SYSTEM, now(), shown)


def test_who_answered_nothing_hears_nothing(clock: Clock) -> None:
    before = moves(booked(MOBILE, opens_pages=True), clock)
    goes_back(before, clock)
    assert all(each.state is S.CANCELED for each in rows(K.RESIDENT_MOVED))
    assert [each.state for each in rows(K.RESIDENT_PAGE)] == [S.DELIVERED, S.CANCELED]


@pytest.mark.parametrize("known", ["confirm", "looked", ""])
def test_whether_anybody_knew_stands_beside_it_when_it_is_undone(
    known: str, clock: Clock, client: Client, sign_in: Callable[..., User]
) -> None:
    sign_in(Role.COORDINATOR)
    visit = booked(MOBILE, opens_pages=True)
    before = moves(visit, clock)
    if known == "looked":
        client.get(path_of(visit))
    elif known:
        answers_on_page(client, visit, known)
    path = f"/visits/{visit.id}/move/undo"
    page = client.post(path, data={"undo": move_back.sign(before)}, follow_redirects=True).text
    assert ("들으신 분께는 다시 알립니다" in page, "아무에게도 알리지 않았습니다" in page) == (
        bool(known),
        not known,
    )


def test_whose_call_has_said_that_it_had_changed_hears_it_again(clock: Clock) -> None:
    visit = booked(LANDLINE)
    (call,) = rows(K.RESIDENT_BOOKED)
    before = moves(visit, clock)
    press(call, "1")
    assert db.session.scalars(select(ReachAnswer)).all() == []
    goes_back(before, clock)
    again = ring(K.RESIDENT_BOOKED)
    assert (again.body, again.to_number) == (call.body, LANDLINE[0])
    press(again, "1")
    (answer,) = db.session.scalars(select(ReachAnswer)).all()
    assert answer.window_start == visit.window_start
    assert listed(now() + timedelta(minutes=30)) == set()


def test_who_took_up_the_receiver_and_heard_that_it_had_changed_hears_it_again(clock: Clock) -> None:
    visit = booked(LANDLINE)
    (call,) = rows(K.RESIDENT_BOOKED)
    before = moves(visit, clock)
    assert reach.changed(call.id, now())
    goes_back(before, clock)
    ends(call, "completed")
    again = ring(K.RESIDENT_BOOKED)
    press(again, "1")
    assert again.id != call.id
    assert listed(now() + timedelta(minutes=30)) == set()


def test_what_rang_before_the_night_is_said_by_a_person_where_the_morning_is_too_late(clock: Clock) -> None:
    visit = booked(LANDLINE)
    clock.set(at(visit.day - timedelta(days=1), "19:00") - timedelta(seconds=30))
    (call,) = rows(K.RESIDENT_DAY_BEFORE)
    call.due_at = call.next_at = now()
    call.not_after = at(visit.day, "08:30")
    db.session.commit()
    ring(K.RESIDENT_DAY_BEFORE)
    before = moves(visit, clock)
    press(call, "1")
    clock.advance(seconds=2)
    goes_back(before, clock)
    outbox.send_due(ScreenGateway(), now)
    again = rows(K.RESIDENT_DAY_BEFORE)[-1]
    assert (again.body, again.state, again.last_error) == (call.body, S.NEEDS_PERSON, AT_NIGHT)


def test_who_was_reminded_of_a_start_that_had_changed_for_a_moment_is_reminded_again(clock: Clock) -> None:
    visit = promised("10:00", [landline()])
    announce.accepted(visit.assignments[0], now())
    db.session.commit()
    clock.set(at(visit.day, "09:00"))
    call = ring(K.MEMBER_REMINDER)
    choice = Choice(visit.day, 10 * 60, 12 * 60)
    _changes, before = flow.move(visit.id, choice, 10 * 60 + 30, coordinator(), now(), seen=None)
    press(call, "1")
    goes_back(before, clock)
    again = ring(K.MEMBER_REMINDER)
    assert (again.id != call.id, again.body) == (True, call.body)
