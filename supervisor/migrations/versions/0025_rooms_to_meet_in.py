"""Rooms of places, and that no room is given to two meetings at once."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CLASH = (
    "there.room_id = new.room_id"
    " and there.starts_at < new.ends_at and new.starts_at < there.ends_at"
)


def upgrade() -> None:
    _rooms()
    _uses()
    for table in ("session", "meeting"):
        name = f"fk_{table}_room_id"
        with op.batch_alter_table(table) as change:
            change.add_column(sa.Column("room_id", sa.Integer(), nullable=True))
            change.add_column(
                sa.Column("room_chosen", sa.Boolean(), nullable=False, server_default=sa.false())
            )
            change.create_foreign_key(name, "meeting_room", ["room_id"], ["id"])
    if op.get_bind().dialect.name == "postgresql":
        _exclude()
    else:
        _refuse()


def _rooms() -> None:
    op.create_table(
        "meeting_room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.CheckConstraint("seats > 0", name=op.f("ck_meeting_room_seats")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_meeting_room_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_room"),
        sa.UniqueConstraint("ref", name="uq_meeting_room_ref"),
        sa.UniqueConstraint("place_id", "name", name="uq_meeting_room_place_id_name"),
    )


def _uses() -> None:
    op.create_table(
        "room_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_room_use_order")),
        sa.ForeignKeyConstraint(["room_id"], ["meeting_room.id"], name="fk_room_use_room_id"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name="fk_room_use_session_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_room_use_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_room_use"),
    )
    op.create_index("ix_room_use_room_start", "room_use", ["room_id", "starts_at"])
    op.create_index("ix_room_use_session_id", "room_use", ["session_id"])
    op.create_index("ix_room_use_meeting_id", "room_use", ["meeting_id"])


def _exclude() -> None:
    """`int4range` with `&&` stands for equality, so that no extension is needed."""
    op.execute(
        "alter table room_use add constraint room_overlap exclude using gist "
        "(int4range(room_id, room_id, '[]') with &&, tstzrange(starts_at, ends_at) with &&)"
    )


def _refuse() -> None:
    for verb in ("insert", "update"):
        op.execute(
            f"create trigger room_overlap_{verb} before {verb} on room_use "
            f"when exists (select 1 from room_use there where there.id is not new.id and {CLASH}) "
            "begin select raise(abort, 'room_overlap'); end"
        )


def downgrade() -> None:
    """The rooms go with all that they had given away; what is booked stays, without a room."""
    op.drop_table("room_use")
    for table in ("meeting", "session"):
        with op.batch_alter_table(table) as change:
            change.drop_constraint(f"fk_{table}_room_id", type_="foreignkey")
            change.drop_column("room_chosen")
            change.drop_column("room_id")
    op.drop_table("meeting_room")
