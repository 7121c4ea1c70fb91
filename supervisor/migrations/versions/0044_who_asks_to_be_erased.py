"""Somebody asks that their details be erased; the law may want them kept; marks of who was."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PEOPLE = ("person", "asked_by", "put_by", "second")
OPEN = sa.text("closed_at is null and done_at is null")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("put_by_id", sa.Integer(), nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "second_id is null or second_id <> put_by_id", name="ck_erasure_two_people"
        ),
        sa.CheckConstraint("done_at is null or second_id is not null", name="ck_erasure_agreed"),
        *(
            sa.ForeignKeyConstraint([f"{who}_id"], ["person.id"], name=f"fk_erasure_{who}_id")
            for who in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sa.UniqueConstraint("ref", name="uq_erasure_ref"),
    )
    op.create_index("ix_erasure_person_id", "erasure", ["person_id"])
    op.create_index(
        "uq_erasure_open", "erasure", ["person_id"], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_table(
        "legal_hold",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_legal_hold_person_id"),
        sa.ForeignKeyConstraint(["noted_by_id"], ["person.id"], name="fk_legal_hold_noted_by_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_legal_hold"),
    )
    op.create_table(
        "erased",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_erased"),
    )


def downgrade() -> None:
    for table in ("erased", "legal_hold", "erasure"):
        op.drop_table(table)
