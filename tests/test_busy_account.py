"""An account of calendars at a real Radicale, over https; only times come back."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from supervisor import busy_jobs
from supervisor.busy import busy_account, busy_secrets, busy_sources
from supervisor.busy.busy_account import Home, read_account
from supervisor.busy.busy_fetch import Fetched, Request
from supervisor.busy.busy_guard import Trouble
from supervisor.busy.busy_secrets import Secret
from supervisor.busy.busy_sources import BusySettings
from supervisor.models import BusySource, BusySpan, Store
from supervisor.settings import save
from tests.calendar_server import certificate
from tests.foreign import NINE, SINCE, TUESDAY, UNTIL, calendar
from tests.ports import free_port

HERE = ("localhost",)
NOWHERE = Home()


@dataclass(frozen=True)
class Radicale:
    """A server on this machine, where Ana has two calendars."""

    url: str
    cert: Path

    def put(self, path: str, octets: bytes) -> None:
        self.ask("PUT", path, octets)

    def ask(self, method: str, path: str, octets: bytes = b"") -> None:
        answer = requests.request(
            method, f"{self.url}{path}", data=octets, auth=("ana", "app password"),
            verify=str(self.cert), timeout=20,
        )  # fmt: skip
        answer.raise_for_status()


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    folder = tmp_path_factory.mktemp("radicale")
    cert, key = certificate(folder)
    (folder / "users").write_text("ana:app password\n")
    port = free_port()
    command = [
        sys.executable, "-W", "ignore", "-m", "radicale", "--config", "",
        f"--server-hosts=localhost:{port}", "--server-ssl", f"--server-certificate={cert}",
        f"--server-key={key}", "--auth-type=htpasswd", f"--auth-htpasswd-filename={folder}/users",
        "--auth-htpasswd-encryption=plain", f"--storage-filesystem-folder={folder}/kept",
        "--logging-level=critical",
    ]  # fmt: skip
    server = subprocess.Popen(command)
    _wait(port)
    made = Radicale(f"https://localhost:{port}", cert)
    for name in ("hui", "home"):
        made.ask("MKCALENDAR", f"/ana/{name}/")
    yield made
    server.terminate()
    server.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)


@pytest.fixture
def full(radicale: Radicale, monkeypatch) -> Radicale:
    """A series in one calendar, a single event in the other, and one that is long over."""
    monkeypatch.setenv("SSL_CERT_FILE", str(radicale.cert))
    weekly = f"UID:1\nSUMMARY:Secret\n{TUESDAY}\nRRULE:FREQ=WEEKLY;COUNT=2"
    radicale.put("/ana/hui/1.ics", calendar(weekly))
    single = f"UID:2\nSUMMARY:Secret\n{TUESDAY.replace('20270209', '20270210')}"
    radicale.put("/ana/home/2.ics", calendar(single))
    over = f"UID:3\nSUMMARY:Secret\n{TUESDAY.replace('2027', '2020')}"
    radicale.put("/ana/home/3.ics", calendar(over))
    return radicale


def asked(address: str, password: str = "app password") -> bytes:
    return looked(address, password=password)[0].octets


def looked(
    address: str, home: Home = NOWHERE, marks: str | None = None, password: str = "app password"
) -> tuple[Fetched, Home]:
    request = Request(address, user="ana", password=password, allowed=HERE)
    return read_account(request, SINCE, UNTIL, home, marks)


def test_all_calendars_of_an_account_are_read_for_busy_times(
    store: Store, cast, full, now: datetime
):
    save(store, BusySettings(allowed_hosts="localhost"))
    secret = Secret(full.url, "ana", "app password")
    busy_sources.add(store, cast.ana, secret, "test", "", now)
    store.commit()
    busy_jobs.read_due(now, lambda: False)
    store.expire_all()
    assert store.scalars(select(BusySource)).one().trouble is None
    spans = store.scalars(select(BusySpan).order_by(BusySpan.starts_at)).all()
    day = timedelta(days=1)
    assert [one.starts_at for one in spans] == [NINE, NINE + day, NINE + 7 * day]


def test_an_address_of_one_calendar_reads_that_one(full):
    found = asked(f"{full.url}/ana/home/")
    assert b"UID:2" in found
    assert b"UID:1" not in found
    assert b"2020" not in found


def test_a_calendar_with_nothing_in_the_window_is_empty_and_not_broken(full):
    far = datetime(2031, 1, 1, tzinfo=UTC)
    request = Request(f"{full.url}/ana/home/", user="ana", password="app password", allowed=HERE)
    found, _home = read_account(request, far, far + timedelta(days=1), NOWHERE)
    assert found.octets == busy_account.EMPTY


def test_a_server_without_a_well_known_address_is_asked_itself(full, monkeypatch):
    real = busy_account.fetch

    def without(request: Request) -> Fetched:
        if "well-known" in request.address:
            raise Trouble("gone")
        return real(request)

    monkeypatch.setattr(busy_account, "fetch", without)
    assert b"UID:1" in asked(full.url)


def test_a_wrong_password_is_said_so(full):
    with pytest.raises(Trouble, match="password"):
        asked(full.url, "wrong")


@pytest.fixture
def counted(full: Radicale, monkeypatch) -> list[tuple[str, int]]:
    """What the real server is asked, and how many octets come back."""
    real, asked = busy_account.fetch, []

    def counting(request: Request) -> Fetched:
        found = real(request)
        asked.append((request.method, len(found.octets)))
        return found

    monkeypatch.setattr(busy_account, "fetch", counting)
    return asked


@pytest.mark.parametrize("where", ["", "/ana/home/"])
def test_where_nothing_is_new_one_small_question_is_asked(full, counted, where):
    first, home = looked(f"{full.url}{where}")
    assert first.etag
    assert home.alone == bool(where)
    many = len(counted)
    again, there = looked(f"{full.url}{where}", home, first.etag)
    assert (again.status, again.octets, there) == (304, b"", home)
    ((method, octets),) = counted[many:]
    assert method == "PROPFIND"
    assert octets < 2000


@pytest.mark.parametrize(
    ("what", "path"),
    [("put", "/ana/hui/9.ics"), ("put", "/ana/hui/1.ics"), ("DELETE", "/ana/home/2.ics"),
     ("MKCALENDAR", "/ana/third/"), ("DELETE", "/ana/third/")],
)  # fmt: skip
def test_whatever_changes_there_is_read(full, counted, what, path):
    first, home = looked(full.url)
    many = len(counted)
    if what == "put":
        moved = f"UID:{path[-5]}\n{TUESDAY.replace('20270209', '20270211')}"
        full.put(path, calendar(moved))
    else:
        full.ask(what, path)
    again, _home = looked(full.url, home, first.etag)
    assert again.status == 200
    assert again.etag != first.etag
    first_method, *others = (method for method, _octets in counted[many:])
    assert first_method == "PROPFIND"
    assert set(others) == {"REPORT"}


def test_the_worker_process_asks_once_and_keeps_what_it_knows_sealed(
    store: Store, cast, counted, full, now: datetime
):
    save(store, BusySettings(allowed_hosts="localhost"))
    secret = Secret(full.url, "ana", "app password")
    source = busy_sources.add(store, cast.ana, secret, "test", "", now)
    store.commit()
    busy_jobs.read_due(now, lambda: False)
    store.expire_all()
    spans = {one.id: one.starts_at for one in store.scalars(select(BusySpan))}
    assert spans
    many, later = len(counted), source.next_at
    store.commit()
    busy_jobs.read_due(later, lambda: False)
    store.expire_all()
    assert len(counted) == many + 1
    assert (source.trouble, source.read_at, source.whole_at) == (None, later, now)
    assert {one.id: one.starts_at for one in store.scalars(select(BusySpan))} == spans
    assert busy_secrets.unseal(source.sealed, "test").home.startswith(full.url)
    assert b"ana/" not in source.sealed
    store.commit()
    busy_jobs.read_due(now + timedelta(days=8), lambda: False)
    assert len(counted) > many + 2


def test_calendars_that_have_moved_are_found_again(full):
    _first, home = looked(full.url)
    for gone in ("/ana/nothing/", "/elsewhere/"):
        found, again = looked(full.url, Home(f"{full.url}{gone}"))
        assert (found.status, again) == (200, home)


def answering(monkeypatch, octets: bytes) -> None:
    monkeypatch.setattr(busy_account, "fetch", lambda _request: Fetched(207, octets))


ONE = (
    b'<m xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" '
    b'xmlns:s="http://calendarserver.org/ns/"><response><href>/a/</href><propstat><prop>'
    b"<resourcetype><c:calendar/></resourcetype>%s</prop></propstat></response></m>"
)


def test_a_server_that_tells_nothing_of_changes_is_read_each_time(monkeypatch):
    answering(monkeypatch, ONE % b"<s:getctag/>")
    first, home = looked("https://localhost/a/")
    assert first.etag is None
    assert looked("https://localhost/a/", home, first.etag)[0].status == 200


def test_a_token_serves_where_there_is_no_tag(monkeypatch):
    answering(monkeypatch, ONE % b"<sync-token>http://x/1</sync-token>")
    first, home = looked("https://localhost/a/")
    assert looked("https://localhost/a/", home, first.etag)[0].status == 304
    answering(monkeypatch, ONE % b"<sync-token>http://x/2</sync-token>")
    assert looked("https://localhost/a/", home, first.etag)[0].status == 200


def test_a_calendar_that_makes_nobody_busy_is_not_read(monkeypatch):
    see_through = (
        b"<c:schedule-calendar-transp><c:transparent/></c:schedule-calendar-transp>"
        b"<s:getctag>1</s:getctag><c:calendar-data>BEGIN:VCALENDAR</c:calendar-data>"
    )
    answering(monkeypatch, ONE % see_through)
    assert asked("https://localhost/a/") == busy_account.EMPTY
    answering(monkeypatch, ONE % see_through.replace(b"transparent", b"opaque"))
    assert asked("https://localhost/a/") == b"BEGIN:VCALENDAR\r\n"


def test_an_account_is_not_asked_without_end(full, monkeypatch):
    monkeypatch.setattr(busy_account, "PATIENCE", -1)
    with pytest.raises(Trouble, match="unreachable"):
        asked(full.url)


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"<html>", "no_account"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "no_account"),
        (
            b'<m xmlns="DAV:"><current-user-principal><href>https://elsewhere.example.org/</href>'
            b"</current-user-principal></m>",
            "elsewhere",
        ),
    ],
)
def test_an_answer_that_leads_astray_is_not_followed(monkeypatch, octets, why):
    monkeypatch.setattr(busy_account, "fetch", lambda _request: Fetched(207, octets))
    with pytest.raises(Trouble, match=why):
        asked("https://localhost/")


def test_more_than_a_megabyte_in_all_is_too_big(monkeypatch):
    half = b"<c:calendar-data>" + b"x" * 600_000 + b"</c:calendar-data>"
    answering(monkeypatch, ONE % (half + half))
    with pytest.raises(Trouble, match="too_big"):
        asked("https://localhost/")
