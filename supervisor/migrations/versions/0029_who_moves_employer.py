"""Moving to another employer is one act, and can be taken back until the day."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    people = ("person_id", "noted_by_id")
    op.create_table(
        "job_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_job_change_{name}"))
            for name in people
        ),
        *(
            sa.ForeignKeyConstraint([name], ["job.id"], name=op.f(f"fk_job_change_{name}"))
            for name in ("old_id", "new_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_change")),
        sa.UniqueConstraint("ref", name=op.f("uq_job_change_ref")),
    )
    op.create_index(op.f("ix_job_change_person_id"), "job_change", ["person_id"])


def downgrade() -> None:
    op.drop_table("job_change")
