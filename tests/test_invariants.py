"""What the database itself refuses, on both engines, whoever writes and however."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_migrate import check
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, StatementError

from supervisor.models import (
    Audit,
    Base,
    Commitment,
    Confirmation,
    JobTick,
    Match,
    Message,
    Session,
    Store,
)
from supervisor.rules.kinds import Answer, MatchState, Mode, Side

HOUR = timedelta(hours=1)


@pytest.fixture
def full(store: Store, cast: SimpleNamespace, now: datetime) -> SimpleNamespace:
    """A row of everything that an attacker would like to have twice, written the lawful way."""
    cast.session = Session(
        entitlement=cast.entitlement, provider=cast.ana, starts_at=now, zone="Pacific/Auckland",
        local_start=datetime.fromisoformat("2027-02-10T09:00"), minutes=60, mode=Mode.VIDEO,
        changed_at=now,
    )  # fmt: skip
    said = Confirmation(session=cast.session, side=Side.WORKER, answer=Answer.HELD, said_at=now)
    cast.taken = Commitment(person_id=cast.ben.id, starts_at=now, ends_at=now + HOUR)
    cover = _match(cast, cast.rua, cover=True, starts_on=date(2027, 3, 1))
    offer = _match(cast, cast.dan, state=MatchState.OFFERED)
    message = Message(
        cause="booked:x:0", recipient=cast.ben, channel="email", template="booked", facts={},
        message_id="1@hub", written_at=now, due_at=now,
    )  # fmt: skip
    tick = JobTick(job="tidy", tick=now, worker="one")
    trail = Audit(at=now, verb="book", noun="session", noun_ref="x")
    store.add_all([said, cast.taken, cover, offer, message, tick, trail])
    store.commit()
    return cast


def _match(cast: SimpleNamespace, provider: Any, **more: Any) -> Match:
    facts = {"entitlement": cast.entitlement, "provider": provider, "state": MatchState.ACTIVE}
    return Match(**(facts | more))


@contextmanager
def refused(store: Store, why: str) -> Iterator[None]:
    with pytest.raises(DBAPIError, match=why), store.begin_nested():
        yield


def copied(table: str, where: str = "true", **changes: str) -> str:
    """SQL that writes a row of a table once more, with other values in some columns."""
    key = Base.metadata.tables[table].primary_key.columns.keys() == ["id"]
    names = [c.name for c in Base.metadata.tables[table].columns if not (key and c.name == "id")]
    values = [changes.get(name, f'"{name}"') for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    return (
        f'insert into "{table}" ({columns}) select {", ".join(values)} from "{table}" where {where}'
    )


NEW_REF = "ref || '2'"
COVER, OFFERED = "cover", "state = 'offered'"
RUNNING = f"not {COVER} and not {OFFERED}"
ATTACKS = {
    "in two places": ("commitment_overlap", copied("commitment")),
    "in two places, held for later": (
        "commitment_overlap",
        copied("commitment", lapses_at="starts_at"),
    ),
    "a meeting that ends before it begins": (
        "ck_commitment_order",
        "update commitment set ends_at = starts_at",
    ),
    "two matches": ("match_overlap", copied("match", RUNNING, ref=NEW_REF)),
    "two covers": ("(match|cover)_overlap", copied("match", COVER, ref=NEW_REF)),
    "a cover turned into a match": (
        "match_overlap",
        f'update "match" set cover = false where {COVER}',
    ),
    "an offer accepted beside a match": (
        "match_overlap",
        f"update \"match\" set state = 'active', starts_on = '2027-05-01' where {OFFERED}",
    ),
    "a match that ends before it begins": (
        "ck_match_order",
        'update "match" set ends_on = \'2026-12-31\' where cover',
    ),
    "a match that runs from no day on": ("ck_match_started", 'update "match" set starts_on = null'),
    "one offer twice": ("UNIQUE|uq_match_offer", copied("match", OFFERED, ref=NEW_REF)),
    "one side twice": ("UNIQUE|uq_confirmation_session_id_side", copied("confirmation")),
    "one word twice": (
        "UNIQUE|uq_message_cause",
        copied("message", ref=NEW_REF, message_id="'2@hub'"),
    ),
    "one Message-ID twice": (
        "UNIQUE|uq_message_message_id",
        copied("message", ref=NEW_REF, cause="'other'"),
    ),
    "one tick twice": ("UNIQUE|pk_job_tick", copied("job_tick", worker="'two'")),
    "a public id twice": ("UNIQUE|uq_session_ref", copied("session", uid="'other'")),
    "a calendar's id twice": ("UNIQUE|uq_session_uid", copied("session", ref=NEW_REF)),
    "a confirmation of nothing": (
        "FOREIGN KEY|fk_confirmation",
        copied("confirmation", session_id="999"),
    ),
    "a person taken away under a match": ("FOREIGN KEY|fk_", "delete from person"),
    "the trail rewritten": ("audit_only_grows", "update audit set verb = 'look'"),
    "the trail cut": ("audit_only_grows", "delete from audit"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_itself_refuses(store: Store, full: SimpleNamespace, attack: str) -> None:
    why, sql = ATTACKS[attack]
    with refused(store, why):
        store.execute(text(sql))


def test_the_trail_cannot_be_emptied_nor_replaced(store: Store, full: SimpleNamespace) -> None:
    postgresql = store.get_bind().dialect.name == "postgresql"
    row = "select 1, at, by_id, for_id, 'look', noun, noun_ref from audit"
    columns = "id, at, by_id, for_id, verb, noun, noun_ref"
    replaced = f"insert or replace into audit ({columns}) {row}"
    with refused(store, "audit_only_grows"):
        store.execute(text("truncate audit" if postgresql else replaced))
    assert store.scalars(select(Audit.verb)).all() == ["book"]


def test_nothing_is_in_two_places_by_being_replaced(store: Store, full, now) -> None:
    if store.get_bind().dialect.name == "postgresql":
        upsert = " on conflict (id) do update set starts_at = excluded.starts_at"
    else:
        upsert = ""
    verb = "insert" if upsert else "insert or replace"
    store.add(Commitment(person_id=full.ben.id, starts_at=now + HOUR, ends_at=now + 2 * HOUR))
    store.flush()
    last = "select max(id) from commitment"
    row = "select id + 1, person_id, starts_at, ends_at from commitment where id = 1"
    assert store.scalar(text(last)) == 2
    with refused(store, "commitment_overlap"):
        store.execute(
            text(f"{verb} into commitment (id, person_id, starts_at, ends_at) {row}{upsert}")
        )


def test_two_meetings_may_touch_and_two_people_may_share_an_hour(store: Store, full, now) -> None:
    store.add(Commitment(person_id=full.ben.id, starts_at=now + HOUR, ends_at=now + 2 * HOUR))
    store.add(Commitment(person_id=full.ana.id, starts_at=now, ends_at=now + HOUR))
    store.flush()


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        ("2027-06-30", None, True),
        ("2027-06-29", None, False),
        ("2027-07-05", "2027-07-05", True),
        ("2027-06-30", "2027-06-30", True),
        ("2027-03-10", "2027-03-10", False),
        ("2027-01-01", "2027-01-01", False),
        ("2026-12-01", "2027-01-01", True),
        ("2026-12-01", "2027-01-02", False),
    ],
)
def test_the_day_of_a_change_may_belong_to_both(
    store: Store, full, first: str, last: str | None, fits: bool
) -> None:
    """Ana's match ends on 30 June; a match of one day has that day to itself."""
    full.match.ends_on = date(2027, 6, 30)
    store.flush()
    days = {"starts_on": date.fromisoformat(first), "ends_on": last and date.fromisoformat(last)}
    if fits:
        store.add(_match(full, full.dan, **days))
        store.flush()
    else:
        with refused(store, "match_overlap"):
            store.add(_match(full, full.dan, **days))


def test_an_instant_has_an_offset_and_comes_back_in_utc(store: Store, full) -> None:
    auckland = datetime.fromisoformat("2027-03-10T09:00+13:00")
    full.session.starts_at = auckland
    store.commit()
    assert full.session.starts_at == auckland
    assert full.session.starts_at.utcoffset() == timedelta()
    with pytest.raises(StatementError, match="an instant needs an offset"):
        store.execute(select(Session).where(Session.starts_at == auckland.replace(tzinfo=None)))


def test_a_wall_time_has_none(store: Store, full, now) -> None:
    full.session.local_start = now
    with pytest.raises(StatementError, match="a wall time has no offset"):
        store.flush()


def test_the_migrations_make_exactly_the_records(app: Flask) -> None:
    check()
