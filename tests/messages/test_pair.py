"""Two go together: whoever knows who comes with them hears when that is not so any more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handyman import flow
from handyman.board.mending.before import Before
from handyman.board.mending.put import HELD_BACK, Wanted
from handyman.board.seen import seen_of_visit
from handyman.extensions import db, now, transaction
from handyman.messages import announce, another_number, outbox, receipts, rows
from handyman.models import (
    Actor,
    ActorKind,
    DeclineReason,
    Member,
    Message,
    MessageKind,
    OverrideReason,
    PlanState,
    RecipientKind,
    TeamRole,
    Visit,
    VisitState,
)
from handyman.visit import promise
from handyman.visit.taps import Tap, new_key
from tests.board.plans.makers import coordinator, plan_for_ill, promised, tomorrow
from tests.conftest import Clock
from tests.factories import make_member
from tests.messages.test_another_number import NEW, Spy
from tests.messages.test_member_calls import press

K = MessageKind
pytestmark = [pytest.mark.settings(PLAN_DAY_SECONDS="0"), pytest.mark.usefixtures("session")]


def says_yes(member: Member, visit: Visit, clock: Clock) -> None:
    clock.advance(minutes=1)
    db.session.expire_all()
    [place] = [each for each in visit.assignments if each.member_id == member.id]
    flow.answer_offer(place.offers[-1].id, True, None, "", Actor(ActorKind.MEMBER, member.id), now())


def time_passes(clock: Clock, minutes: int = 5) -> None:
    clock.advance(minutes=minutes)
    outbox.send_due(Spy(), now)
    for call in db.session.scalars(select(Message).where(Message.kind == K.MEMBER_PARTNER)):
        if call.attempt and not call.was_heard:
            press(call, "1")


def pair(clock: Clock, *, smartphone: bool = True) -> tuple[Visit, Member, Member]:
    """Both were asked, and have said yes; the first knows of the second."""
    first, second = make_member("박수리", smartphone=smartphone), make_member("이사랑")
    visit = promised("10:00", [first, second], accepted=False)
    with transaction():
        for place in visit.assignments:
            announce.offered(place.offers[-1], now())
    time_passes(clock)
    for each in (first, second):
        says_yes(each, visit, clock)
    time_passes(clock)
    assert ["이사랑" in each.body for each in news(first)] == [True]
    return visit, first, second


def news(member: Member) -> list[Message]:
    """What they have heard of the other."""
    theirs = select(Message).where(
        Message.kind == K.MEMBER_PARTNER,
        Message.recipient_kind == RecipientKind.MEMBER,
        Message.recipient_id == member.id,
    )
    rows = db.session.scalars(theirs.order_by(Message.id).execution_options(populate_existing=True))
    return [each for each in rows if each.was_heard]


def gives_to(visit: Visit, member: Member, *, agreed: bool = False) -> Before:
    db.session.expire_all()
    wanted = Wanted(
        TeamRole.SECOND, member.id, 600, seen_of_visit(visit), OverrideReason.KNOWS_HOME, agreed=agreed
    )
    _changes, before = flow.put(visit.id, wanted, coordinator(), now())
    return before


@pytest.mark.parametrize("agreed", [True, False])
@pytest.mark.parametrize("smartphone", [True, False])
def test_who_knows_who_comes_with_them_hears_once_who_does_now(
    smartphone: bool, agreed: bool, clock: Clock
) -> None:
    """Somebody else has agreed by telephone to go in their place, or is asked and does not answer."""
    visit, first, _second = pair(clock, smartphone=smartphone)
    gives_to(visit, make_member("최솔"), agreed=agreed)
    for _again in range(2):
        time_passes(clock)
    [_of_second, told] = news(first)
    assert ("최솔" in told.body, "다른 분" in told.body) == (agreed, not agreed)
    assert ("이사랑" in told.body) is not agreed


def test_who_looked_for_another_hears_who_that_is(clock: Clock) -> None:
    visit, first, _second = pair(clock)
    third = make_member("최솔")
    gives_to(visit, third)
    time_passes(clock)
    says_yes(third, visit, clock)
    time_passes(clock)
    assert [each.body.split()[0] for each in news(first)] == ["+이사랑", "+이사랑", "+최솔"]


def test_what_is_undone_at_once_tells_nobody(clock: Clock) -> None:
    visit, first, second = pair(clock)
    before = gives_to(visit, make_member("최솔"), agreed=True)
    clock.advance(seconds=HELD_BACK.seconds - 15)
    outbox.send_due(Spy(), now)
    flow.put_back(before, coordinator(), now())
    for _again in range(2):
        time_passes(clock)
    assert (len(news(first)), len(news(second))) == (1, 0)


def leaves_the_place_to_a_plan(_visit: Visit, second: Member) -> None:
    run = plan_for_ill(second, tomorrow())
    flow.take_plan(run.id, coordinator(), now())
    db.session.refresh(run)
    assert run.state is PlanState.TAKEN


def is_put_there_on_the_visits_page(visit: Visit, _second: Member) -> None:
    flow.assign(
        visit.id,
        TeamRole.SECOND,
        make_member("최솔").id,
        coordinator(),
        now(),
        agreed=False,
        seen=None,
        reason=OverrideReason.KNOWS_HOME,
    )


def cannot_come_after_all(visit: Visit, second: Member) -> None:
    [place] = [each for each in visit.assignments if each.member_id == second.id]
    offer, by, press = place.offers[-1], Actor(ActorKind.MEMBER, second.id), (visit.id, Tap(new_key(), now()))
    flow.give_back(offer.id, DeclineReason.ILL, "", by, now(), press, promise.of_offer(offer, visit))
    assert visit.state is VisitState.BOOKED


@pytest.mark.parametrize(
    "happens", [leaves_the_place_to_a_plan, is_put_there_on_the_visits_page, cannot_come_after_all]
)
def test_by_whichever_way_the_other_stays_away(
    happens: Callable[[Visit, Member], None], clock: Clock
) -> None:
    visit, first, second = pair(clock)
    happens(visit, second)
    time_passes(clock, 15)
    [_of_second, told] = news(first)
    assert "못 갑니다" in told.body


def typed(member: Member, number: str, clock: Clock) -> None:
    with transaction():
        held = db.session.get_one(Member, member.id)
        held.phone = number
        rows.readdress(rows.member(held), now())
        another_number.of_member(held, now())
    clock.advance(seconds=30)


@pytest.mark.parametrize("smartphone", [True, False])
def test_that_the_other_stays_away_is_told_where_the_job_is_said_again(
    smartphone: bool, clock: Clock
) -> None:
    """A stranger was told; what is said again at the right number names nobody."""
    visit, first, _second = pair(clock, smartphone=smartphone)
    own = first.phone
    typed(first, NEW, clock)
    gives_to(visit, make_member("최솔"))
    with transaction():
        announce.elsewhere(db.session.get_one(Visit, visit.id), now())
    time_passes(clock)
    typed(first, own, clock)
    for _again in range(2):
        time_passes(clock)
    here = ["못 갑니다" in each.body for each in news(first) if each.to_number == own]
    assert here == [False, True]


def test_who_says_yes_in_a_call_from_before_hears_who_comes(clock: Clock) -> None:
    """The other had agreed while it rang."""
    first, second = make_member("박수리", smartphone=False), make_member("이사랑")
    visit = promised("10:00", [first, second], accepted=False)
    with transaction():
        for place in visit.assignments:
            announce.offered(place.offers[-1], now())
    outbox.send_due(Spy(), now)
    says_yes(second, visit, clock)
    asked = select(Message).where(Message.recipient_id == first.id, Message.kind == K.MEMBER_OFFER)
    press(db.session.scalars(asked).one(), "1")
    for _again in range(2):
        time_passes(clock)
    assert ["이사랑" in each.body for each in news(first)] == [True]
    assert ["박수리" in each.body for each in news(second)] == [True]


def test_who_never_heard_of_the_other_hears_nothing_of_their_end(clock: Clock) -> None:
    """They said yes in the evening, and nothing leaves before the morning."""
    first, second = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [first, second], accepted=False)
    for place in visit.assignments:
        place.offers[-1].expires_at = now() + timedelta(days=1)
    db.session.commit()
    clock.advance(hours=11)
    for each in (first, second):
        says_yes(each, visit, clock)
    clock.advance(minutes=1)
    gives_to(visit, make_member("최솔"))
    time_passes(clock, 12 * 60)
    assert news(first) == []


def test_who_says_yes_to_a_call_that_names_one_who_cannot_come_after_all_hears_of_it(clock: Clock) -> None:
    """The other had agreed before it rang, and gives the job back while it rings."""
    first, second = make_member("박수리", smartphone=False), make_member("이사랑")
    visit = promised("10:00", [first, second], accepted=False)
    says_yes(second, visit, clock)
    with transaction():
        place = next(each for each in visit.assignments if each.member_id == first.id)
        announce.offered(place.offers[-1], now())
    outbox.send_due(Spy(), now)
    asked = select(Message).where(Message.recipient_id == first.id, Message.kind == K.MEMBER_OFFER)
    call = db.session.scalars(asked.execution_options(populate_existing=True)).one()
    assert "이사랑" in call.body
    clock.advance(minutes=1)
    cannot_come_after_all(visit, second)
    press(call, "1")
    for _again in range(2):
        time_passes(clock)
    assert ["이사랑 님은 못 갑니다" in each.body for each in news(first)] == [True]


@pytest.mark.parametrize("agreed", [True, False])
def test_who_says_yes_to_a_call_that_is_tried_again_knows_what_it_said_at_first(
    agreed: bool, clock: Clock
) -> None:
    """While it rang in vain the other has agreed, or whom it named was replaced."""
    first, second = make_member("박수리", smartphone=False), make_member("이사랑")
    visit = promised("10:00", [first, second], accepted=False)
    for place in visit.assignments:
        place.offers[-1].expires_at = now() + timedelta(hours=5)
    db.session.commit()
    if not agreed:
        says_yes(second, visit, clock)
    with transaction():
        place = next(each for each in visit.assignments if each.member_id == first.id)
        announce.offered(place.offers[-1], now())
    outbox.send_due(Spy(), now)
    calls = select(Message).where(Message.recipient_id == first.id, Message.kind == K.MEMBER_OFFER)
    rang = db.session.scalars(calls.execution_options(populate_existing=True)).one()
    if agreed:
        says_yes(second, visit, clock)
    else:
        clock.advance(minutes=1)
        gives_to(visit, make_member("최솔"))
    receipts.take_receipt(receipts.Receipt("screen", rang.provider_id or "", "no-answer"), now())
    time_passes(clock, 16)
    again = db.session.scalars(calls.where(Message.follows_id == rang.id)).one()
    assert ("이사랑" in again.body) is not agreed
    press(again, "1")
    for _again in range(2):
        time_passes(clock)
    assert [("이사랑" in each.body, "못 갑니다" in each.body) for each in news(first)] == [(True, not agreed)]
