"""Name the district in every place key, since a table may hold more than one."""

from alembic import op
from sqlalchemy import column, false, func, literal, table, update

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OURS = "동작구 "  # every address stored before was of this district
addresses = table("addresses", column("place_key"))


def upgrade() -> None:
    for kind in ("road:", "lot:"):
        _respell(kind, kind + OURS)


def downgrade() -> None:
    for kind in ("road:", "lot:"):
        _respell(kind + OURS, kind)


def _respell(old: str, new: str) -> None:
    """Put one beginning of a key for another."""
    rest = func.substr(addresses.c.place_key, len(old) + 1)
    begins_so = func.substr(addresses.c.place_key, 1, len(old)) == old
    done = func.substr(addresses.c.place_key, 1, len(new)) == new if len(new) > len(old) else false()
    op.execute(update(addresses).where(begins_so, ~done).values(place_key=literal(new) + rest))
