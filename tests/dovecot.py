"""A real mailbox for the tests: Debian's Dovecot on a free port, with a certificate of its own."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

from imap_tools import MailBox

from tests.calendar_server import certificate
from tests.ports import free_port

PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
CONFIG = """
protocols = imap
base_dir = {folder}/run
log_path = {folder}/log
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
mail_location = maildir:{folder}/mail
first_valid_uid = 1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""
NOBODY = 65534


@dataclass(frozen=True)
class Box:
    """The mailbox of the hub, and where its certificate is."""

    port: int
    cert: Path

    @contextmanager
    def opened(self) -> Iterator[MailBox]:
        with MailBox("localhost", self.port, timeout=20).login("hub", "secret") as box:
            yield box

    def put(self, mail: EmailMessage | bytes) -> None:
        octets = mail if isinstance(mail, bytes) else mail.as_bytes()
        with self.opened() as box:
            box.append(octets, "INBOX")

    def flags(self) -> list[tuple[str, ...]]:
        """What each mail is marked with, but for what only the server says."""
        with self.opened() as box:
            found = [one.flags for one in box.fetch(mark_seen=False)]
        return [tuple(sorted(flag for flag in some if flag != "\\Recent")) for some in found]


@contextmanager
def dovecot() -> Iterator[Box]:
    """Started as nobody's mail where we are root, else as ours; stopped by its own process."""
    with TemporaryDirectory(prefix="hub-mail-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        cert, key = certificate(folder)
        port = free_port()
        (folder / "dovecot.conf").write_text(_config(folder, cert, key, port))
        for part in ("mail", "home"):
            (folder / part).mkdir()
            if os.getuid() == 0:
                os.chown(folder / part, NOBODY, NOBODY)
        assert PROGRAM
        server = subprocess.Popen([PROGRAM, "-F", "-c", str(folder / "dovecot.conf")])
        try:
            _wait(port)
            yield Box(port, cert)
        finally:
            server.terminate()
            server.wait()


def _config(folder: Path, cert: Path, key: Path, port: int) -> str:
    root = os.getuid() == 0
    me = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    names = ("dovecot", "dovenull", "dovecot") if root else (me, me, me)
    ids = (NOBODY, NOBODY) if root else (os.getuid(), os.getgid())
    return CONFIG.format(
        folder=folder, cert=cert, key=key, port=port, internal=names[0], login=names[1],
        group=names[2], uid=ids[0], gid=ids[1],
    )  # fmt: skip


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("Dovecot did not start")
