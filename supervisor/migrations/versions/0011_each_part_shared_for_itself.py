"""Each part of who somebody is is shared for itself; a yes of before was a yes to all."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PARTS = ("culture", "language", "gender", "rainbow", "youth", "perspective")
IDENTITY = sa.table("identity", sa.column("person_id"), sa.column("agreed_on", sa.Date()))
SHARE = sa.table(
    "share", sa.column("person_id"), sa.column("part"), sa.column("agreed_on", sa.Date())
)


def upgrade() -> None:
    op.create_table(
        "share",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["identity.person_id"], name=op.f("fk_share_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "part", name=op.f("pk_share")),
    )
    for part in PARTS:
        agreed = sa.select(IDENTITY.c.person_id, sa.literal(part), IDENTITY.c.agreed_on)
        agreed = agreed.where(IDENTITY.c.agreed_on.is_not(None))
        op.execute(sa.insert(SHARE).from_select(["person_id", "part", "agreed_on"], agreed))
    op.add_column("identity", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("identity", "agreed_on")


def downgrade() -> None:
    op.add_column("identity", sa.Column("agreed_on", sa.Date(), nullable=True))
    columns = ("person_id", "agreed_on", "withdrawn_on")
    share = sa.table("share", *map(sa.column, columns))
    all_of_it = (
        sa.select(sa.func.max(share.c.agreed_on))
        .where(share.c.person_id == IDENTITY.c.person_id, share.c.withdrawn_on.is_(None))
        .having(sa.func.count() == len(PARTS))
    )
    op.execute(sa.update(IDENTITY).values(agreed_on=all_of_it.scalar_subquery()))
    op.drop_column("identity", "asked_at")
    op.drop_table("share")
