"""What a group agrees on, and who has said yes to it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "group_terms",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name="fk_group_terms_group_id"),
        sa.PrimaryKeyConstraint("group_id", name="pk_group_terms"),
    )
    op.create_table(
        "group_yes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_terms.group_id"], name="fk_group_yes_group_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_group_yes_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_group_yes"),
        sa.UniqueConstraint("group_id", "person_id", name="uq_group_yes_group_id_person_id"),
    )
    op.create_index("ix_group_yes_group_id", "group_yes", ["group_id"])
    op.create_index("ix_group_yes_person_id", "group_yes", ["person_id"])


def downgrade() -> None:
    op.drop_table("group_yes")
    op.drop_table("group_terms")
