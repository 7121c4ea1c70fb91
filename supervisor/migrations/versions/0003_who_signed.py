"""Who pressed the button for each side of an agreement, so that the hub never signs for both."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SIDES = ("worker", "provider")


def upgrade() -> None:
    with op.batch_alter_table("agreement") as batch_op:
        for side in SIDES:
            name = f"{side}_signed_by_id"
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch_op.create_foreign_key(f"fk_agreement_{name}", "person", [name], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("agreement") as batch_op:
        for side in SIDES:
            name = f"{side}_signed_by_id"
            batch_op.drop_constraint(f"fk_agreement_{name}", type_="foreignkey")
            batch_op.drop_column(name)
