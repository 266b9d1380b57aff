"""Say why a member was chosen by hand, and keep what was learned of service times."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REASONS = "'resident_wish', 'member_wish', 'knows_home', 'shares_hours', 'training', 'nobody_left', 'other'"
PACE = "INTEGER DEFAULT 100 NOT NULL CONSTRAINT ck_members_pace_range CHECK (pace_percent BETWEEN 50 AND 200)"
REASON = f"VARCHAR(20) CONSTRAINT ck_offers_overridereason CHECK (override_reason IN ({REASONS}))"
COLUMNS = (  # with each check at its column, so that SQLite need not copy the table to add or to drop it
    ("members", "pace_percent", PACE),
    ("offers", "override_reason", REASON),
    ("offers", "override_note", "VARCHAR(200) DEFAULT '' NOT NULL"),
)


def upgrade() -> None:
    for table, column, kind in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def downgrade() -> None:
    for table, column, _kind in reversed(COLUMNS):
        op.drop_column(table, column)
