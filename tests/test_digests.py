"""The week's letter: what is open for the hub, a manager's own columns, and none for nothing."""

from datetime import date
from types import SimpleNamespace

import pytest

from supervisor import clock, entitlements, schedule
from supervisor.models import Store
from supervisor.rules.kinds import Kind
from supervisor.settings import save
from supervisor.today.digests import DigestSettings
from tests.mail_server import words
from tests.test_alert_hands import work
from tests.test_alerts import both_said
from tests.test_entitlements import at, session
from tests.test_post import server

__all__ = ["server"]


@pytest.fixture
def behind(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Ben is behind from 20 April on, a Tuesday."""
    store.add(both_said(cast, 1, 15))
    clock.set_to(at(4, 20))
    entitlements.reassess(store, cast.entitlement, at(4, 20))
    store.commit()
    return cast


def weekly(server, ref: str) -> list[str]:
    mails = [words(mail) for mail in server.to(f"{ref}@example.org")]
    return [said for said in mails if "of the hub" in said or "open." in said or "team" in said]


def test_on_its_day_the_hub_reads_what_is_open_and_a_manager_their_own_columns(
    store: Store, behind, server
) -> None:
    """One Wednesday lies between."""
    save(store, DigestSettings(weekday=3))
    store.commit()
    work(date(2027, 4, 22), date(2027, 5, 3))
    (hub,) = (said for said in weekly(server, "cleo") if "1 thing is open." in said)
    assert "Ben Harris is owed two meetings or more by now." in hub
    (team,) = weekly(server, "mere")
    assert "Ben Harris: 1 of 10 sessions are delivered." in team
    assert "Ana" not in team
    assert "January" not in team
    assert weekly(server, "rua") == weekly(server, "dan") == []


def test_who_has_nothing_to_read_gets_no_letter(store: Store, cast, server) -> None:
    store.add_all([session(cast, month, 10) for month in range(2, 12)])
    entitlements.reassess(store, cast.entitlement, at(1, 4))
    store.commit()
    work(date(2027, 1, 4), date(2027, 1, 19))
    assert server.mails == []


def test_a_manager_reads_nothing_of_a_kind_that_nobody_signed_for(
    store: Store, behind, server
) -> None:
    behind.entitlement.kind = Kind.CULTURAL_SUPERVISION
    store.commit()
    work(date(2027, 5, 3), date(2027, 5, 10))
    assert weekly(server, "mere") == []


def test_what_is_put_right_before_it_goes_out_is_not_read(store: Store, behind, server) -> None:
    """Written at six, read at nine; in between the total was changed."""
    clock.set_to(at(5, 3, 6))
    schedule.run_all(clock.now())
    behind.entitlement.sessions = 1
    entitlements.reassess(store, behind.entitlement, clock.now())
    store.commit()
    work(date(2027, 5, 3), date(2027, 5, 4))
    assert weekly(server, "mere") == weekly(server, "cleo") == []


def test_a_manager_reads_it_up_to_their_last_day(store: Store, behind, server) -> None:
    behind.mere.left_on = date(2027, 5, 31)
    store.commit()
    work(date(2027, 5, 3), date(2027, 5, 5))
    assert len(weekly(server, "mere")) == 1
