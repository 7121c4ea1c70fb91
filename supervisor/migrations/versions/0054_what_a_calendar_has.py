"""What each calendar has by mail, one row for each person and event: nothing is taken back that
was never there, and everything that changed is told."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import UtcDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invited_event",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("has", sa.JSON(), nullable=False),
        sa.Column("until_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("looked_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_invited_event_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "uid", name=op.f("pk_invited_event")),
    )
    op.create_index(op.f("ix_invited_event_until_at"), "invited_event", ["until_at"])


def downgrade() -> None:
    op.drop_table("invited_event")
