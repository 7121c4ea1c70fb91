"""Each meeting of a series keeps the number that the series had when it changed last, by which
an answer to an older invitation is known."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("session", "meeting"):
        number = sa.Column("series_number", sa.Integer(), nullable=False, server_default="0")
        op.add_column(table, number)


def downgrade() -> None:
    for table in ("session", "meeting"):
        op.drop_column(table, "series_number")
