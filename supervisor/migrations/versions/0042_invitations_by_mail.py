"""A person chooses whether letters about meetings carry an invitation for their calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    yes = sa.Column("invited", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("person", yes)


def downgrade() -> None:
    op.drop_column("person", "invited")
