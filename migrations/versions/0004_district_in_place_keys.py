"""Name the district in every place key, since a table may hold more than one; name what has only a pin."""

from alembic import op
from sqlalchemy import column, false, func, literal, select, table, update

from handyman.geocode.address import name_key

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OURS = "동작구 "  # every address stored before was of this district
columns = ("id", "said", "unit", "grade", "place_key")
addresses = table("addresses", *map(column, columns))
LONGEST_SAID = 130


def upgrade() -> None:
    for kind in ("road:", "lot:"):
        _respell(kind, kind + OURS)
    _name_pins()


def downgrade() -> None:
    said = func.substr(addresses.c.place_key, 1, len("said:")) == "said:"
    op.execute(update(addresses).where(said).values(place_key=""))
    for kind in ("road:", "lot:"):
        _respell(kind + OURS, kind)


def _respell(old: str, new: str) -> None:
    """Put one beginning of a key for another."""
    rest = func.substr(addresses.c.place_key, len(old) + 1)
    begins_so = func.substr(addresses.c.place_key, 1, len(old)) == old
    done = func.substr(addresses.c.place_key, 1, len(new)) == new if len(new) > len(old) else false()
    op.execute(update(addresses).where(begins_so, ~done).values(place_key=literal(new) + rest))


def _name_pins() -> None:
    """What the table does not know, and somebody has put a pin on, is found again by its words."""
    bind = op.get_bind()
    pinned = select(addresses).where(addresses.c.grade == "placed", addresses.c.place_key == "")
    for row in bind.execute(pinned).all():
        words = name_key(row.said)[:LONGEST_SAID]
        if words:
            key = f"said:{words}|{row.unit}"
            bind.execute(update(addresses).where(addresses.c.id == row.id).values(place_key=key))
