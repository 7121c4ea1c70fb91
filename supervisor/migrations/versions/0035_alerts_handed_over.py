"""An alert is handed over from one person of the hub to another."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("alert_event") as batch_op:
        batch_op.add_column(sa.Column("to_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_alert_event_to_id"), "person", ["to_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("alert_event") as batch_op:
        batch_op.drop_constraint(op.f("fk_alert_event_to_id"), type_="foreignkey")
        batch_op.drop_column("to_id")
