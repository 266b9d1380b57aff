"""Taking the next texts in line reads an index from its beginning, however many texts wait behind them."""

from datetime import timedelta

import pytest
from sqlalchemy import Select, event, insert, text

from handyman.extensions import db, now
from handyman.messages import due
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


def plan_of(query: Select[*tuple[object, ...]], **values: object) -> str:
    """As it is asked: SQLite and PostgreSQL take the values beside the words."""
    on_postgres = db.engine.dialect.name == "postgresql"
    heard: list[tuple[str, object]] = []

    def hear(_connection: object, _cursor: object, words: str, given: object, *_more: object) -> None:
        heard.append((words, given))

    with db.engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", hear)
        connection.execute(query, values).all()
        words, given = heard[0]
        explain = "EXPLAIN" if on_postgres else "EXPLAIN QUERY PLAN"
        driver = connection.connection.cursor()
        driver.execute(f"{explain} {words}", given)  # type: ignore[arg-type]
        return "\n".join(str(tuple(row)) for row in driver.fetchall())


def test_the_next_in_line_are_read_from_the_index_and_nothing_is_sorted(many: None) -> None:
    plan = plan_of(due._next(due.on_postgres(), False, False), now=now(), provider="screen", most=12)
    assert "ix_outbox_claim" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_what_is_under_way_is_found_among_few_rows(many: None) -> None:
    plan = plan_of(due.is_under_way(due.on_postgres()), whos=[1, 2, 3], numbers=["+821000000001"])
    assert "ix_outbox" in plan
    assert "Seq Scan" not in plan
    assert "SCAN outbox" not in plan
