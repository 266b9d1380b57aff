"""An answer stands for the whole window that it was given of, and not for another that begins alike."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None
OF_THE_VISIT = (
    "SELECT visits.window_end FROM visits"
    " WHERE visits.id = reach_answers.visit_id AND visits.window_start = reach_answers.window_start"
)


def upgrade() -> None:
    op.add_column("reach_answers", sa.Column("window_end", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"UPDATE reach_answers SET window_end = ({OF_THE_VISIT})")


def downgrade() -> None:
    op.drop_column("reach_answers", "window_end")
