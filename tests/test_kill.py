"""`kill -9` of the worker process in the middle of its work: no alert and no mail is lost.

`python -m bench.kills` does the same hundreds of times, and counts.
"""

from collections import Counter
from multiprocessing.process import BaseProcess
from random import Random
from threading import Condition

from sqlalchemy import delete, func, select

from bench import kills
from supervisor import clock, messages
from supervisor.models import JobTick, Message, Person, Store
from supervisor.reach import MessageSettings
from supervisor.settings import save
from tests import warm_worker
from tests.mail_server import MailServer, mail_server

MAILS = 120
KILLS = 5
OURS = Message.cause == "one"
"""Whatever else the worker writes meanwhile may wait for its reader's morning."""


class CountingServer(MailServer):
    """Lets the test wait until so many mails have come in."""

    def __init__(self) -> None:
        super().__init__()
        self.came = Condition()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        with self.came:
            answer = await super().handle_DATA(server, session, envelope)
            self.came.notify_all()
        return answer

    def wait_for(self, count: int) -> None:
        with self.came:
            self.came.wait_for(lambda: len(self.mails) >= count)


def worker(database: str, port: int) -> BaseProcess:
    environment = {
        "SUPERVISOR_DATABASE": database,
        "SUPERVISOR_SECRET_KEY": "test",
        "SUPERVISOR_SMTP_HOST": "127.0.0.1",
        "SUPERVISOR_SMTP_PORT": str(port),
    }
    return warm_worker.begun(environment)


def test_a_killed_worker_loses_no_mail_and_repeats_one_at_most(
    store: Store, cast, database: str
) -> None:
    """Killed when the next mails have just come in, again and again; then left to finish."""
    clock.set_to(clock.really())
    save(store, MessageSettings(lease_seconds=1))
    _write(store)
    server = CountingServer()
    server.start()
    try:
        for number in range(1, KILLS + 1):
            process = worker(database, server.port)
            server.wait_for(number * MAILS // (KILLS + 1))
            process.kill()
            process.join()
            _next_minute(store)
        process = worker(database, server.port)
        _until_all_are_sent(store, process)
        process.terminate()
        process.join()
        assert process.exitcode == 0
    finally:
        process.kill()
        server.stop()
    ours = set(store.scalars(select(Message.message_id).where(OURS)))
    arrived = Counter(m["Message-ID"] for m in server.mails if m["Message-ID"] in ours)
    assert set(arrived) == ours
    assert len(arrived) == MAILS
    assert arrived.total() - MAILS <= KILLS


def test_a_worker_killed_among_alerts_loses_none_and_raises_none_twice(store: Store) -> None:
    alerts, times = 10, 5
    with mail_server() as server:
        met = kills.killed(store, server.port, alerts, times, Random(2))
        found = kills.figures(store, alerts, server.mails)
    assert met["an alert"]
    assert found.came_twice <= times
    assert found == kills.Figures(0, 0, 0, 0, 0, found.came_twice, found.came)


def _write(store: Store) -> None:
    """A mail each to so many people."""
    people = [Person(name=f"Worker {n}", email=f"w{n}@example.org") for n in range(MAILS)]
    store.add_all(people)
    store.flush()
    for person in people:
        facts = {"manager": "Mere Parata"}
        messages.tell(store, person, "one", "check_numbers", facts, clock.now(), urgent=True)
    store.commit()


def _next_minute(store: Store) -> None:
    """The ledger forgets, so that the next worker need not wait for the minute to end."""
    store.execute(delete(JobTick))
    store.commit()


def _until_all_are_sent(store: Store, process: BaseProcess) -> None:
    left = select(func.count()).where(OURS, Message.sent_at.is_(None))
    while store.scalar(left):
        store.rollback()
        process.join(timeout=0.2)
        assert process.is_alive()
