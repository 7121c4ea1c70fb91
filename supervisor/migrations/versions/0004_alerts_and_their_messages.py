"""An alert says since when, and may be raised again once it has ended; a message says which
alert it belongs to, whether it is urgent, and until when it helps."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at is null")


def upgrade() -> None:
    with op.batch_alter_table("alert") as batch_op:
        batch_op.add_column(sa.Column("since_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint("uq_alert_cause", type_="unique")
    op.execute("update alert set since_at = raised_at")
    with op.batch_alter_table("alert") as batch_op:
        batch_op.alter_column("since_at", nullable=False)
        batch_op.create_index(
            "uq_alert_open", ["cause"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        )
    with op.batch_alter_table("message") as batch_op:
        batch_op.add_column(sa.Column("ref", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("alert_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("until_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("update message set ref = 'm' || id, urgent = false")
    with op.batch_alter_table("message") as batch_op:
        batch_op.alter_column("ref", nullable=False)
        batch_op.alter_column("urgent", nullable=False)
        batch_op.create_unique_constraint("uq_message_ref", ["ref"])
        batch_op.create_foreign_key("fk_message_alert_id", "alert", ["alert_id"], ["id"])
        batch_op.create_index("ix_message_alert_id", ["alert_id"])


def downgrade() -> None:
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_index("ix_message_alert_id")
        batch_op.drop_constraint("fk_message_alert_id", type_="foreignkey")
        batch_op.drop_constraint("uq_message_ref", type_="unique")
        for name in ("ref", "alert_id", "urgent", "until_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_index("uq_alert_open")
        batch_op.drop_column("since_at")
        batch_op.create_unique_constraint("uq_alert_cause", ["cause"])
