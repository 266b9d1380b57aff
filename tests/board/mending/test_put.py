"""A visit is put down on the board, and put back before anybody has heard of it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.board.fairness import overrides
from handyman.extensions import now
from handyman.messages import claims
from handyman.models import (
    Actor,
    ActorKind,
    AssignmentState,
    Message,
    MessageKind,
    MessageState,
    Offer,
    OverrideReason,
    Role,
    TeamRole,
    User,
    Visit,
    VisitState,
)
from handyman.month import Month
from handyman.words import minute_of_day
from tests.board.mending.makers import lift, make_member, promised, put, refuses, tomorrow, undo
from tests.board.plans.makers import conflicts
from tests.conftest import Clock
from tests.factories import make_absence, make_message

DB = scoped_session[Session]
WHY = {"override_reason": "knows_home"}


@pytest.fixture(autouse=True)
def coordinator(sign_in: Callable[..., Any], session: DB) -> User:
    found: User = sign_in(Role.COORDINATOR)
    return found


def stands(session: DB, visit: Visit) -> tuple[str, AssignmentState, int, VisitState]:
    session.commit()
    visit = session.get_one(Visit, visit.id, populate_existing=True)
    session.refresh(visit.assignments[0])
    place = visit.assignments[0]
    name = place.member.name if place.member else ""
    return name, place.state, minute_of_day(visit.start, visit.day), visit.state


def asked(visit: Visit, member: Any) -> Message:
    """The text by which the member was asked, as it arrived."""
    from handyman.messages.moments import stamp

    offer = visit.assignments[0].offers[-1]
    return make_message(
        member,
        MessageKind.MEMBER_OFFER,
        visit,
        state=MessageState.DELIVERED,
        dedupe_key=f"offer:{offer.id}:{stamp(visit.window_start)}",
    )


def leaving(session: DB) -> list[tuple[MessageKind, int]]:
    """What would leave now."""
    session.commit()
    claims.claim_due(now(), "", 100)
    session.commit()
    wanted = select(Message).where(Message.state == MessageState.SENDING).order_by(Message.id)
    return [(each.kind, each.recipient_id) for each in session.scalars(wanted)]


def test_into_another_row_and_to_another_start(client: FlaskClient, session: DB, clock: Clock) -> None:
    old, new = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [old])
    asked(visit, old)
    refused = put(client, visit, new.id, 630)
    assert refused.json["why"]
    assert "override_reason" in refused.json["fields"]
    answer = put(client, visit, new.id, 630, **WHY)
    assert answer.json["ok"]
    assert answer.json["said"] == "김보기 님 방문: 이사랑, 오전 10시 30분"
    assert stands(session, visit) == ("이사랑", AssignmentState.OFFERED, 630, VisitState.BOOKED)
    offer = session.scalars(select(Offer).order_by(Offer.id.desc())).first()
    assert offer is not None
    assert offer.override_reason is OverrideReason.KNOWS_HOME
    clock.advance(seconds=35)
    assert leaving(session) == [], "it may still be undone"
    clock.advance(seconds=10)
    assert leaving(session) == [
        (MessageKind.MEMBER_WITHDRAWN, old.id),
        (MessageKind.MEMBER_OFFER, new.id),
    ]


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize("accepted", [True, False])
def test_undone_everything_stands_as_it_stood_and_nobody_hears(
    client: FlaskClient, session: DB, clock: Clock, accepted: bool
) -> None:
    old, new = make_member("박수리"), make_member("이사랑")
    neighbour = promised("11:00", [new])
    visit = promised("10:00", [old], accepted=accepted)
    asked(visit, old)
    before = stands(session, visit)
    answer = put(client, visit, new.id, 675, **WHY)  # the neighbour has to wait
    assert "다른 방문 1건의 시작도" in answer.json["said"]
    moved = stands(session, neighbour)[2]
    assert moved > 660
    clock.advance(seconds=20)
    back = undo(client, answer.json["undo"])
    assert back.json["ok"], back.json
    assert stands(session, visit) == before
    assert stands(session, neighbour)[2] == 660
    clock.advance(hours=1)
    assert [kind for kind, _who in leaving(session) if kind is not MessageKind.MEMBER_REMINDER] == []
    month = overrides.load(Month.of(tomorrow()))
    assert month.year == 0, "what was undone is no choice by hand"


def test_who_came_in_between_makes_room_when_a_move_is_undone(client: FlaskClient, session: DB) -> None:
    old, new, third = make_member("박수리"), make_member("이사랑"), make_member("최고침")
    visit, other = promised("10:00", [old]), promised("10:00", [third])
    session.commit()
    answer = put(client, visit, new.id, 600, **WHY)
    assert put(client, other, old.id, 600, **WHY).json["ok"]
    assert undo(client, answer.json["undo"]).json["ok"]
    assert stands(session, visit)[::2] == ("박수리", 600)
    assert stands(session, other)[2] > 600
    assert conflicts() == []


def test_undone_a_place_is_again_without_anybody(client: FlaskClient, session: DB) -> None:
    new, visit = make_member("이사랑"), promised("10:00", [])
    answer = put(client, visit, new.id, 600, override_reason="nobody_left", agreed="1")
    assert stands(session, visit)[:2] == ("이사랑", AssignmentState.ACCEPTED)
    assert undo(client, answer.json["undo"]).json["ok"]
    assert stands(session, visit) == ("", AssignmentState.OPEN, 600, VisitState.BOOKED)


def test_another_start_needs_no_reason_and_goes_back_too(client: FlaskClient, session: DB) -> None:
    member = make_member("박수리")
    visit = promised("10:00", [member])
    answer = put(client, visit, member.id, 645)
    assert answer.json["ok"]
    assert stands(session, visit) == ("박수리", AssignmentState.ACCEPTED, 645, VisitState.ASSIGNED)
    assert undo(client, answer.json["undo"]).json["ok"]
    assert stands(session, visit)[2] == 600
    twice = undo(client, answer.json["undo"])
    assert (refuses(twice), twice.json["changed"]) == (True, True)


def test_too_late_or_changed_meanwhile_nothing_goes_back(
    client: FlaskClient, session: DB, clock: Clock, coordinator: User
) -> None:
    member, other = make_member("박수리"), make_member("이사랑")
    visit = promised("10:00", [member])
    token = put(client, visit, other.id, 600, **WHY).json["undo"]
    by = Actor(ActorKind.USER, coordinator.id)
    taken = promised("10:00", [])
    taken.window_end = taken.window_start.replace(minute=1)
    session.commit()
    flow.assign(
        taken.id, TeamRole.LEAD, member.id, by, now(), agreed=True, seen=None, reason=OverrideReason.TRAINING
    )
    refused = undo(client, token)
    assert refuses(refused)
    assert "겹칩니다" in refused.json["said"], "somebody has used the place meanwhile"
    assert stands(session, visit)[0] == "이사랑"
    clock.advance(seconds=41)
    assert "되돌릴 수 있는 시간이 지났습니다" in undo(client, token).json["said"]
    assert refuses(undo(client, "made up"))


def test_hard_rules_are_refused_whatever_the_reason(client: FlaskClient, session: DB) -> None:
    visit = promised("10:00", [make_member("박수리")])
    away, unskilled = make_member(), make_member(skills=())
    make_absence(away, tomorrow())
    seen = lift(client, visit)["seen"]
    for member, start, words in (
        (away, 600, "이날은 쉽니다."),
        (unskilled, 600, "필요한 기능이 없습니다"),
        (make_member(), 540, "약속 시간 안이어야"),
    ):
        answer = put(client, visit, member.id, start, seen=seen, **WHY, agreed="1")
        assert refuses(answer)
        assert words in answer.json["said"]
        assert ("href" in answer.json) == (start == 540)
    assert stands(session, visit)[0] == "박수리"


@pytest.mark.parametrize(
    "typed", [{"member": "x"}, {"start": ""}, {"start": "1440"}, {"start": "²"}, {"role": "third"}]
)
def test_what_cannot_be_read_is_said(client: FlaskClient, session: DB, typed: dict[str, str]) -> None:
    visit = promised("10:00", [make_member()])
    form = {"role": "lead", "member": "1", "start": "600", "seen": "x", **typed}
    answer = client.post(f"/visits/{visit.id}/put", data=form)
    assert (refuses(answer), answer.json["said"]) == (True, "조합원의 줄과 시각을 골라 주십시오.")
    changed = client.post(
        f"/visits/{visit.id}/put", data={**form, "member": "1", "start": "600", "role": "lead"}
    )
    assert (refuses(changed), changed.json["changed"]) == (True, True)
