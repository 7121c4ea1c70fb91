"""Somebody can ask to talk soon; a private message is out of the hub's sight."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at is null")


def upgrade() -> None:
    op.create_table(
        "debrief",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("whom", sa.String(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hub_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hub_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reach", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_debrief_person_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_debrief_manager_id")),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["person.id"], name=op.f("fk_debrief_accepted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief")),
        sa.UniqueConstraint("ref", name=op.f("uq_debrief_ref")),
    )
    for column in ("next_at", "hub_at", "ended_at"):
        op.create_index(op.f(f"ix_debrief_{column}"), "debrief", [column])
    op.create_index(
        "uq_debrief_open", "debrief", ["person_id"], unique=True, sqlite_where=OPEN,
        postgresql_where=OPEN,
    )  # fmt: skip
    op.create_table(
        "debrief_ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("debrief_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["debrief_id"], ["debrief.id"], name=op.f("fk_debrief_ask_debrief_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_debrief_ask_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief_ask")),
        sa.UniqueConstraint("ref", name=op.f("uq_debrief_ask_ref")),
        sa.UniqueConstraint(
            "debrief_id", "person_id", name=op.f("uq_debrief_ask_debrief_id_person_id")
        ),
    )
    op.create_index(op.f("ix_debrief_ask_person_id"), "debrief_ask", ["person_id"])
    with op.batch_alter_table("message") as batch_op:
        batch_op.add_column(
            sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    op.execute("delete from message where private")
    with op.batch_alter_table("message") as batch_op:
        batch_op.drop_column("private")
    op.drop_table("debrief_ask")
    op.drop_table("debrief")
