"""An entitlement has a random address of its own: its id may say what it is for. Letters that
wait, and what is known of those that went, name it by its new address."""

import sqlalchemy as sa
from alembic import op

from supervisor.models.base import new_ref

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ENTITLEMENT = sa.table("entitlement", *map(sa.column, ("id", "ref", "link")))
MESSAGE = sa.table("message", sa.column("id"), sa.column("facts", sa.JSON()))


def upgrade() -> None:
    empty = sa.Column("link", sa.String(length=64), nullable=False, server_default="")
    op.add_column("entitlement", empty)
    store = op.get_bind()
    for id_ in store.scalars(sa.select(ENTITLEMENT.c.id)).all():
        one = sa.update(ENTITLEMENT).where(ENTITLEMENT.c.id == id_)
        store.execute(one.values(link=new_ref()))
    op.create_index(op.f("ix_entitlement_link"), "entitlement", ["link"], unique=True)
    _name_anew(ENTITLEMENT.c.ref, ENTITLEMENT.c.link)


def downgrade() -> None:
    _name_anew(ENTITLEMENT.c.link, ENTITLEMENT.c.ref)
    op.drop_index(op.f("ix_entitlement_link"), "entitlement")
    op.drop_column("entitlement", "link")


def _name_anew(old: sa.ColumnClause[str], new: sa.ColumnClause[str]) -> None:
    store = op.get_bind()
    names = dict(store.execute(sa.select(old, new)).all())
    for id_, facts in store.execute(sa.select(MESSAGE)).all():
        name = names.get((facts or {}).get("entitlement"))
        if name:
            one = sa.update(MESSAGE).where(MESSAGE.c.id == id_)
            store.execute(one.values(facts={**facts, "entitlement": name}))
