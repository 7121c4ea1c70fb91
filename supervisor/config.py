"""What the environment says: the database, the clock, the mail server, the secret."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import ArgumentError

from supervisor.errors import Refused
from supervisor.models.engine import database_url

YEARS = range(1970, 2200)
SCHEMES = {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}


@dataclass(frozen=True)
class Config:
    """One process's configuration. `now` is None for the real clock.

    `trail_key` seals the record; None is the secret key, and without any nothing is sealed.
    """

    database: str
    secret_key: str
    trail_key: str | None = None
    now: datetime | None = None
    base_url: str = "http://127.0.0.1:8000"
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False
    imap_host: str = ""
    imap_port: int = 993
    imap_user: str = ""
    imap_password: str = ""
    imap_folder: str = "INBOX"
    mail_door: str = ""

    @property
    def sealing_key(self) -> str:
        """What the chain of the record is made with, never kept in the database."""
        return self.secret_key if self.trail_key is None else self.trail_key


def from_environment(port: int | None = None) -> Config:
    """Read SUPERVISOR_*; refuse what cannot be understood, naming the variable.

    Without SUPERVISOR_URL, links lead to this machine: to `port`, where it is not the usual one.
    """
    database = named_database()
    return Config(
        database=_address(database),
        secret_key=os.environ.get("SUPERVISOR_SECRET_KEY") or _kept_secret(database),
        trail_key=_trail_key(database),
        now=_instant(os.environ.get("SUPERVISOR_NOW", "")),
        base_url=(os.environ.get("SUPERVISOR_URL") or _here(port)).rstrip("/"),
        smtp_host=os.environ.get("SUPERVISOR_SMTP_HOST", ""),
        smtp_port=_number("SUPERVISOR_SMTP_PORT", Config.smtp_port),
        smtp_user=os.environ.get("SUPERVISOR_SMTP_USER", ""),
        smtp_password=os.environ.get("SUPERVISOR_SMTP_PASSWORD", ""),
        smtp_tls=os.environ.get("SUPERVISOR_SMTP_TLS", "") == "1",
        imap_host=os.environ.get("SUPERVISOR_IMAP_HOST", ""),
        imap_port=_number("SUPERVISOR_IMAP_PORT", Config.imap_port),
        imap_user=os.environ.get("SUPERVISOR_IMAP_USER", ""),
        imap_password=os.environ.get("SUPERVISOR_IMAP_PASSWORD", ""),
        imap_folder=os.environ.get("SUPERVISOR_IMAP_FOLDER") or Config.imap_folder,
        mail_door=_door(os.environ.get("SUPERVISOR_MAIL_DOOR", "")),
    )


def _trail_key(database: str) -> str | None:
    """A key of its own may be kept somewhere else than the secret. What this process alone has
    would seal nothing that another could check."""
    kept = sqlite_file(database) is not None or os.environ.get("SUPERVISOR_SECRET_KEY")
    return os.environ.get("SUPERVISOR_TRAIL_KEY") or (None if kept else "")


def named_database() -> str:
    """What SUPERVISOR_DATABASE names."""
    return os.environ.get("SUPERVISOR_DATABASE", "supervisor.db")


def sqlite_file(database: str) -> Path | None:
    """The file of a SQLite database; None for a database server."""
    if "://" in database and not database.startswith("sqlite:///"):
        return None
    return Path(database.removeprefix("sqlite:///"))


def _address(database: str) -> str:
    if "://" not in database or database.partition("://")[0] in SCHEMES:
        try:
            return database_url(database)
        except (ArgumentError, ValueError):
            pass
    raise Refused(
        "SUPERVISOR_DATABASE cannot be understood; write the path of a file, like hub.db, or an "
        "address, like postgresql://user:password@host/name."
    )


def _here(port: int | None) -> str:
    return f"http://127.0.0.1:{port}" if port else Config.base_url


def _number(name: str, default: int) -> int:
    given = os.environ.get(name, "")
    if given and not given.isdigit():
        raise Refused(f"{name} is {given!r}; write a number, like {default}.")
    return int(given or default)


def _door(given: str) -> str:
    """Where mail servers hand over what comes in; empty for nowhere."""
    try:
        parts = urlsplit(given)
        fine = parts.scheme in {"lmtp", "smtp"} and parts.hostname and parts.port
    except ValueError:
        fine = False
    if given and not fine:
        raise Refused(f"SUPERVISOR_MAIL_DOOR is {given!r}; write it like lmtp://127.0.0.1:8024.")
    return given


def _instant(given: str) -> datetime | None:
    if not given:
        return None
    try:
        instant = datetime.fromisoformat(given)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.year not in YEARS:
        raise Refused(
            f"SUPERVISOR_NOW is {given!r}; write a time with its offset, "
            "like 2027-03-01T09:00:00+13:00, of a year from 1970 to 2199."
        )
    return instant


def _kept_secret(database: str) -> str:
    """A secret beside a SQLite file, made once; with a database server, one for this process.

    `serve` refuses to start on a database server without SUPERVISOR_SECRET_KEY.
    """
    file = sqlite_file(database)
    if file is None:
        return secrets.token_urlsafe(48)
    path = file.with_suffix(".secret")
    try:
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()
    except OSError as error:
        raise Refused(
            "SUPERVISOR_DATABASE is %(file)s, but %(path)s beside it cannot be used: %(why)s.",
            file=file, path=path, why=error.strerror,
        ) from error  # fmt: skip
