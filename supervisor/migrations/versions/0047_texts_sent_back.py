"""Texts that people send back."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import UtcDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("gateway_id", sa.String(), nullable=True),
        sa.Column("came_at", UtcDateTime(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_text_reply_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_reply")),
        sa.UniqueConstraint("gateway_id", name=op.f("uq_text_reply_gateway_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_text_reply_ref")),
    )
    op.create_index(op.f("ix_text_reply_person_id"), "text_reply", ["person_id"])
    op.create_index(op.f("ix_text_reply_settled_at"), "text_reply", ["settled_at"])


def downgrade() -> None:
    op.drop_table("text_reply")
