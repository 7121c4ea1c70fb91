"""A conflict can be declared by name, by anyone, in private; an exception from a rule names who
asked, who agreed, why and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ONE_OTHER = "(other_person_id is null) <> (other_organisation_id is null)"
ANY_OTHER = (
    "(other_person_id is null or other_organisation_id is null) and "
    "(name is not null or other_person_id is not null or other_organisation_id is not null)"
)


def upgrade() -> None:
    with op.batch_alter_table("conflict") as batch_op:
        batch_op.add_column(sa.Column("ref", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f("ck_conflict_one_other"), type_="check")
    op.execute("update conflict set ref = 'c' || id")
    with op.batch_alter_table("conflict") as batch_op:
        batch_op.alter_column("ref", nullable=False)
        batch_op.create_unique_constraint("uq_conflict_ref", ["ref"])
        batch_op.create_check_constraint(op.f("ck_conflict_one_other"), ANY_OTHER)
    _create_override()


def _create_override() -> None:
    people = ("provider_id", "asked_by_id", "second_id", "ended_by_id")
    op.create_table(
        "override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("entitlement_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("second_id <> asked_by_id", name=op.f("ck_override_two_people")),
        sa.CheckConstraint(
            "agreed is null or answered_at is not null", name=op.f("ck_override_answered")
        ),
        sa.ForeignKeyConstraint(
            ["entitlement_id"], ["entitlement.id"], name=op.f("fk_override_entitlement_id")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_override_{name}"))
            for name in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
        sa.UniqueConstraint("ref", name=op.f("uq_override_ref")),
    )
    op.create_index("ix_override_entitlement_id", "override", ["entitlement_id"])


def downgrade() -> None:
    op.drop_table("override")
    op.execute(
        "delete from conflict where other_person_id is null and other_organisation_id is null"
    )
    with op.batch_alter_table("conflict") as batch_op:
        batch_op.drop_constraint(op.f("ck_conflict_one_other"), type_="check")
        batch_op.drop_constraint("uq_conflict_ref", type_="unique")
        for name in ("ref", "name", "declared_at"):
            batch_op.drop_column(name)
        batch_op.create_check_constraint(op.f("ck_conflict_one_other"), ONE_OTHER)
