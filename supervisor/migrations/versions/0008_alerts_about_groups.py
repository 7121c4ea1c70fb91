"""An alert can be about the meeting of a group."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("alert") as batch_op:
        batch_op.add_column(sa.Column("meeting_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_alert_meeting_id"), "meeting", ["meeting_id"], ["id"])
        batch_op.create_index(op.f("ix_alert_meeting_id"), ["meeting_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_index(op.f("ix_alert_meeting_id"))
        batch_op.drop_constraint(op.f("fk_alert_meeting_id"), type_="foreignkey")
        batch_op.drop_column("meeting_id")
