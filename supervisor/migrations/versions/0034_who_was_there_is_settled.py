"""Where somebody and whoever led differ on whether they were there, the hub settles it."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attendance", sa.Column("settled", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("attendance", "settled")
