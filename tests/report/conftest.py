"""A month made by hand: November 2026."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import db
from handyman.models import (
    CancelReason,
    CompletionReport,
    ItemState,
    Material,
    MaterialUse,
    Member,
    Outcome,
    RequestState,
    ServiceItem,
    ServiceRequest,
    Visit,
    VisitState,
)
from tests import factories


@dataclass(frozen=True, slots=True)
class HandMade:
    lamp: ServiceItem
    rail: ServiceItem
    lead: Member
    second: Member


def report_visit(
    visit: Visit,
    done: Sequence[int],
    minutes: int,
    outcome: Outcome = Outcome.DONE,
    used: Sequence[tuple[Material, int]] = (),
) -> None:
    """As a member reports it."""
    worked = outcome in (Outcome.DONE, Outcome.PARTLY)
    visit.state = VisitState.FINISHED if worked else VisitState.FAILED
    for item, pieces in zip(visit.items, done, strict=True):
        item.done_quantity = pieces
        item.request_item.done_quantity += pieces
    db.session.add(
        CompletionReport(
            visit=visit,
            member=visit.assignments[0].member,
            outcome=outcome,
            minutes=minutes,
            submitted_at=visit.start,
            materials=[
                MaterialUse(material=material, quantity=number, unit_price=material.unit_price)
                for material, number in used
            ],
        )
    )
    db.session.flush()


def november(day: int, hour: int = 1) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def hand_made(session: scoped_session[Session]) -> HandMade:
    """Two households, three cases, two of them over two visits; one failure; cancellations; two other months.

    The Kims call twice: three lamps and a rail (two visits, the second for the lamp that was left), and
    later one lamp (nobody home once, then done by two). The Lees call once: a rail.
    """
    lamp = factories.make_item(name_ko="전등 교체", unit="개", position=1)
    rail = factories.make_item("handrail", ("electric",), name_ko="안전 손잡이", unit="개", position=2)
    lead, second = factories.make_member("박수리"), factories.make_member("이함께")
    led, bar = factories.make_material("led", 18_000), factories.make_material("bar", 25_000)
    kim = factories.make_resident("김보기", address=factories.make_address())
    lee_home = factories.make_address("서울특별시 동작구 사당로 1", haengjeong_dong="사당1동")
    lee = factories.make_resident("이보기", address=lee_home)

    first = factories.make_request(kim, [(lamp, 3), rail])
    report_visit(visit_of(first, november(2), [lead]), [2, 1], 60, Outcome.PARTLY, [(led, 2), (bar, 1)])
    for item in first.items:
        item.state = ItemState.OPEN if item.left else ItemState.DONE
    report_visit(visit_of(first, november(9), [lead]), [1], 30, used=[(led, 1)])

    other = factories.make_request(kim, [lamp])
    report_visit(visit_of(other, november(16), [lead]), [0], 20, Outcome.NOBODY_HOME)
    other.items[0].state = ItemState.OPEN
    report_visit(visit_of(other, november(17), [lead, second], team_size=2), [1], 40)

    third = factories.make_request(lee, [rail])
    report_visit(visit_of(third, november(30, 14), [second]), [1], 50)  # 23:00 in Seoul, still November

    cancelled = visit_of(factories.make_request(lee, [lamp]), november(20), [lead])
    cancelled.state, cancelled.cancel_reason = VisitState.CANCELLED, CancelReason.RESIDENT_AWAY
    dropped = factories.make_request(lee, [rail], closed_at=november(21))
    dropped.state, dropped.cancel_reason = RequestState.CANCELLED, CancelReason.REPAIRED_ALREADY

    before = visit_of(factories.make_request(lee, [rail]), datetime(2026, 10, 31, 14, tzinfo=UTC), [lead])
    report_visit(before, [1], 999)
    after = visit_of(factories.make_request(lee, [rail]), november(30, 15), [lead])  # midnight: December
    report_visit(after, [1], 888)
    return HandMade(lamp, rail, lead, second)


def visit_of(request: ServiceRequest, start: datetime, members: list[Member], team_size: int = 1) -> Visit:
    visit = factories.make_visit(request, start=start, members=members)
    assert visit.team_size == team_size
    return visit
