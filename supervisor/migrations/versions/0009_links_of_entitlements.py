"""An entitlement has a random address of its own: its id may say what it is for."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import new_ref

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ENTITLEMENT = sa.table("entitlement", sa.column("id"), sa.column("link"))


def upgrade() -> None:
    empty = sa.Column("link", sa.String(length=64), nullable=False, server_default="")
    op.add_column("entitlement", empty)
    store = op.get_bind()
    for id_ in store.scalars(sa.select(ENTITLEMENT.c.id)).all():
        one = sa.update(ENTITLEMENT).where(ENTITLEMENT.c.id == id_)
        store.execute(one.values(link=new_ref()))
    op.create_index(op.f("ix_entitlement_link"), "entitlement", ["link"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_entitlement_link"), "entitlement")
    op.drop_column("entitlement", "link")
