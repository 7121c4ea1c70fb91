"""Who looked at what is about somebody."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import UtcDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_look_by_id_person")),
        sa.ForeignKeyConstraint(["of_id"], ["person.id"], name=op.f("fk_look_of_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
    )
    op.create_index("ix_look_by_id_at", "look", ["by_id", "at"])
    op.create_index(op.f("ix_look_of_id"), "look", ["of_id"])


def downgrade() -> None:
    op.drop_table("look")
