"""Workers can ask to hear of an earlier time, and are asked when one comes free."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sooner_wish",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_sooner_wish_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sooner_wish")),
    )
    op.create_table(
        "freed_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["person.id"], name=op.f("fk_freed_time_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freed_time")),
    )
    op.create_table(
        "sooner_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_sooner_offer_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sooner_offer")),
        sa.UniqueConstraint("ref", name=op.f("uq_sooner_offer_ref")),
        sa.UniqueConstraint(
            "session_id", "starts_at", name=op.f("uq_sooner_offer_session_id_starts_at")
        ),
    )


def downgrade() -> None:
    for table in ("sooner_offer", "freed_time", "sooner_wish"):
        op.drop_table(table)
