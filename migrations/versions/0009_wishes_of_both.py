"""What a member wishes and what a resident wishes stand beside each other."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "visiting_wishes"
ONE, BOTH = ("resident_id", "member_id"), ("resident_id", "member_id", "wished_by")
# of two parties' wishes the rule stays, else the doubt, and of equals the one of the resident
WEAKER = """
DELETE FROM visiting_wishes WHERE EXISTS (
  SELECT 1 FROM visiting_wishes AS other
  WHERE other.resident_id = visiting_wishes.resident_id AND other.member_id = visiting_wishes.member_id
  AND other.id <> visiting_wishes.id
  AND (other.wish <> 'rather' AND visiting_wishes.wish = 'rather'
    OR other.wish = 'must_not' AND visiting_wishes.wish = 'rather_not'
    OR other.wish = visiting_wishes.wish AND other.wished_by = 'resident')
)
"""


def upgrade() -> None:
    _unique(ONE, BOTH)


def downgrade() -> None:
    op.execute(WEAKER)
    _unique(BOTH, ONE)


def _unique(before, after) -> None:
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(_name(before), type_="unique")
        table.create_unique_constraint(_name(after), list(after))


def _name(columns) -> str:
    return op.f(f"uq_{TABLE}_{'_'.join(columns)}")
