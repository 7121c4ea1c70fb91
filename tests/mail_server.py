"""A real mail server for the tests: aiosmtpd on a free port, which keeps what it was given."""

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.ports import free_port


class MailServer:
    """`mails` in the order in which they arrived. `refuse` may answer for a recipient instead,
    `refuse_sender` for whoever sends.
    With a `password`, nothing is taken from whoever does not know it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse: Callable[[str], str | None] = lambda _address: None
        self.refuse_sender = ""
        self.password: tuple[str, str] | None = None
        self.port = free_port()
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen; the same port each time, so that it can go and come back."""
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, authenticator=self._knows,
            auth_required=self.password is not None, auth_require_tls=False,
        )  # fmt: skip
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def _knows(self, _server, _session, _envelope, _mechanism, given) -> AuthResult:
        said = (given.login.decode(), given.password.decode())
        return AuthResult(success=said == self.password)

    async def handle_MAIL(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.refuse_sender or "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        refusal = self.refuse(address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        made = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(made)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """What this mailbox holds."""
        return [mail for mail in self.mails if mail["To"] == address]


def words(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
