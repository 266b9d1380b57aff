"""Name the district in every place key, spell flats alike, and say which points somebody chose."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy import column, func, literal, or_, select, table, update

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OURS = "동작구 "  # every address stored before was of this district
# fmt: off
GUS = (
    "강남구", "강동구", "강북구", "강서구", "관악구", "광진구", "구로구", "금천구",
    "노원구", "도봉구", "동대문구", "동작구", "마포구", "서대문구", "서초구", "성동구",
    "성북구", "송파구", "양천구", "영등포구", "용산구", "은평구", "종로구", "중구",
    "중랑구",
)
# fmt: on
KINDS = ("road:", "lot:")
FLATS = (  # as the field of the flat was typed, and the one spelling that it has from now on
    (re.compile(r"반?지하(?:층|방|실|\s*1층)?|(?:[Bb]0?1|비0?1)호?|지층"), "지층"),
    (re.compile(r"(?:반?지하|지층)\s*(\d{1,4})호"), "지층 {0}호"),
    (re.compile(r"옥탑[방층]"), "옥탑"),
    (re.compile(r"[Bb](\d{2,3})호?"), "B{0}호"),
    (re.compile(r"제?(\d{1,4})동\s*(\d{1,5})호?|(\d{2,4})-(\d{2,5})호?"), "{0}동 {1}호"),
    (re.compile(r"(\d{2,4})|(\d{1,5})\s+호"), "{0}호"),
)
CHOSEN = "+"  # behind a source, while there is no column to say that it was chosen
addresses = table("addresses", *map(column, ("id", "unit", "source", "grade", "place_key", "decided")))
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
    _respell_flats()


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


def _respell_flats() -> None:
    """The same flat was another one when it stood in its own field: 반지하, B01, 지하."""
    bind = op.get_bind()
    for row in bind.execute(select(addresses).where(addresses.c.unit != "")).all():
        unit = _flat(row.unit)
        if unit != row.unit:
            place, mark, _ = row.place_key.partition("|")
            values = {"unit": unit, "place_key": f"{place}|{unit}" if mark else row.place_key}
            bind.execute(update(addresses).where(addresses.c.id == row.id).values(values))


def _flat(typed: str) -> str:
    for pattern, spelling in FLATS:
        if found := pattern.fullmatch(typed.strip()):
            return spelling.format(*filter(None, found.groups()))
    return typed


def _begins_with(words: sa.ColumnElement[str], beginning: str) -> sa.ColumnElement[bool]:
    return func.substr(words, 1, len(beginning)) == beginning


def _ends_with(words: sa.ColumnElement[str], end: str) -> sa.ColumnElement[bool]:
    return words.like(f"%{end}")
