"""The indexes that fit: what is open, which letter is next, and who has one in hand.

An alert is asked for by its name only while it is open, and there is an index of those few: two of
all were taken in its place. The next letter is the first of its index,
where PostgreSQL sorted all that wait; and it read every letter for those that others have in hand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None
DUE = "sent_at is null and dropped_at is null"
NEW = (
    ("ix_message_due", "message", ["due_at", "id"], DUE),
    ("ix_message_in_hand", "message", ["recipient_id"], "claimed_by is not null"),
)
OLD = (
    ("ix_message_due", "message", ["due_at"], DUE),
    ("ix_alert_ended_at", "alert", ["ended_at"], None),
    ("ix_alert_name", "alert", ["name"], None),
)


def upgrade() -> None:
    _replace(OLD, NEW)


def _replace(old: tuple, new: tuple) -> None:
    for name, table, *_rest in old:
        op.drop_index(name, table)
    for name, table, columns, where in new:
        few = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=few, postgresql_where=few)


def downgrade() -> None:
    _replace(NEW, OLD)
