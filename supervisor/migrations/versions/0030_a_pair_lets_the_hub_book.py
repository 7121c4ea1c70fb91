"""That the hub books their plan is said by the two of a match, each with the day."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NAMES = ("worker_lets_book_at", "provider_lets_book_at")


def upgrade() -> None:
    for name in NAMES:
        op.add_column("match", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.drop_column("person", "book_for_us")


def downgrade() -> None:
    op.add_column(
        "person",
        sa.Column("book_for_us", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for name in NAMES:
        op.drop_column("match", name)
