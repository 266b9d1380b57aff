"""How it is known that somebody took note of a text stands on its row."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# with its check at the column, so that SQLite need not copy the table to add or to drop it
HEARD = "VARCHAR(20) CONSTRAINT ck_outbox_heard CHECK (heard IN ('answered', 'told', 'arrived'))"
LOGGED = "SELECT 1 FROM audit_entries WHERE entity = 'outbox' AND entity_id = outbox.id AND"
BY_HAND = "SELECT 1 FROM reach_answers WHERE outbox_id = outbox.id AND told_by_id IS NOT NULL"
UNDER_WAY = "state IN ('sending', 'unknown', 'accepted', 'sent')"
THEMSELVES = "SELECT 1 FROM reach_answers WHERE outbox_id = outbox.id AND told_by_id IS NULL"
KNOWN = (  # the last that is so holds
    ("arrived", f"EXISTS ({LOGGED} moved_to = 'arrived_after_all')"),
    ("answered", f"{UNDER_WAY} AND EXISTS ({LOGGED} why = 'answered')"),
    ("answered", f"EXISTS ({THEMSELVES})"),
    ("told", f"EXISTS ({BY_HAND})"),
    ("told", f"EXISTS ({LOGGED} actor_kind = 'user' AND moved_to IN ('told', 'good'))"),
)


def upgrade() -> None:
    op.execute(f"ALTER TABLE outbox ADD COLUMN heard {HEARD}")
    for how, is_known in KNOWN:
        op.execute(f"UPDATE outbox SET heard = '{how}' WHERE {is_known}")


def downgrade() -> None:
    op.drop_column("outbox", "heard")
