"""Searches for the best for everybody, which a worker process answers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "match_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("away_id", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("needs", "met", "total", "most_met", "most_total")
        ),
        sa.Column("rows", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("unmet", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_match_search_asked_by_id"),
        sa.ForeignKeyConstraint(["away_id"], ["person.id"], name="fk_match_search_away_id"),
        sa.PrimaryKeyConstraint("id", name="pk_match_search"),
        sa.UniqueConstraint("ref", name="uq_match_search_ref"),
    )


def downgrade() -> None:
    op.drop_table("match_search")
