"""Three short questions: who was asked, and apart from it what was answered, by nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pulse_ask",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_pulse_ask_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_pulse_ask"),
    )
    op.create_table(
        "pulse_said",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_pulse_said"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse_quarter",
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("begins_on", name="pk_pulse_quarter"),
    )
    op.create_table(
        "pulse_count",
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("felt", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["begins_on"], ["pulse_quarter.begins_on"], name="fk_pulse_count_begins_on"
        ),
        sa.PrimaryKeyConstraint("begins_on", "item", "felt", name="pk_pulse_count"),
    )


def downgrade() -> None:
    for table in ("pulse_count", "pulse_quarter", "pulse_said", "pulse_ask"):
        op.drop_table(table)
