"""Entitlements by the million, written by the database itself: nothing goes through Python.

Each has a match with signed terms, three meetings held and one booked, an alert that has ended, one
in fifty another that is open, and a message that was sent, or taken back. What nobody asks about
here is left out: hours, places, jobs.

A trigger writes a row or two beside each of these rows, one after the other, which takes longer
than all the rest. `fill_at_once` puts the triggers off (PostgreSQL's checks of what a row points to
are triggers too), writes what they would have written to the ledger in a few statements, sealed by
nobody, and puts them on again. What they leave for jobs and calendars to look at is left out:
a hub that has ticked has none of it, and the first look of a day is at everybody in any case.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.records import NOW
from supervisor.extensions import db
from supervisor.models import Store
from supervisor.zones import to_local

ZONE = "Pacific/Auckland"
PROVIDERS = 8
"""Workers to each provider."""
HELD = tuple(NOW - timedelta(days=days) for days in (96, 61, 26))
AHEAD = NOW + timedelta(days=9)
LATER = NOW + timedelta(days=9)
NUMBERS = (
    "with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {most}) "
)


@dataclass(frozen=True)
class Dialect:
    """How one engine is told of a moment and of a truth."""

    engine: str

    def at(self, moment: datetime) -> str:
        """A moment as the engine keeps it."""
        offset = "+00" if self.engine == "postgresql" else ""
        return f"'{moment:%Y-%m-%d %H:%M:%S.%f}{offset}'"

    def wall(self, moment: datetime) -> str:
        """The same by the clock on the wall."""
        return f"'{to_local(moment, ZONE):%Y-%m-%d %H:%M:%S.%f}'"


def fill(store: Store, many: int) -> None:
    """Write so many entitlements into an empty database."""
    known = Dialect(store.get_bind().dialect.name)
    _run(store, many + many // PROVIDERS, _people())
    _run(store, many, _entitlements(known))
    _run(store, many, _matches(many))
    _run(store, many, _agreements())
    for turn, start in enumerate((*HELD, AHEAD)):
        _run(store, many, _sessions(known, many, turn, start))
    _run(store, many, _alerts(known))
    _run(store, many, _messages(known))
    if known.engine == "postgresql":
        _count_on(store, "person", "entitlement", "match", "session", "alert", "message")
        store.execute(text("analyze"))
        store.commit()


def fill_at_once(store: Store, many: int) -> None:
    """The same without its triggers, and with a ledger that they did not write."""
    known = Dialect(store.get_bind().dialect.name)
    with _without_triggers(store, known.engine) as quiet:
        fill(quiet, many)
        for turn in range(len(HELD)):
            for step, what in enumerate(("outcome", "owed")):
                first = (2 * turn + step) * many
                _run(quiet, many, _events(known, many, first, turn, what))
        _run(quiet, 2 * many * len(HELD), _links(known))
    if known.engine == "postgresql":
        _count_on(store, "delivery_event")
        store.execute(text("analyze"))
        store.commit()


@contextmanager
def _without_triggers(store: Store, engine: str) -> Iterator[Store]:
    """PostgreSQL puts them off for one connection, which does it all and is then thrown away."""
    if engine == "postgresql":
        store.commit()
        with db.engine.connect() as connection, Session(connection) as alone:
            connection.detach()
            alone.execute(text("set session_replication_role = replica"))
            yield alone
    else:
        query = "select name, sql from sqlite_master where type = 'trigger'"
        triggers = store.execute(text(query)).all()
        _each(store, [f"drop trigger {name}" for name, _sql in triggers])
        yield store
        _each(store, [sql for _name, sql in triggers])
    store.commit()


def _each(store: Store, statements: list[str]) -> None:
    """As they stand: a colon in them is no parameter."""
    for statement in statements:
        store.connection().exec_driver_sql(statement)


def _count_on(store: Store, *tables: str) -> None:
    """PostgreSQL counts by itself, and would begin with 1."""
    for table in tables:
        most = f"(select max(id) from {table})"
        store.execute(text(f"select setval(pg_get_serial_sequence('{table}', 'id'), {most})"))


def _run(store: Store, most: int, statement: tuple[str, str]) -> None:
    into, rows = statement
    store.execute(text(f"insert into {into} {NUMBERS.format(most=most)} {rows}"))
    store.commit()


def _people() -> tuple[str, str]:
    return (
        "person (id, ref, name, email, contact_by, locale, tell_at_hour, time_zone, modes, "
        "matters_most)",
        "select n, 'p' || n, 'Person ' || n, 'p' || n || '@example.org', 'email', 'en', 9, "
        f"""'{ZONE}', '["video"]', '[]' from numbers""",
    )


def _entitlements(known: Dialect) -> tuple[str, str]:
    return (
        "entitlement (id, ref, link, person_id, kind, sessions, minutes, starts_on, ends_on, "
        "mandatory, payer, standing, standing_since, look_again_on)",
        "select n, 'e' || n, 'l' || n, n, 'peer_supervision', 10, 60, '2027-01-01', '2027-12-31', "
        f"true, 'hub', 'on_track', '2027-01-01', {known.at(LATER)} from numbers",
    )


def _provider(many: int) -> str:
    return f"({many} + 1 + (n - 1) / {PROVIDERS} % {max(1, many // PROVIDERS)})"


def _matches(many: int) -> tuple[str, str]:
    return (
        "match (id, ref, entitlement_id, provider_id, cover, state, starts_on)",
        f"select n, 'm' || n, n, {_provider(many)}, false, 'active', '2027-01-01' from numbers",
    )


def _agreements() -> tuple[str, str]:
    return (
        "agreement (match_id, agreed_on, review_on, cancellation_hours, manager_sees_dates, "
        "manager_sees_kind)",
        "select n, '2027-01-04', '2027-07-04', 24, false, false from numbers",
    )


def _sessions(known: Dialect, many: int, turn: int, start: datetime) -> tuple[str, str]:
    outcome = "null" if start > NOW else "'held'"
    return (
        "session (id, ref, entitlement_id, provider_id, starts_at, local_start, zone, minutes, "
        "mode, room_chosen, counts, outcome, booked_at, uid, sequence, changed_at)",
        f"select {turn} * {many} + n, 's{turn}-' || n, n, "
        f"{_provider(many)}, {known.at(start)}, {known.wall(start)}, '{ZONE}', 60, 'video', "
        f"false, true, {outcome}, "
        f"{known.at(HELD[0])}, 'u{turn}-' || n, 0, {known.at(HELD[0])} from numbers",
    )


def _alerts(known: Dialect) -> tuple[str, str]:
    ended = f"case when n % 50 = 0 then null else {known.at(HELD[1])} end"
    if known.engine == "postgresql":
        ended = f"({ended})::timestamptz"
    return (
        "alert (id, ref, name, cause, entitlement_id, since_at, raised_at, step, ended_at)",
        f"select n, 'a' || n, 'slipping', 'slipping.e' || n, n, {known.at(HELD[0])}, "
        f"{known.at(HELD[0])}, 2, {ended} from numbers",
    )


def _messages(known: Dialect) -> tuple[str, str]:
    then = known.at(HELD[0])
    moments = [f"case when n % 2 = {odd} then {then} end" for odd in (0, 1)]
    if known.engine == "postgresql":
        moments = [f"({moment})::timestamptz" for moment in moments]
    return (
        "message (id, ref, cause, recipient_id, channel, template, facts, alert_id, urgent, "
        "private, message_id, written_at, due_at, attempts, sent_at, dropped_at)",
        "select n, 'g' || n, 'a' || n || '.0', n, 'email', 'slipping', '{}', n, "
        f"false, false, '<g' || n || '@x>', {then}, {then}, 0, {', '.join(moments)} from numbers",
    )


def _events(known: Dialect, many: int, first: int, turn: int, what: str) -> tuple[str, str]:
    """What the ledger has of each meeting that was held."""
    value = "'held'" if what == "outcome" else f"n || '/' || {_provider(many)} || '/1'"
    return (
        "delivery_event (id, noun, noun_id, what, value, written_at)",
        f"select {first} + n, 'session', {turn * many} + n, '{what}', {value}, "
        f"{known.at(HELD[0])} from numbers",
    )


def _links(known: Dialect) -> tuple[str, str]:
    return (
        "trail_link (seq, ledger, row_id, sealed_at, mac)",
        f"select n, 'delivery', n, {known.at(HELD[0])}, '-' from numbers",
    )
