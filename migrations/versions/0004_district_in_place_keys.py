"""Name the district in every place key, since a table may hold more than one; say whose points were decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import column, func, literal, or_, table, update

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OURS = "동작구 "  # every address stored before was of this district
GUS = (
    "강남구 강동구 강북구 강서구 관악구 광진구 구로구 금천구 노원구 도봉구 동대문구 동작구 마포구 서대문구 서초구 성동구 "
    "성북구 송파구 양천구 영등포구 용산구 은평구 종로구 중구 중랑구"
).split()
KINDS = ("road:", "lot:")
CHOSEN = "+"  # behind a source, while there is no column to say that it was chosen
addresses = table("addresses", *map(column, ("source", "grade", "place_key", "decided")))
key, source = addresses.c.place_key, addresses.c.source


def upgrade() -> None:
    op.add_column("addresses", sa.Column("decided", sa.Boolean(), nullable=False, server_default=sa.false()))
    chosen = _ends_with(source, CHOSEN)
    by_hand = or_(addresses.c.grade == "placed", source == "table")
    op.execute(update(addresses).where(or_(by_hand, chosen)).values(decided=sa.true()))
    op.execute(update(addresses).where(chosen).values(source=func.substr(source, 1, func.length(source) - 1)))
    for kind in KINDS:
        named = or_(*(_begins_with(key, f"{kind}{gu} ") for gu in GUS))
        _respell(kind, kind + OURS, ~named)


def downgrade() -> None:
    """Keys of other districts stay as they are: nothing of that time reads them."""
    unsaid = addresses.c.decided & (addresses.c.grade != "placed") & (source != "table")
    op.execute(update(addresses).where(unsaid).values(source=source + literal(CHOSEN)))
    op.execute(update(addresses).where(_begins_with(key, "said:")).values(place_key=""))
    for kind in KINDS:
        _respell(kind + OURS, kind, sa.true())
    op.drop_column("addresses", "decided")


def _respell(old: str, new: str, which: sa.ColumnElement[bool]) -> None:
    """Put one beginning of a key for another."""
    rest = func.substr(key, len(old) + 1)
    op.execute(update(addresses).where(_begins_with(key, old), which).values(place_key=literal(new) + rest))


def _begins_with(words: sa.ColumnElement[str], beginning: str) -> sa.ColumnElement[bool]:
    return func.substr(words, 1, len(beginning)) == beginning


def _ends_with(words: sa.ColumnElement[str], end: str) -> sa.ColumnElement[bool]:
    return words.like(f"%{end}")
