"""Searches that follow a choice or open everything, and which offers the solver made."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("match", sa.Column("suggested", sa.Integer(), nullable=True))
    for name in ("follows", "reopen"):
        flag = sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column("match_search", flag)
    with op.batch_alter_table("match_search") as table:
        for name in ("follows", "reopen"):
            table.alter_column(name, server_default=None)
        table.alter_column("asked_by_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("delete from match_search where asked_by_id is null")
    with op.batch_alter_table("match_search") as table:
        table.alter_column("asked_by_id", existing_type=sa.Integer(), nullable=False)
        table.drop_column("reopen")
        table.drop_column("follows")
    op.drop_column("match", "suggested")
