"""Who of the hub asked for somebody to talk to, for a worker who cannot sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("debrief") as table:
        table.add_column(sa.Column("asked_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_debrief_asked_by_id"), "person", ["asked_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("debrief") as table:
        table.drop_constraint(op.f("fk_debrief_asked_by_id"), type_="foreignkey")
        table.drop_column("asked_by_id")
