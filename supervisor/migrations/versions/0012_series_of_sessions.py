"""Sessions of one rhythm belong together, also after one of them was moved by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("first_start", sa.DateTime(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["after_id"], ["session_series.id"], name=op.f("fk_session_series_after_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_series")),
    )
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("series_start", sa.DateTime(), nullable=True))
        table.create_foreign_key(
            op.f("fk_session_series_id"), "session_series", ["series_id"], ["id"]
        )
        table.create_index(op.f("ix_session_series_id"), ["series_id"])


def downgrade() -> None:
    with op.batch_alter_table("session") as table:
        table.drop_index(op.f("ix_session_series_id"))
        table.drop_constraint(op.f("fk_session_series_id"), type_="foreignkey")
        table.drop_column("series_start")
        table.drop_column("series_id")
    op.drop_table("session_series")
