"""A night on which somebody wants to talk: six who could be asked, and a gateway for texts."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from supervisor import clock, schedule
from supervisor.debriefs import debriefs
from supervisor.debriefs.debriefs import Wish
from supervisor.models import Debrief, Offering, Person, Provider, Store, Trait, Window
from supervisor.reach import MessageSettings
from supervisor.rules.debrief import Whom
from supervisor.rules.kinds import Kind, Mode
from supervisor.settings import save
from tests.mail_server import MailServer, words

TWO_AT_NIGHT = datetime(2026, 12, 5, 13, 0, tzinfo=UTC)
"""Sunday 6 December 2026, 2:00 in Auckland."""


def at_night(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Ben at 2 in the morning; Ana supervises him since November, and six others could be asked."""
    clock.set_to(TWO_AT_NIGHT)
    cast.entitlement.starts_on = cast.match.starts_on = date(2026, 11, 1)
    cast.others = [_provider(store, cast, number) for number in range(6)]
    cast.ben.phone = "021 555 010"
    store.commit()
    return cast


def _provider(store: Store, cast: SimpleNamespace, number: int) -> Person:
    ref = f"s{number}"
    person = Person(ref=ref, name=f"Sam {number}", email=f"{ref}@example.net")
    person.modes = [Mode.PHONE, Mode.VIDEO]
    person.windows = [Window(weekday=day, starts_minute=540, ends_minute=900) for day in range(5)]
    person.traits = [Trait(word=cast.consumer)]
    store.add(person)
    store.flush()
    store.add(Provider(person_id=person.id))
    store.flush()
    kind, until = Kind.PEER_SUPERVISION, date(2028, 12, 31)
    store.add(Offering(person_id=person.id, kind=kind, capacity=4, vetted_until=until))
    return person


def ask(store: Store, who: Person, whom: Whom = Whom.ANOTHER, **given: Any) -> Debrief:
    """Ask, as the second tap does."""
    debrief = debriefs.ask(store, who, Wish(whom, **{"way": Mode.PHONE} | given), clock.now())
    store.commit()
    return debrief


def asked(debrief: Debrief) -> set[str]:
    return {one.person.name for one in debrief.asks}


def later(minutes: int) -> None:
    """Time passes, and the worker process does what is due."""
    clock.set_to(clock.now() + timedelta(minutes=minutes))
    schedule.run_all(clock.now())


def letters_to(server: MailServer, address: str) -> list[tuple[str, str]]:
    """Subject and words of each mail in a mailbox."""
    return [(mail["Subject"], " ".join(words(mail).split())) for mail in server.to(address)]


@contextmanager
def text_gateway(store: Store, sink: Path) -> Iterator[Path]:
    """A gateway that writes each text into a file, a line for each; the hub sends through it."""
    sink.touch()

    class Gateway(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with sink.open("a") as file:
                file.write(json.dumps({"to": self.path[1:], "said": said["message"]}) + "\n")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"json://127.0.0.1:{server.server_port}/{{phone}}"
    save(store, MessageSettings(text_gateway=address))
    store.commit()
    try:
        yield sink
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def texts_in(sink: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in sink.read_text().splitlines()]
