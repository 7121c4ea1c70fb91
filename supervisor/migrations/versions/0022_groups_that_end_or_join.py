"""Groups are closed or joined to another, and somebody comes once without a seat."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "group_ending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name="fk_group_ending_group_id"),
        sa.ForeignKeyConstraint(["into_id"], ["group.id"], name="fk_group_ending_into_id"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name="fk_group_ending_ended_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_group_ending"),
        sa.UniqueConstraint("ref", name="uq_group_ending_ref"),
    )
    op.create_index("ix_group_ending_group_id", "group_ending", ["group_id"])
    op.create_index("ix_group_ending_into_id", "group_ending", ["into_id"])
    op.create_table(
        "guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("instead_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_guest_meeting_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_guest_person_id"),
        sa.ForeignKeyConstraint(["instead_id"], ["meeting.id"], name="fk_guest_instead_id"),
        sa.PrimaryKeyConstraint("id", name="pk_guest"),
        sa.UniqueConstraint("meeting_id", "person_id", name="uq_guest_meeting_id_person_id"),
    )
    for name in ("meeting_id", "person_id", "instead_id"):
        op.create_index(f"ix_guest_{name}", "guest", [name])


def downgrade() -> None:
    op.drop_table("guest")
    op.drop_table("group_ending")
