"""A machine whose clock is put right: an hour back, or a day ahead for a while. Nothing is missed,
nothing comes twice, and work goes on."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import clock, entitlements, schedule, watch
from supervisor.models import Alert, Message, Store
from supervisor.schedule import JOBS
from tests.mail_server import MailServer
from tests.test_entitlements import at, held
from tests.test_post import server, tell

__all__ = ["server"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORK = ("raise alerts", "search for alerts", "tidy", "deliver messages")


@pytest.fixture
def behind(store: Store, cast, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Ben is behind on the last day of April, and it is nine there; of the jobs, those that tell
    of it."""
    monkeypatch.setattr(schedule, "JOBS", [job for job in JOBS if job.name in WORK])
    clock.set_to(at(4, 30, 9))
    store.add(held(cast, 1, 15))
    entitlements.reassess(store, cast.entitlement, at(2, 1))
    store.commit()
    return clock.now()


def every(minutes: int, begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin < end:
        yield begin
        begin += timedelta(minutes=minutes)


def worked(times: Iterable[datetime]) -> list[bool]:
    """At each of these times by the machine's clock: whether mail was looked after."""
    ran = []
    for now in times:
        clock.set_to(now)
        ran.append("deliver messages" in schedule.tick(now, now))
    return ran


def silent(store: Store) -> bool:
    found = watch.troubles(store, clock.now(), clock.now(), mailing=True)
    return "The worker process is not running" in [trouble.title for trouble in found]


def once_each(store: Store, server: MailServer) -> None:
    """Every alert is there once, and every message came, in one mail."""
    raised = store.scalars(select(Alert.cause)).all()
    assert raised
    assert len(raised) == len(set(raised))
    sent = select(Message.message_id).where(
        Message.sent_at.is_not(None), Message.channel == "email"
    )
    came = Counter(mail["Message-ID"] for mail in server.mails)
    assert set(came) <= set(store.scalars(sent))
    assert set(came.values()) == {1}


def test_a_clock_that_goes_back_an_hour_stops_nothing(
    store: Store, cast, behind, server: MailServer
) -> None:
    assert all(worked(every(10, behind, behind + HOUR)))
    before = len(server.mails)
    tell(store, cast.mere, "said late", urgent=True)
    again = worked(every(10, behind, behind + 2 * HOUR))
    assert again.count(True) >= len(again) - 1
    assert not silent(store)
    assert len(server.mails) == before + 1
    once_each(store, server)


def test_a_day_that_was_not_yet_is_forgotten_once_the_clock_is_right(
    store: Store, cast, behind, server: MailServer
) -> None:
    assert all(worked([behind, behind + DAY, behind + DAY + HOUR]))
    clock.set_to(behind + HOUR)
    assert silent(store)
    tell(store, cast.mere, "said late", urgent=True)
    assert all(worked(every(10, behind + HOUR, behind + 3 * HOUR)))
    assert not silent(store)
    assert [mail["To"] for mail in server.mails].count("mere@example.org") == 1
    assert all(worked(every(60, behind + 3 * HOUR, behind + 4 * DAY)))
    once_each(store, server)


def test_two_clocks_that_differ_a_little_leave_each_other_their_ticks(
    app: Flask, behind: datetime
) -> None:
    ahead = behind + timedelta(minutes=3)
    assert worked([ahead, behind, ahead]) == [True, True, False]
