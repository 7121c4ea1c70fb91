"""What came in by mail as an answer to an invitation."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import UtcDateTime

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

OTHERS = {
    "person_id": "person",
    "session_id": "session",
    "meeting_id": "meeting",
    "settled_by_id": "person",
}


def upgrade() -> None:
    op.create_table(
        "invitation_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("came_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("partstat", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("stamp", UtcDateTime(timezone=True), nullable=True),
        sa.Column("proposed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("settled_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_invitation_reply_{column}")
            )
            for column, table in OTHERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_reply")),
        sa.UniqueConstraint("ref", name=op.f("uq_invitation_reply_ref")),
    )
    for column in ("session_id", "meeting_id", "waits"):
        op.create_index(op.f(f"ix_invitation_reply_{column}"), "invitation_reply", [column])
    op.create_index("ix_invitation_reply_person_uid", "invitation_reply", ["person_id", "uid"])


def downgrade() -> None:
    op.drop_table("invitation_reply")
