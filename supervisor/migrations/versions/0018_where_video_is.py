"""Each meeting on video keeps its address, and a provider may have a room of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("person", "session"):
        op.add_column(table, sa.Column("video", sa.String(), nullable=True))


def downgrade() -> None:
    for table in ("person", "session"):
        op.drop_column(table, "video")
