"""Several lead a group in turn."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("member", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name="fk_leader_group_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_leader_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leader"),
        sa.UniqueConstraint("group_id", "person_id", name="uq_leader_group_id_person_id"),
    )
    op.create_index("ix_leader_group_id", "leader", ["group_id"])
    op.create_index("ix_leader_person_id", "leader", ["person_id"])
    op.create_table(
        "passed_on",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_passed_on_meeting_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_passed_on_person_id"),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name="pk_passed_on"),
    )
    with op.batch_alter_table("group") as table:
        table.add_column(sa.Column("rota_from", sa.Date()))
    with op.batch_alter_table("meeting") as table:
        table.add_column(sa.Column("leader_id", sa.Integer()))
        table.add_column(
            sa.Column("leader_kept", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.create_foreign_key("fk_meeting_leader_id", "person", ["leader_id"], ["id"])
        table.create_index("ix_meeting_leader_id", ["leader_id"])


def downgrade() -> None:
    with op.batch_alter_table("meeting") as table:
        table.drop_index("ix_meeting_leader_id")
        table.drop_constraint("fk_meeting_leader_id", type_="foreignkey")
        table.drop_column("leader_kept")
        table.drop_column("leader_id")
    with op.batch_alter_table("group") as table:
        table.drop_column("rota_from")
    op.drop_table("passed_on")
    op.drop_table("leader")
