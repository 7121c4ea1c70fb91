"""Who would like a group, and the groups that could be formed of them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "group_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("modes", sa.JSON(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_group_wish_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_group_wish"),
        sa.UniqueConstraint("ref", name="uq_group_wish_ref"),
        sa.UniqueConstraint("person_id", "kind", name="uq_group_wish_person_id_kind"),
    )
    op.create_index("ix_group_wish_person_id", "group_wish", ["person_id"])
    op.create_table(
        "forming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("people", "placed", "most")),
        sa.Column("rows", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("left_out", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("made_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_forming_asked_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_forming"),
        sa.UniqueConstraint("ref", name="uq_forming_ref"),
    )


def downgrade() -> None:
    op.drop_table("forming")
    op.drop_table("group_wish")
