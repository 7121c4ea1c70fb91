"""A gateway for texts and chats of our own, which keeps what it was given."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Gateway(HTTPServer):
    """`said` are the words in the order in which they came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.said: list[str] = []

    @property
    def address(self) -> str:
        """As Apprise writes it."""
        return f"json://127.0.0.1:{self.server_port}/taken"


class _Taker(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.server.said.append(json.loads(self.rfile.read(size))["message"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


@contextmanager
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
