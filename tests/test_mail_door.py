"""The door at which a mail server hands over what came in: real sockets, one door for several."""

import os
import smtplib
import socket
import subprocess
import sys
import time
from dataclasses import replace
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from supervisor import clock, config, mail_door, mailbox, schedule, watch
from supervisor.errors import Refused
from supervisor.mail_door import Door
from supervisor.models import Inlet, InvitationReply, Session, Store
from tests.answer_mail import address, no, session
from tests.ports import free_port

__all__ = ["session"]


def at_door(
    app: Flask, kind: str = "lmtp", port: int | None = None, host: str = "127.0.0.1"
) -> int:
    port = port or free_port()
    app.config["HUB"] = replace(app.config["HUB"], mail_door=f"{kind}://{host}:{port}")
    return port


@pytest.mark.parametrize("kind", ["lmtp", "smtp"])
def test_a_mail_server_hands_over_what_came_in(store, cast, session, app, kind):
    port, mail = free_port(), no(session, cast.ben, to_header=False)
    to = address(session, cast.ben)
    store.commit()
    app.config["HUB"] = replace(app.config["HUB"], mail_door=f"{kind}://127.0.0.1:{port}")
    with mail_door.opened(app):
        client = smtplib.LMTP if kind == "lmtp" else smtplib.SMTP
        with client("127.0.0.1", port) as server:
            server.send_message(mail, "ben@example.org", [to])
            refused = server.send_message(mail, "ben@example.org", ["a@localhost", "b@localhost"])
    assert list(refused) == ["b@localhost"]
    store.expire_all()
    assert session.cancelled_by_id == cast.ben.id
    assert store.scalars(select(InvitationReply.outcome)).all()[0] == "declined"


def test_a_calendar_that_nobody_can_read_is_taken_and_left_alone(app):
    mail = EmailMessage()
    lines = f"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nATTENDEE:{' ' * 100_000}:!\n"
    mail.set_content(lines, "calendar", cte="base64")
    with app.app_context():
        assert mailbox.receive(mail) == "other"


def test_what_could_not_be_taken_stays_with_the_other_server(app, cast, session, monkeypatch):
    def broken(*_given):
        raise ValueError

    monkeypatch.setattr(mailbox.inbox, "take", broken)
    port = free_port()
    app.config["HUB"] = replace(app.config["HUB"], mail_door=f"lmtp://127.0.0.1:{port}")
    with mail_door.opened(app), smtplib.LMTP("127.0.0.1", port) as server:
        with pytest.raises(smtplib.SMTPDataError) as said:
            server.send_message(no(session, cast.ben), "ben@example.org", ["hub@localhost"])
        assert said.value.smtp_code == 451


@pytest.mark.parametrize("given", ["127.0.0.1:8024", "lmtp://", "http://x:1", "lmtp://x:port"])
def test_a_door_that_cannot_be_understood_is_named(monkeypatch, tmp_path, given):
    monkeypatch.setenv("SUPERVISOR_DATABASE", str(tmp_path / "hub.db"))
    monkeypatch.setenv("SUPERVISOR_MAIL_DOOR", given)
    with pytest.raises(Refused, match="SUPERVISOR_MAIL_DOOR"):
        config.from_environment()
    monkeypatch.setenv("SUPERVISOR_MAIL_DOOR", "lmtp://127.0.0.1:8024")
    assert config.from_environment().mail_door == "lmtp://127.0.0.1:8024"


def test_without_an_address_there_is_no_door(app: Flask):
    with mail_door.opened(app) as door:
        door.look_after()


def test_one_of_several_processes_has_the_door_and_another_takes_it_over(app: Flask, store: Store):
    port = at_door(app)
    with mail_door.opened(app) as first:
        second = Door(app)
        for door in (first, second, first):
            door.look_after()
        assert whys(store) == []
        first.shut()
        assert not mail_door.answers(f"lmtp://127.0.0.1:{port}")
        second.look_after()
        assert mail_door.answers(f"lmtp://127.0.0.1:{port}")
        second.shut()


def test_a_door_that_stands_still_is_opened_anew(app: Flask):
    port = at_door(app)
    with mail_door.opened(app) as door:
        stuck = door._controller
        stuck.loop.call_soon_threadsafe(stuck.server.close)
        while mail_door.answers(f"lmtp://127.0.0.1:{port}"):
            time.sleep(0.01)
        door.look_after()
        assert mail_door.answers(f"lmtp://127.0.0.1:{port}")


def test_a_door_for_every_address_of_the_machine_is_seen_from_here(app: Flask):
    port = at_door(app, host="0.0.0.0")
    with mail_door.opened(app):
        assert mail_door.answers(f"lmtp://0.0.0.0:{port}")


def shut(store: Store) -> list[watch.Trouble]:
    at = clock.really()
    store.rollback()
    return [one for one in watch.troubles(store, at, at, mailing=True) if one.said]


def whys(store: Store) -> list[str]:
    """As it is now; nobody waits for whoever looks."""
    found = list(store.scalars(select(Inlet.why)))
    store.rollback()
    return found


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A door that does not open is not waited for as long as it would be."""
    monkeypatch.setenv("AIOSMTPD_CONTROLLER_TIMEOUT", "0.5")
    monkeypatch.setattr(mail_door, "SECONDS", 0.1)


@pytest.mark.usefixtures("hasty")
def test_where_something_else_listens_the_hub_is_told_until_it_stops(
    app: Flask, store: Store, cast, sign_in, monkeypatch
):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = at_door(app, port=other.getsockname()[1])
        door = Door(app)
        for _ in range(3):
            door.look_after()
    (trouble,) = shut(store)
    assert whys(store) == ["taken"]
    assert str(port) in trouble.said
    page = sign_in(cast.cleo).get("/messages").text
    assert "Another program listens" in page
    assert "The machine says:" in page
    monkeypatch.undo()
    door.look_after()
    assert shut(store) == []
    door.shut()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_an_address_that_is_not_of_this_machine_is_said_so(app: Flask, store: Store, host):
    at_door(app, host=host)
    Door(app).look_after()
    assert whys(store) == ["elsewhere"]


def test_the_one_command_of_a_small_hub_takes_mail_in(
    store: Store, cast, session: Session, database: str
):
    """`serve` alone: nobody needs to run `work` beside it."""
    port, mail = free_port(), no(session, cast.ben, to_header=False)
    to, where = address(session, cast.ben), f"lmtp://127.0.0.1:{port}"
    store.commit()
    words = [sys.executable, "-m", "supervisor", "serve", "--port", str(free_port())]
    environment = os.environ | {
        "SUPERVISOR_DATABASE": database,
        "SUPERVISOR_SECRET_KEY": "test",
        "SUPERVISOR_MAIL_DOOR": where,
    }
    with subprocess.Popen(words, env=environment) as process:
        try:
            while not mail_door.answers(where):
                assert process.poll() is None
                time.sleep(0.1)
            with smtplib.LMTP("127.0.0.1", port) as server:
                assert server.send_message(mail, "ben@example.org", [to]) == {}
        finally:
            process.terminate()
    assert not mail_door.answers(where)
    store.expire_all()
    assert len(store.scalars(select(InvitationReply)).all()) == 1


def test_the_worker_process_opens_the_door_and_shuts_it_in_the_end(app: Flask):
    port = at_door(app)
    scheduler = schedule.start_inside(app)
    while not mail_door.answers(f"lmtp://127.0.0.1:{port}"):
        time.sleep(0.05)
    scheduler.shutdown()
    assert not mail_door.answers(f"lmtp://127.0.0.1:{port}")
