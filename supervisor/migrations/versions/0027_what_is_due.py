"""What jobs ask for every few minutes is found without reading all that ever was."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_session_start", "session", ["starts_at"])
    op.create_index("ix_match_lapses_at", "match", ["lapses_at"])


def downgrade() -> None:
    op.drop_index("ix_match_lapses_at", "match")
    op.drop_index("ix_session_start", "session")
