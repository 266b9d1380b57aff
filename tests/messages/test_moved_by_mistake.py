"""A promise is moved and, before its texts left, moved back: whoever has heard of it hears how it is."""

from datetime import timedelta

import pytest

from handyman import flow
from handyman.board.mending.move_back import Moved
from handyman.board.propose import Choice, suiting_spans
from handyman.extensions import db, now, transaction
from handyman.messages import announce, call_task, outbox
from handyman.messages.gateways import ScreenGateway
from handyman.models import MessageKind, MessageState, PhoneKind, Suits, Visit
from tests.board.plans.makers import at, coordinator, promised, tomorrow
from tests.conftest import Clock
from tests.factories import make_member
from tests.messages.test_member_calls import press, rows
from tests.messages.test_on_a_list import listed
from tests.messages.test_stays_in_sight import noted, telephones

K, S = MessageKind, MessageState
TOLD = call_task.Outcome.TOLD
LANDLINE = ("+8228200077", PhoneKind.LANDLINE)
pytestmark = pytest.mark.usefixtures("session")


def booked(*phones: tuple[str, PhoneKind]) -> Visit:
    """For ten o'clock, in three days; what could leave has."""
    visit = promised("10:00", [make_member("박수리")], day=tomorrow() + timedelta(days=2))
    db.session.commit()
    telephones(visit.resident.person, *phones)
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
