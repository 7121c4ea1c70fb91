"""An address that its owner has not confirmed yet."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import UtcDateTime

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "new_email",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_new_email_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_new_email")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_new_email_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("new_email")
