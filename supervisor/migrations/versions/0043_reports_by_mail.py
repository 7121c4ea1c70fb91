"""Who is told when a report is ready."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import UtcDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("every", sa.String(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_report_order_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_order"),
        sa.UniqueConstraint("person_id", "report", name="uq_report_order_person_id_report"),
    )
    op.create_index("ix_report_order_next_on", "report_order", ["next_on"])


def downgrade() -> None:
    op.drop_index("ix_report_order_next_on", table_name="report_order")
    op.drop_table("report_order")
