"""Which machines a calendar may be read from, and how little of their time and octets is taken."""

import gzip
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor.busy import busy_fetch, busy_guard
from supervisor.busy.busy_fetch import Request, fetch
from supervisor.busy.busy_guard import Trouble, is_public, understood
from tests.calendar_server import CalendarServer, calendar_server

HERE = ("localhost",)


@pytest.fixture
def server(tmp_path: Path, monkeypatch) -> Iterator[CalendarServer]:
    """One that this process trusts."""
    with calendar_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        yield server


def why(address: str, **more) -> str:
    with pytest.raises(Trouble) as trouble:
        fetch(Request(address, **more))
    return trouble.value.why


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
        "2001:0:4136:e378::1", "::127.0.0.1", "64:ff9b:1::a", "nonsense",
    ],
)  # fmt: skip
def test_no_address_of_a_private_network_is_public_however_it_is_written(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2404:6800:4006::1"])
def test_addresses_of_the_open_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "given",
    [
        "", "calendar", "ftp://example.org/", "https://", "https://[::", "http", "caldav://a.org/",
        "https://example.org:99999/", "https://exa mple.org/", "https://a\n/",
    ],
)  # fmt: skip
def test_only_https_is_an_address(given):
    with pytest.raises(Trouble, match="no_address"):
        understood(given)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("http://example.org/a.ics", "http"),
        ("HTTP://example.org/a.ics", "http"),
        ("file:///home/ben/a.ics", "file"),
        ("https://ben:secret@example.org/a.ics", "name_inside"),
        ("https://ben@example.org/a.ics", "name_inside"),
    ],
)
def test_what_people_paste_instead_has_a_word_of_its_own(given, why):
    with pytest.raises(Trouble, match=why):
        understood(given)


@pytest.mark.parametrize("kind", ["webcal", "WEBCAL", "webcals"])
def test_webcal_is_https(kind):
    assert understood(f" {kind}://example.org/a.ics ") == "https://example.org/a.ics"


NEARBY = [
    "localhost", "LOCALHOST.", "hub.localhost", "printer.local", "nas.internal", "box.home.arpa",
    "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "10.0.0.5", "192.168.1.1",
    "172.16.9.9", "169.254.169.254", "0.0.0.0", "100.64.0.1", "[::1]", "[fe80::1%25eth0]",
    "[fd00::1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]",
]  # fmt: skip


@pytest.mark.parametrize("host", NEARBY)
def test_what_says_by_itself_that_it_is_private_is_refused_before_anybody_is_asked(
    host, monkeypatch
):
    monkeypatch.setattr(busy_guard.socket, "getaddrinfo", None)
    for given in (f"https://{host}/a.ics", f"webcal://{host}:8443/a.ics"):
        with pytest.raises(Trouble, match="private"):
            understood(given)


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "[2404:6800:4006::1]", "local.example.org", "mylocal", "kōrero.nz", "1.example.nz"],
)
def test_any_other_name_or_number_is_looked_up_by_whoever_reads(host, monkeypatch):
    monkeypatch.setattr(busy_guard.socket, "getaddrinfo", None)
    assert understood(f"https://{host}/a.ics") == f"https://{host}/a.ics"


def test_a_machine_that_the_hub_has_named_may_be_nearby():
    given = "https://nas.local/a.ics"
    assert understood(given, ["nas.local"]) == given


@pytest.mark.parametrize(
    "address",
    ["https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/",
     "https://0x7f.1/", "https://[::ffff:127.0.0.1]/"],
)  # fmt: skip
def test_this_machine_is_never_asked(address):
    assert why(address) in {"private", "unreachable"}


def test_a_name_that_leads_to_a_public_and_a_private_address_is_refused(monkeypatch):
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443)) for a in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(busy_guard.socket, "getaddrinfo", lambda *_a, **_k: rows)
    assert why("https://rebind.example.org/") == "private"


def test_a_name_is_resolved_once_and_that_address_is_used(server, monkeypatch):
    real, asked = socket.getaddrinfo, []

    def once(host, *rest, **more):
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *rest, **more)

    monkeypatch.setattr(busy_guard.socket, "getaddrinfo", once)
    assert fetch(Request(server.url, allowed=HERE)).status == 200
    assert asked == ["localhost"]


def test_a_host_that_the_hub_has_named_may_be_its_own(server):
    server.octets, server.headers = b"BEGIN", {"ETag": '"1"', "Last-Modified": "then"}
    found = fetch(Request(server.url, allowed=HERE))
    assert (found.octets, found.etag, found.modified) == (b"BEGIN", '"1"', "then")
    again = fetch(Request(server.url, headers={"If-None-Match": '"1"'}, allowed=HERE))
    assert (again.status, again.octets) == (304, b"")


def test_a_machine_that_cannot_prove_who_it_is_is_not_read(server, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    assert why(server.url, allowed=HERE) == "certificate"


def test_a_redirect_leads_nowhere_that_an_address_may_not(server):
    server.status = 302
    for there in ("https://127.0.0.1/", "https://10.0.0.1/a.ics"):
        server.headers = {"Location": there}
        assert why(server.url, allowed=HERE) == "private"
    for there in ("http://localhost/", "file:///etc/passwd", server.url):
        server.headers = {"Location": there}
        assert why(server.url, allowed=HERE) == "detours"


def test_another_machine_is_not_given_the_password(server):
    server.status = 302
    server.headers = {"Location": server.url.replace("localhost", "127.0.0.1")}
    both = ("localhost", "127.0.0.1")
    assert why(server.url, allowed=both, user="ben", password="secret") == "elsewhere"
    assert ["Authorization" in headers for _path, headers in server.asked] == [True]
    assert why(server.url, allowed=both) == "detours"
    assert len(server.asked) == 1 + 4


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "shut"),
        (403, "forbidden"),
        (404, "gone"),
        (405, "no_account"),
        (410, "gone"),
        (418, "refused"),
        (429, "later"),
        (500, "unwell"),
        (502, "unwell"),
        (503, "later"),
    ],
)
def test_an_answer_that_is_none_has_its_reason(server, status, said):
    server.status = status
    assert why(server.url, allowed=HERE) == said


def test_no_more_than_a_megabyte_is_taken_packed_or_not(server):
    server.octets = b"x" * 1_000_001
    assert why(server.url, allowed=HERE) == "too_big"
    server.headers = {"Content-Encoding": "gzip"}
    server.octets = gzip.compress(b"x" * 50_000_000)
    assert why(server.url, allowed=HERE) == "too_big"
    server.octets = b"not packed"
    assert why(server.url, allowed=HERE) == "no_calendar"
    server.octets = gzip.compress(b"fine")
    assert fetch(Request(server.url, allowed=HERE)).octets == b"fine"


def test_whoever_does_not_answer_in_time_is_left(server, monkeypatch):
    monkeypatch.setattr(busy_fetch, "SECONDS", 0.3)
    server.pause.clear()
    assert why(server.url, allowed=HERE) == "unreachable"


def test_whoever_drips_is_left_though_each_drop_comes_in_time(monkeypatch):
    listening = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(busy_fetch, "SECONDS", 0.5)
    assert why(f"https://localhost:{listening.getsockname()[1]}/", allowed=HERE) == "unreachable"
    listening.close()
