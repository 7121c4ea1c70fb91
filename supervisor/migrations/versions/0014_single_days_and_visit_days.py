"""Single days, visit days, holidays that somebody works, and how each wants to be booked."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WISHES = (
    "notice_hours", "horizon_days", "most_a_day", "most_a_week", "before_minutes",
    "after_minutes", "travel_kmh",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "day_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        _minutes_in_order("day_hours"),
        _key("day_hours", "person"),
        _key("day_hours", "place"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_hours")),
    )
    op.create_index("ix_day_hours_person_day", "day_hours", ["person_id", "day"])
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        _minutes_in_order("visit"),
        sa.CheckConstraint("every_weeks between 1 and 12", name=op.f("ck_visit_every")),
        _key("visit", "person"),
        _key("visit", "place"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_person_id"), "visit", ["person_id"])
    op.create_table(
        "opened_day",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _key("opened_day", "person"),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_opened_day")),
    )
    op.create_table(
        "own_booking",
        sa.Column("person_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in WISHES),
        _key("own_booking", "person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_own_booking")),
    )


def _minutes_in_order(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        "starts_minute < ends_minute and ends_minute <= 1440", name=op.f(f"ck_{table}_order")
    )


def _key(table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id")
    )


def downgrade() -> None:
    for table in ("own_booking", "opened_day", "visit", "day_hours"):
        op.drop_table(table)
