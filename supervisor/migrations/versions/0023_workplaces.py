"""1:1s with the manager, a buddy and the programme, by date; an alert may be about a job."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catch_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_catch_up_job_id")),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["person.id"], name=op.f("fk_catch_up_noted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catch_up")),
        sa.UniqueConstraint("job_id", "held_on", name=op.f("uq_catch_up_job_id_held_on")),
    )
    op.create_table(
        "buddy",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_buddy_job_id")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_buddy")),
    )
    op.create_table(
        "programme_step",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_programme_step_job_id")),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["person.id"], name=op.f("fk_programme_step_noted_by_id")
        ),
        sa.PrimaryKeyConstraint("job_id", "step", name=op.f("pk_programme_step")),
    )
    with op.batch_alter_table("alert") as table:
        table.add_column(sa.Column("job_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_alert_job_id"), "job", ["job_id"], ["id"])
        table.create_index(op.f("ix_alert_job_id"), ["job_id"])


def downgrade() -> None:
    op.execute(
        "delete from alert_event where alert_id in (select id from alert where job_id is not null)"
    )
    op.execute(
        "delete from message where alert_id in (select id from alert where job_id is not null)"
    )
    op.execute("delete from alert where job_id is not null")
    with op.batch_alter_table("alert") as table:
        table.drop_index(op.f("ix_alert_job_id"))
        table.drop_constraint(op.f("fk_alert_job_id"), type_="foreignkey")
        table.drop_column("job_id")
    for table_name in ("programme_step", "buddy", "catch_up"):
        op.drop_table(table_name)
