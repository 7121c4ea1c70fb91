"""Two worker processes and one reader: what is said first arrives first."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event
from time import sleep

from flask import Flask

from supervisor import clock, messages, post
from supervisor.extensions import db
from supervisor.models import Store
from supervisor.models.engine import writing
from supervisor.rules.kinds import Mode, Side
from supervisor.sessions import sessions
from tests.mail_calendar import MailCalendar
from tests.mail_server import MailServer
from tests.test_sessions import at

MAILS, A_MOMENT = 12, 0.01


class SlowServer(MailServer):
    """Takes a first mail to Ben, and says so long after."""

    def __init__(self) -> None:
        super().__init__()
        self.came, self.go_on = Event(), Event()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        if envelope.rcpt_tos == ["ben@example.org"] and not self.came.is_set():
            self.came.set()
            await asyncio.get_running_loop().run_in_executor(None, self.go_on.wait)
        return await super().handle_DATA(server, session, envelope)


def in_a_worker(app: Flask, work: Callable[[], object]) -> object:
    with app.app_context():
        try:
            return work()
        finally:
            db.session.remove()


def test_an_invitation_comes_before_what_takes_it_back(app: Flask, store: Store, cast) -> None:
    """It is called off by one while the invitation is still on its way by the other."""
    server = SlowServer()
    server.start()
    app.config["HUB"] = replace(app.config["HUB"], smtp_host="127.0.0.1", smtp_port=server.port)
    session = sessions.book(
        store, cast.entitlement, at(2, 24, 10), Mode.VIDEO, cast.cleo, clock.now()
    )
    store.commit()
    with ThreadPoolExecutor(1) as other:
        first = other.submit(in_a_worker, app, lambda: post.deliver("a"))
        assert server.came.wait(30)
        sessions.cancel(store, session, cast.cleo, clock.now(), Side.WORKER)
        store.commit()
        clock.set_to(clock.now() + timedelta(minutes=1))
        post.deliver("b")
        assert server.to("ben@example.org") == [], "he is the other worker's for now"
        server.go_on.set()
        first.result()
    clock.set_to(clock.now() + timedelta(minutes=1))
    post.deliver("b")
    server.stop()
    program = MailCalendar()
    mails = server.to("ben@example.org")
    assert [program.take(mail) for mail in mails] == ["REQUEST", "CANCEL"]
    assert program.starts() == set()
    assert len({mail["In-Reply-To"] for mail in mails}) == 1
    assert {mail["References"] for mail in mails} == {mail["In-Reply-To"] for mail in mails}


def test_two_workers_never_write_to_one_reader_at_once(app: Flask, store: Store, cast) -> None:
    for number in range(MAILS):
        facts = {"url": "https://hub.example.org", "minutes": number}
        messages.tell(store, cast.ben, f"one:{number}", "sign_in", facts, clock.now(), urgent=True)
    store.commit()
    together, seen = Barrier(2), list[str]()

    def work(name: str) -> None:
        together.wait()
        while len(seen) < 2 * MAILS:
            with writing():
                for message in messages.claim(db.session(), name, clock.now()):
                    db.session.commit()
                    seen.append(message.cause)
                    sleep(A_MOMENT)
                    seen.append(message.cause)
                    messages.sent([message], clock.now())
                db.session.commit()

    with ThreadPoolExecutor(2) as workers:
        for one in [workers.submit(in_a_worker, app, lambda n=n: work(n)) for n in "ab"]:
            one.result()
    assert seen == [f"one:{number // 2}" for number in range(2 * MAILS)]
