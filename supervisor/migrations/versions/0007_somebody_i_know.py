"""Workers name somebody they know, and can take back a change of their order."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "choices_before",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("providers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_choices_before_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_choices_before")),
    )
    _create_nomination()


def _create_nomination() -> None:
    people = ("asked_by_id", "provider_id", "decided_by_id")
    op.create_table(
        "nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("entitlement_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("word", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(decided_at is null) = (decided_by_id is null) "
            "and (decided_at is not null or (provider_id is null and answer is null))",
            name=op.f("ck_nomination_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["entitlement_id"], ["entitlement.id"], name=op.f("fk_nomination_entitlement_id")
        ),
        *(
            sa.ForeignKeyConstraint([one], ["person.id"], name=op.f(f"fk_nomination_{one}"))
            for one in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("ref", name=op.f("uq_nomination_ref")),
    )
    _create_indexes()


def _create_indexes() -> None:
    undecided = sa.text("decided_at is null")
    with op.batch_alter_table("nomination") as batch_op:
        batch_op.create_index(
            "uq_nomination_open",
            ["entitlement_id", "name"],
            unique=True,
            sqlite_where=undecided,
            postgresql_where=undecided,
        )
        for name in ("entitlement_id", "provider_id", "decided_at"):
            batch_op.create_index(op.f(f"ix_nomination_{name}"), [name], unique=False)


def downgrade() -> None:
    op.drop_table("nomination")
    op.drop_table("choices_before")
