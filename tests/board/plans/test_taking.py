"""A plan is shown before anybody is told, taken as a whole, and never taken over a day that has changed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.plans.runs import PlanClosedError
from handyman.board.plans.stored import ChangeKind, changes, read_proposed, read_visits
from handyman.board.plans.take import PlanOutdatedError
from handyman.dispatch.problem import ConflictCode
from handyman.extensions import db, now
from handyman.models import (
    Absence,
    AbsenceReason,
    Actor,
    ActorKind,
    AssignmentState,
    AuditEntry,
    CancelReason,
    DeclineReason,
    Member,
    Message,
    MessageKind,
    Offer,
    OfferState,
    PlanRun,
    PlanState,
    VisitState,
)
from handyman.words import seoul_day
from tests.board.plans.makers import (
    FAR,
    NEAR,
    at,
    conflicts,
    coordinator,
    plan_for_ill,
    plan_tomorrow,
    promised,
    tomorrow,
    worked_out,
)
from tests.conftest import Clock
from tests.factories import make_absence, make_item, make_member, make_request, make_skill, make_wish
from tests.longer import longer

Db = scoped_session[Session]
pytestmark = pytest.mark.settings(PLAN_DAY_SECONDS="0", PLAN_WEEK_SECONDS="0")


def kinds(run: PlanRun) -> dict[int, ChangeKind]:
    assert run.proposed is not None
    found = changes(read_visits(run.standing), read_proposed(run.proposed).visits)
    return {change.visit_id: change.kind for change in found}


def told(session: Db) -> list[tuple[MessageKind, int]]:
    session.expire_all()
    return [(row.kind, row.recipient_id) for row in session.scalars(select(Message).order_by(Message.id))]


@pytest.mark.usefixtures("any_database")
def test_ill_today_is_shown_first_and_told_in_one_step(session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    today = seoul_day(now())
    visit = promised("14:00", [ill], today)
    by = coordinator()
    run = plan_for_ill(ill, today, by)
    assert run.state is PlanState.READY
    assert kinds(run) == {visit.id: ChangeKind.PEOPLE}
    assert (told(session), session.scalars(select(Absence)).all()) == ([], [])
    assert visit.assignments[0].member_id == ill.id
    flow.take_plan(run.id, by, now())
    session.expire_all()
    place = visit.assignments[0]
    assert (place.member_id, place.state, visit.state) == (
        well.id,
        AssignmentState.OFFERED,
        VisitState.BOOKED,
    )
    states = {offer.member_id: offer.state for offer in place.offers}
    assert states == {ill.id: OfferState.WITHDRAWN, well.id: OfferState.OFFERED}
    absence = session.scalars(select(Absence)).one()
    assert (absence.member_id, absence.first_day, absence.last_day) == (ill.id, today, today)
    assert absence.reason is AbsenceReason.ILL
    assert told(session) == [(MessageKind.MEMBER_WITHDRAWN, ill.id), (MessageKind.MEMBER_OFFER, well.id)]
    assert run.state is PlanState.TAKEN
    moves = select(AuditEntry.moved_to).where(AuditEntry.entity == "plan_runs").order_by(AuditEntry.id)
    assert list(session.scalars(moves)) == ["queued", "running", "ready", "taken"]


def test_nobody_can_come_and_the_promise_goes_to_the_coordinators_list(session: Db) -> None:
    ill = make_member("박수리")
    make_member("이사랑", skills=["drill"])
    visit = promised("14:00", [ill], seoul_day(now()))
    by = coordinator()
    run = plan_for_ill(ill, seoul_day(now()), by)
    assert kinds(run) == {visit.id: ChangeKind.CALL}
    flow.take_plan(run.id, by, now())
    session.expire_all()
    place = visit.assignments[0]
    assert (place.state, place.member_id, visit.state) == (AssignmentState.OPEN, None, VisitState.BOOKED)
    assert [kind for kind, _ in told(session)] == [MessageKind.MEMBER_WITHDRAWN]


def test_whoever_stays_hears_of_the_other_alone(session: Db) -> None:
    ill, mate = make_member("박수리"), make_member("이사랑", skills=[])
    stand_in = make_member("최고침")
    item = make_item(team_size=2)
    visit = promised("14:00", [ill, mate], request=make_request(items=[item]))
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    [change] = changes(read_visits(run.standing), read_proposed(run.proposed or {}).visits)
    assert (change.gone, change.new, change.beside) == ((ill.id,), (stand_in.id,), (mate.id,))
    flow.take_plan(run.id, by, now())
    session.expire_all()
    assert [place.member_id for place in visit.assignments] == [stand_in.id, mate.id]
    assert [place.state for place in visit.assignments] == [AssignmentState.OFFERED, AssignmentState.ACCEPTED]
    assert [kind for kind, who in told(session) if who == mate.id] == [MessageKind.MEMBER_PARTNER]


def test_a_mate_is_not_sent_home_when_nobody_can_lead(session: Db) -> None:
    ill, mate = make_member("박수리"), make_member("이사랑", skills=[])
    item = make_item(team_size=2)
    visit = promised("14:00", [ill, mate], request=make_request(items=[item]))
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    assert kinds(run) == {visit.id: ChangeKind.CALL}
    flow.take_plan(run.id, by, now())
    session.expire_all()
    assert [place.member_id for place in visit.assignments] == [None, mate.id]
    assert visit.assignments[1].state is AssignmentState.ACCEPTED


def test_a_member_away_that_day_by_the_book_is_replaced_too(session: Db) -> None:
    away, well = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [away])
    make_absence(away, tomorrow())
    by = coordinator()
    run = plan_tomorrow(by)
    assert kinds(run) == {visit.id: ChangeKind.PEOPLE}
    flow.take_plan(run.id, by, now())
    session.expire_all()
    assert visit.assignments[0].member_id == well.id


def test_who_has_said_no_is_not_asked_again(session: Db) -> None:
    ill, declined, well = make_member("박수리"), make_member("이사랑"), make_member("최고침", home=FAR)
    visit = promised("14:00", [declined], accepted=False)
    offer = visit.assignments[0].offers[0]
    visit.assignments[0].member_id, offer.state = ill.id, OfferState.DECLINED
    session.commit()
    run = plan_for_ill(ill, tomorrow())
    assert run.proposed is not None
    assert read_proposed(run.proposed).visits[visit.id].team == (well.id,)


@pytest.mark.usefixtures("any_database")
def test_a_booking_made_meanwhile_stays_and_the_plan_is_mended_and_shown_again(session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    first = promised("10:00", [ill])
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    booked = promised("10:00", [well])
    session.commit()
    with pytest.raises(PlanOutdatedError) as error:
        flow.take_plan(run.id, by, now())
    assert told(session) == []
    session.expire_all()
    assert (booked.assignments[0].member_id, first.assignments[0].member_id) == (well.id, ill.id)
    mended = worked_out(error.value.mended or 0)
    assert (run.state, mended.state, mended.follows_id) == (PlanState.OUTDATED, PlanState.READY, run.id)
    assert mended.proposed is not None
    after = read_proposed(mended.proposed).visits
    assert (after[booked.id].team, after[first.id].team) == ((well.id,), (well.id,))
    assert after[first.id].start != after[booked.id].start
    flow.take_plan(mended.id, by, now())
    session.expire_all()
    assert (booked.assignments[0].member_id, first.assignments[0].member_id) == (well.id, well.id)


def test_a_cancelled_visit_makes_the_plan_outdated(session: Db) -> None:
    ill, _well = make_member("박수리"), make_member("이사랑")
    visit, other = promised("10:00", [ill]), promised("14:00", [ill])
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    flow.cancel_visit(other.id, CancelReason.RESIDENT_AWAY, by, now())
    with pytest.raises(PlanOutdatedError):
        flow.take_plan(run.id, by, now())
    session.expire_all()
    assert visit.assignments[0].member_id == ill.id


def test_a_yes_that_came_meanwhile_is_shown_before_it_is_taken_back(session: Db) -> None:
    asked, _other = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [asked], accepted=False)
    make_absence(asked, tomorrow())
    by = coordinator()
    run = plan_tomorrow(by)
    assert kinds(run) == {visit.id: ChangeKind.PEOPLE}
    offer_id = session.scalars(select(Offer.id)).one()
    session.commit()
    flow.answer_offer(offer_id, True, None, "", Actor(ActorKind.MEMBER, asked.id), now())
    with pytest.raises(PlanOutdatedError):
        flow.take_plan(run.id, by, now())


def test_the_stand_in_has_no_time_any_more(session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    promised("10:00", [ill])
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    make_absence(well, tomorrow())
    session.commit()
    with pytest.raises(PlanOutdatedError) as error:
        flow.take_plan(run.id, by, now())
    mended = worked_out(error.value.mended or 0)
    assert list(kinds(mended).values()) == [ChangeKind.CALL]


def test_too_late_for_the_plan_of_this_morning(session: Db, clock: Clock) -> None:
    ill, _well = make_member("박수리"), make_member("이사랑")
    visit = promised(
        "14:00",
        [ill],
        seoul_day(now()),
        window=(at(seoul_day(now()), "14:00"), at(seoul_day(now()), "14:30")),
    )
    by = coordinator()
    run = plan_for_ill(ill, seoul_day(now()), by)
    assert kinds(run) == {visit.id: ChangeKind.PEOPLE}
    clock.set(at(seoul_day(now()), "14:29"))
    with pytest.raises(PlanOutdatedError) as error:
        flow.take_plan(run.id, by, now())
    assert list(kinds(worked_out(error.value.mended or 0)).values()) == [ChangeKind.CALL]


def test_a_plan_is_taken_once(session: Db) -> None:
    ill, _well = make_member("박수리"), make_member("이사랑")
    promised("10:00", [ill])
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    flow.take_plan(run.id, by, now())
    before = told(session)
    with pytest.raises(PlanClosedError):
        flow.take_plan(run.id, by, now())
    assert told(session) == before


def test_a_plan_that_is_left_tells_nobody(session: Db) -> None:
    ill, _well = make_member("박수리"), make_member("이사랑")
    promised("10:00", [ill])
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    flow.leave_plan(run.id, by, now())
    with pytest.raises(PlanClosedError):
        flow.take_plan(run.id, by, now())
    assert (told(session), session.scalars(select(Absence)).all()) == ([], [])


def test_all_or_nothing(session: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    ill, _well = make_member("박수리"), make_member("이사랑")
    visits = [promised("10:00", [ill]), promised("14:00", [ill])]
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    session.commit()
    from handyman.board import offers

    made, real = [0], offers.make_offer

    def make_offer(*args: object, **values: object) -> Offer:
        made[0] += 1
        if made[0] == 2:
            raise RuntimeError("the second offer cannot be written")
        return real(*args, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(offers, "make_offer", make_offer)
    with pytest.raises(RuntimeError):
        flow.take_plan(run.id, by, now())
    session.expire_all()
    assert [visit.assignments[0].member_id for visit in visits] == [ill.id, ill.id]
    assert (told(session), db.session.get_one(PlanRun, run.id).state) == ([], PlanState.READY)


def test_starts_that_change_inside_the_promise_are_told_to_no_resident(session: Db) -> None:
    ill, well = make_member("박수리"), make_member("이사랑")
    promised("10:00", [ill], point=NEAR)
    promised("10:00", [well], point=NEAR)
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    assert run.proposed is not None
    flow.take_plan(run.id, by, now())
    assert {kind for kind, _ in told(session)} <= {
        MessageKind.MEMBER_WITHDRAWN,
        MessageKind.MEMBER_OFFER,
        MessageKind.MEMBER_REMINDER,
    }


def test_a_choice_by_hand_past_a_rule_is_left_alone(session: Db) -> None:
    unskilled = make_member("박수리", skills=[])
    make_member("이사랑")
    make_skill("electric")
    visit = promised("10:00", [unskilled])
    visit.assignments[0].offers[0].by_hand = True
    run = plan_tomorrow()
    assert kinds(run) == {}
    assert run.proposed is not None
    assert [why.value for why in read_proposed(run.proposed).kept.values()] == ["by_hand"]


def test_who_must_not_go_any_more_is_replaced_and_the_plan_says_why(session: Db) -> None:
    barred, other = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [barred])
    make_wish(visit, barred)
    run = plan_tomorrow()
    assert kinds(run) == {visit.id: ChangeKind.PEOPLE}
    assert run.proposed is not None
    assert read_proposed(run.proposed).why == {visit.id: [["must_not", {"member_id": barred.id}]]}
    flow.take_plan(run.id, coordinator(), now())
    session.expire_all()
    assert visit.assignments[0].member_id == other.id


def test_who_must_not_go_and_has_no_stand_in_leaves_a_call(session: Db) -> None:
    barred = make_member("박수리")
    visit = promised("10:00", [barred])
    make_wish(visit, barred)
    run = plan_tomorrow()
    assert kinds(run) == {visit.id: ChangeKind.CALL}
    flow.take_plan(run.id, coordinator(), now())
    session.expire_all()
    assert visit.assignments[0].member_id is None


def test_a_mate_who_must_not_go_leaves_the_other_where_they_are(session: Db) -> None:
    lead, barred = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [lead, barred])
    make_wish(visit, barred)
    run = plan_tomorrow()
    assert kinds(run) == {visit.id: ChangeKind.CALL}
    flow.take_plan(run.id, coordinator(), now())
    session.expire_all()
    assert [place.member_id for place in visit.assignments] == [lead.id, None]


def test_who_must_not_go_and_is_on_the_way_is_named_and_left(session: Db) -> None:
    barred = make_member("박수리")
    make_member("이사랑")
    visit = promised("10:00", [barred], seoul_day(now()))
    visit.state = VisitState.ON_THE_WAY
    later = promised("14:00", [barred], seoul_day(now()))
    make_wish(visit, barred)
    run = plan_for_ill(barred, seoul_day(now()))
    assert kinds(run) == {later.id: ChangeKind.PEOPLE}
    assert run.proposed is not None
    assert {key: why.value for key, why in read_proposed(run.proposed).kept.items()} == {visit.id: "must_not"}


def test_who_was_set_by_hand_and_must_not_go_any_more_is_replaced_too(session: Db) -> None:
    barred = make_member("박수리", break_start=10 * 60, break_end=11 * 60)
    other = make_member("이사랑")
    visit = promised("10:00", [barred])
    visit.assignments[0].offers[0].by_hand = True
    make_wish(visit, barred)
    run = plan_tomorrow()
    assert kinds(run) == {visit.id: ChangeKind.PEOPLE}
    assert run.proposed is not None
    proposed = read_proposed(run.proposed)
    assert (proposed.visits[visit.id].team, proposed.kept) == ((other.id,), {})


def test_a_visit_set_into_a_break_does_not_hold_up_the_rest_of_the_day(session: Db) -> None:
    member = make_member("박수리", break_start=12 * 60, break_end=13 * 60)
    promised("12:10", [member])
    promised("14:00", [member])
    assert [conflict.code for conflict in conflicts()] == [ConflictCode.OUTSIDE_SHIFT]


def test_no_way_lies_in_a_break(session: Db) -> None:
    member = make_member("박수리", break_start=12 * 60, break_end=13 * 60)
    promised("11:00", [member], point=NEAR, window=(at(tomorrow(), "11:00"), at(tomorrow(), "11:10")))
    later = promised("13:00", [member], point=FAR)

    assert [conflict.code for conflict in conflicts()] == [ConflictCode.TRAVEL_GAP]
    run = plan_tomorrow()
    assert kinds(run) == {later.id: ChangeKind.START}
    flow.take_plan(run.id, coordinator(), now())
    session.expire_all()
    assert conflicts() == []
    assert later.start > at(tomorrow(), "13:00")


def test_a_visit_that_somebody_set_into_a_break_stays(session: Db) -> None:
    member = make_member("박수리", break_start=12 * 60, break_end=13 * 60)
    visit = promised("12:10", [member])
    visit.assignments[0].offers[0].by_hand = True
    run = plan_tomorrow()
    assert kinds(run) == {}
    assert run.proposed is not None
    assert [why.value for why in read_proposed(run.proposed).kept.values()] == ["by_hand"]


def test_two_by_hand_at_the_same_time_keep_their_member_whose_day_is_left_alone(session: Db) -> None:
    busy, other = make_member("박수리"), make_member("이사랑", skills=["drill"])
    narrow = (at(tomorrow(), "10:00"), at(tomorrow(), "10:10"))
    visits = [promised("10:00", [busy], window=narrow) for _ in range(2)]
    for visit in visits:
        visit.assignments[0].offers[0].by_hand = True
    gap = promised("14:00", [], request=make_request(items=[make_item("handrail", skills=["drill"])]))
    run = plan_tomorrow()
    assert kinds(run) == {gap.id: ChangeKind.FOUND}
    assert run.proposed is not None
    proposed = read_proposed(run.proposed)
    assert {proposed.visits[visit.id].team for visit in visits} == {(busy.id,)}
    assert proposed.visits[gap.id].team == (other.id,)
    assert proposed.frozen == {(busy.id, 0)}
    flow.take_plan(run.id, coordinator(), now())
    session.expire_all()
    assert gap.assignments[0].member_id == other.id


def test_what_is_under_way_is_not_touched(session: Db) -> None:
    ill, _well = make_member("박수리"), make_member("이사랑")
    today = seoul_day(now())
    going = promised("10:00", [ill], today)
    going.state = VisitState.ON_THE_WAY
    later = promised("14:00", [ill], today)
    run = plan_for_ill(ill, today)
    assert kinds(run) == {later.id: ChangeKind.PEOPLE}
    assert run.proposed is not None
    assert {visit: why.value for visit, why in read_proposed(run.proposed).kept.items()} == {
        going.id: "under_way"
    }


def test_declining_a_planned_offer_asks_the_next(session: Db) -> None:
    """A plan's offer is an offer like any other."""
    ill, _first, _second = make_member("박수리"), make_member("이사랑"), make_member("최고침")
    visit = promised("14:00", [ill])
    by = coordinator()
    run = plan_for_ill(ill, tomorrow(), by)
    changed = flow.take_plan(run.id, by, now())
    offer = changed.offered[0]
    asked = offer.member_id
    flow.answer_offer(offer.id, False, DeclineReason.TOO_FAR, "", Actor(ActorKind.MEMBER, asked), now())
    session.expire_all()
    assert visit.assignments[0].member_id not in (None, asked, ill.id)
    assert visit.window_end - visit.window_start == timedelta(hours=2)


