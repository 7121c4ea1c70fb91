"""A hub that is brought up to date keeps all that it holds."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from supervisor.extensions import db
from supervisor.models import Alert, AlertEvent, Message, Store
from tests.everybody import settle

BEFORE = "0004"
KEPT = (
    "person", "job", "entitlement", "match", "session", "commitment", "alert", "alert_event",
    "message", "leave", "audit",
)  # fmt: skip
"""Not conflicts: one that is known by a name alone has no place in an older hub."""


@contextmanager
def taken_back(store: Store) -> Iterator[None]:
    """The database as it was, whatever happens there; brought up to date again at the end, and
    forgotten by whoever has seen it so."""
    store.commit()
    store.close()
    downgrade(revision=BEFORE)
    try:
        yield
    finally:
        store.close()
        upgrade()
        db.engine.dispose()


def counts(store: Store) -> dict[str, int]:
    return {name: store.execute(text(f'select count(*) from "{name}"')).scalar() for name in KEPT}


@pytest.fixture
def full(store: Store, cast, now) -> dict[str, int]:
    """Everybody, with an alert that has a history and a letter that waits."""
    settle(store, cast, now)
    alert = store.query(Alert).first()
    store.add(AlertEvent(alert_id=alert.id, at=now, what="raised"))
    store.add(
        Message(
            ref="waits", cause="match_offered:x", recipient=cast.ben, channel="email",
            template="match_offered", facts={"entitlement": cast.entitlement.link},
            message_id="<2@localhost>", written_at=now, due_at=now, alert_id=alert.id,
        )
    )  # fmt: skip
    store.commit()
    return counts(store)


def test_back_and_up_again_nothing_is_lost(store: Store, full: dict[str, int]) -> None:
    with taken_back(store):
        assert counts(store) == full
    assert counts(store) == full


def test_a_letter_that_waits_names_what_is_owed_by_its_new_address(store: Store, full) -> None:
    with taken_back(store):
        facts = store.execute(text("select facts from message where ref = 'waits'")).scalar()
        assert "ben-2027" in str(facts)
    letter = store.query(Message).filter_by(ref="waits").one()
    link = store.execute(text("select link from entitlement where ref = 'ben-2027'")).scalar()
    assert letter.facts == {"entitlement": link}
