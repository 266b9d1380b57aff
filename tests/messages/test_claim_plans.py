"""Taking the next texts in line reads an index from its beginning, however many texts wait behind them."""

from datetime import timedelta

import pytest
from sqlalchemy import Select, insert, select, text

from handyman.extensions import db, now
from handyman.messages import claims
from handyman.models import Channel, Message, MessageKind, MessageState, RecipientKind

pytestmark = pytest.mark.usefixtures("any_database")
WAIT, GONE = 3_000, 3_000


@pytest.fixture
def many(session: object) -> None:
    """Texts that left long ago, and texts that are due now."""
    rows = [
        {
            "dedupe_key": f"many-{number}",
            "kind": MessageKind.RESIDENT_BOOKED,
            "recipient_kind": RecipientKind.PERSON,
            "recipient_id": number,
            "channel": Channel.SMS,
            "to_number": f"+8210{number:08d}",
            "body": "[동작핸디맨] 11/25(수) 오전 10시 방문합니다",
            "state": MessageState.PENDING if number < WAIT else MessageState.DELIVERED,
            "due_at": now(),
            "next_at": now(),
            "not_after": now() + timedelta(hours=12),
            "created_at": now(),
        }
        for number in range(WAIT + GONE)
    ]
    db.session.execute(insert(Message), rows)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def plan_of(query: Select[Message]) -> str:
    engine = db.engine
    words = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(f"{explain} {words}"))


def test_the_next_in_line_are_read_from_the_index_and_nothing_is_sorted(many: None) -> None:
    line = select(Message).where(*claims._claimable(now())).order_by(Message.next_at, Message.id).limit(12)
    plan = plan_of(line)
    assert "ix_outbox_claim" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_what_is_under_way_is_found_among_few_rows(many: None) -> None:
    plan = plan_of(claims.under_way([1, 2, 3], ["+821000000001"]))
    assert "ix_outbox" in plan
    assert "Seq Scan" not in plan
    assert "SCAN outbox" not in plan
