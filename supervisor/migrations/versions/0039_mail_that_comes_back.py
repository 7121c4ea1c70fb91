"""Messages that are given up, mail that comes back, and a chat address of one's own."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import UtcDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("stopped_at", UtcDateTime(), nullable=True))
    op.add_column("message", sa.Column("sent_to", sa.String(), nullable=True))
    op.add_column("person", sa.Column("email_failed_at", UtcDateTime(), nullable=True))
    op.add_column("person", sa.Column("email_trouble", sa.String(), nullable=True))
    op.add_column("person", sa.Column("chat", sa.String(), nullable=True))


def downgrade() -> None:
    for name in ("chat", "email_trouble", "email_failed_at"):
        op.drop_column("person", name)
    for name in ("sent_to", "stopped_at"):
        op.drop_column("message", name)
