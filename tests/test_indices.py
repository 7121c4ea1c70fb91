"""What is asked again and again is found by an index, and nothing is gone through for it."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, event

from supervisor import messages, pulse, schedule
from supervisor.alerts import alert_hands, alerts
from supervisor.models import Store
from supervisor.settings import save
from supervisor.stand_ins import StandInSettings

FOUND_BY = {
    "over and at its end": (alerts.found, (
        "ix_touched_reader", "ix_match_provider_id", "ix_alert_open", "ix_match_ended",
        "ix_offering_vetted_until",
    )),
    "three more meetings": (pulse.ask, ("ix_touched_reader", "ix_session_entitlement_start")),
    "in nobody's hands": (
        alert_hands.tell_stand_in, ("ix_person_hat_hat", "ix_message_to_hub", "ix_alert_open"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FOUND_BY)
def test_what_nothing_changed_about_is_not_gone_through(
    store: Store, cast: SimpleNamespace, now: datetime, what: str
) -> None:
    """The first look of a day is at everybody; of the next ones each has its index."""
    save(store, StandInSettings(email=cast.cleo.email))
    for job in ("search for alerts", "ask three short questions"):
        assert schedule.run_one(job, now)
    ask, indices = FOUND_BY[what]
    plans = _plans(store, lambda: ask(store, now))
    for index in indices:
        assert index in plans
    for table in ("match", "session", "entitlement", "person", "message", "alert"):
        assert f"'SCAN {table}'" not in plans


def test_the_next_letter_is_the_first_of_an_index_and_so_is_what_others_have_in_hand(
    store: Store, now: datetime
) -> None:
    plan = _plans(store, lambda: messages.claim(store, "here", now))
    assert "ix_message_due" in plan
    assert "ix_message_in_hand" in plan
    assert "sort" not in plan.lower()
    assert "temp b-tree" not in plan.lower()


def _plans(store: Store, ask: Callable[[], object]) -> str:
    """How the database goes about each question that is asked."""
    connection, asked = store.connection(), list[tuple[str, object]]()
    listen = (store.get_bind(), "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    event.listen(*listen)
    ask()
    event.remove(*listen)
    return "\n".join(_plan(connection, *one) for one in asked if one[0].startswith("SELECT"))


def _plan(connection: Connection, question: str, given: object) -> str:
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.exec_driver_sql("set local enable_seqscan = off")
    explain = "explain query plan" if sqlite else "explain"
    return str(connection.exec_driver_sql(f"{explain} {question}", given).fetchall())
