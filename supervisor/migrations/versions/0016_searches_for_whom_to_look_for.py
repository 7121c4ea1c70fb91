"""Searches for whom to look for next, which a worker process answers."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "recruit_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("looked", sa.Integer(), nullable=True),
        sa.Column("profiles", sa.Integer(), nullable=True),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_recruit_search_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruit_search")),
        sa.UniqueConstraint("ref", name=op.f("uq_recruit_search_ref")),
    )


def downgrade() -> None:
    op.drop_table("recruit_search")
