"""Of a meeting of a group, both sides say who was there."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attendance") as table:
        table.add_column(sa.Column("own", sa.Boolean()))
        table.add_column(sa.Column("led", sa.Boolean()))
    op.execute("update attendance set own = came where marked_by_id = person_id")
    op.execute(
        "update attendance set led = came where marked_by_id is null or marked_by_id <> person_id"
    )


def downgrade() -> None:
    with op.batch_alter_table("attendance") as table:
        table.drop_column("led")
        table.drop_column("own")
