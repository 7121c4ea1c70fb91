"""Two people in a mentoring match can ask to change places."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PEOPLE = ("asked_by_id", "typed_by_id", "closed_by_id", "done_by_id")


def upgrade() -> None:
    op.create_table(
        "swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("became_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("done_at is null or agreed_at is not null", name=op.f("ck_swap_agreed")),
        sa.CheckConstraint("done_at is null or closed_at is null", name=op.f("ck_swap_one_end")),
        sa.CheckConstraint("(done_at is null) = (became_id is null)", name=op.f("ck_swap_became")),
        *(
            sa.ForeignKeyConstraint([one], ["person.id"], name=op.f(f"fk_swap_{one}"))
            for one in PEOPLE
        ),
        *(
            sa.ForeignKeyConstraint([one], ["match.id"], name=op.f(f"fk_swap_{one}"))
            for one in ("match_id", "became_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
        sa.UniqueConstraint("ref", name=op.f("uq_swap_ref")),
    )
    _create_indexes()


def _create_indexes() -> None:
    still_open = sa.text("closed_at is null and done_at is null")
    with op.batch_alter_table("swap") as batch_op:
        batch_op.create_index(
            "uq_swap_open",
            ["match_id"],
            unique=True,
            sqlite_where=still_open,
            postgresql_where=still_open,
        )
        for name in ("match_id", "became_id"):
            batch_op.create_index(op.f(f"ix_swap_{name}"), [name], unique=False)


def downgrade() -> None:
    op.drop_table("swap")
