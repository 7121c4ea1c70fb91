"""Where everything stands is checked at night; what is asked at every tick has its index.

Without these a search goes through every match, every agreement or every meeting there ever was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None
FEW = (
    ("ix_match_lapses", "match", "lapses_at", "state = 'offered'"),
    ("ix_match_last_day", "match", "ends_on", "state = 'active'"),
    ("ix_agreement_unsigned", "agreement", "match_id", "agreed_on is null"),
    ("ix_session_open", "session", "starts_at", "outcome is null and cancelled_at is null"),
    ("ix_message_due", "message", "due_at", "sent_at is null and dropped_at is null"),
)
MORE = (
    ("ix_alert_entitlement", "alert", ["entitlement_id", "ended_at"]),
    ("ix_agreement_review_on", "agreement", ["review_on"]),
    ("ix_leave_ends_on", "leave", ["ends_on"]),
)
BEFORE = (
    ("ix_match_lapses_at", "match", ["lapses_at"]),
    ("ix_message_due", "message", ["sent_at", "due_at"]),
    ("ix_alert_entitlement_id", "alert", ["entitlement_id"]),
)


def upgrade() -> None:
    op.create_table(
        "standing_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standing_check"),
    )
    for name, table, _columns in BEFORE:
        op.drop_index(name, table)
    for name, table, column, where in FEW:
        few = sa.text(where)
        op.create_index(name, table, [column], sqlite_where=few, postgresql_where=few)
    for name, table, columns in MORE:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, *_rest in (*FEW, *MORE):
        op.drop_index(name, table)
    for name, table, columns in BEFORE:
        op.create_index(name, table, columns)
    op.drop_table("standing_check")
