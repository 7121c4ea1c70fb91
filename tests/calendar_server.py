"""A stranger's server for calendars: https with a certificate of its own, on this machine."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from supervisor.busy.busy_sources import BusySettings
from supervisor.models import Store
from supervisor.settings import save


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost and 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    day = timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2060, 1, 1, tzinfo=UTC) + day)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, plain[1], plain[0]))
    return folder / "cert.pem", folder / "key.pem"


class CalendarServer:
    """Answers with `octets`; `status`, `headers` and a pause may be set. `asked` holds what it was
    asked, each with its headers."""

    def __init__(self, cert: Path, key: Path) -> None:
        self.octets, self.status, self.pause = b"", 200, threading.Event()
        self.pause.set()
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/private-1a2b3c/basic.ics"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, dict(self.headers)))
                outer.pause.wait(20)
                fresh = self.headers["If-None-Match"] == outer.headers.get("ETag", "-")
                self.send_response(304 if fresh else outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if not fresh:
                    self.wfile.write(outer.octets)

            def log_message(self, *_args: object) -> None:
                return

        return Handler


@contextmanager
def calendar_server(folder: Path) -> Iterator[CalendarServer]:
    server = CalendarServer(*certificate(folder))
    thread = threading.Thread(target=server.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.pause.set()
        server.server.shutdown()
        server.server.server_close()
        thread.join()


@contextmanager
def allowed_server(
    folder: Path, store: Store, environment: pytest.MonkeyPatch
) -> Iterator[CalendarServer]:
    """One that the hub trusts, though it is on this machine."""
    with calendar_server(folder) as server:
        environment.setenv("SSL_CERT_FILE", str(folder / "cert.pem"))
        save(store, BusySettings(allowed_hosts="localhost"))
        store.commit()
        yield server
