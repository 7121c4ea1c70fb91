"""An address may hold a part of somebody's meetings: those of one hat, or of one group."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("feed") as batch_op:
        all_ = sa.Column("part", sa.String(), nullable=False, server_default="all")
        batch_op.add_column(all_)
        batch_op.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_feed_group_id"), "group", ["group_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("feed") as batch_op:
        batch_op.drop_constraint(op.f("fk_feed_group_id"), type_="foreignkey")
        batch_op.drop_column("group_id")
        batch_op.drop_column("part")