def test_each_month_has_its_own_cap(session: Db) -> None:
    away, capped = make_member("박수리"), make_member("이사랑", monthly_cap_minutes=60)
    monday, tuesday = date(2026, 11, 30), date(2026, 12, 1)
    promised("10:00", [capped], date(2026, 11, 26))
    november, december = promised("10:00", [away], monday), promised("10:00", [away], tuesday)
    make_absence(away, monday, tuesday)
    by = coordinator()
    session.commit()
    run = worked_out(flow.plan_week(tuesday, by, now()))
    assert kinds(run) == {november.id: ChangeKind.CALL, december.id: ChangeKind.PEOPLE}


def test_what_begins_soon_and_what_is_over_stay_as_they_are(session: Db) -> None:
    well, today = make_member("박수리"), seoul_day(now())
    over = promised("08:00", [], today, window=(at(today, "08:00"), at(today, "09:00")))
    soon = promised("10:30", [well], today)
    begun = promised("09:30", [make_member("이사랑")], today)
    session.commit()
    run = worked_out(flow.plan_day(today, coordinator(), now()))
    assert run.proposed is not None
    kept = {visit: why.value for visit, why in read_proposed(run.proposed).kept.items()}
    assert kept == {over.id: "late", soon.id: "soon", begun.id: "under_way"}
    assert kinds(run) == {}


@pytest.mark.usefixtures("demo_office")
@pytest.mark.parametrize("ill", [3, longer(4), longer(7)])
def test_no_plan_of_a_full_day_brings_a_conflict_into_it(session: Db, ill: int) -> None:
    by = coordinator()
    run = plan_for_ill(session.get_one(Member, ill), tomorrow(), by)
    assert kinds(run)
    flow.take_plan(run.id, by, now())
    assert conflicts() == []
