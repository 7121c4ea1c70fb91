"""An alert can be about one person alone: what they give, or their own calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

THEIRS = "select id from alert where person_id is not null"


def upgrade() -> None:
    with op.batch_alter_table("alert") as table:
        table.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_alert_person_id"), "person", ["person_id"], ["id"])
        table.create_index(op.f("ix_alert_person_id"), ["person_id"])


def downgrade() -> None:
    op.execute(f"delete from alert_event where alert_id in ({THEIRS})")
    op.execute(f"delete from message where alert_id in ({THEIRS})")
    op.execute("delete from alert where person_id is not null")
    with op.batch_alter_table("alert") as table:
        table.drop_index(op.f("ix_alert_person_id"))
        table.drop_constraint(op.f("fk_alert_person_id"), type_="foreignkey")
        table.drop_column("person_id")
