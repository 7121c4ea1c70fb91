"""What the environment says: the database, the clock, the mail server, the secret."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from supervisor.errors import Refused
from supervisor.models.engine import database_url


@dataclass(frozen=True)
class Config:
    """One process's configuration. `now` is None for the real clock."""

    database: str
    secret_key: str
    now: datetime | None = None
    base_url: str = "http://127.0.0.1:8000"
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False


def from_environment() -> Config:
    """Read SUPERVISOR_*; refuse what cannot be understood, naming the variable."""
    database = os.environ.get("SUPERVISOR_DATABASE", "supervisor.db")
    return Config(
        database=database_url(database),
        secret_key=os.environ.get("SUPERVISOR_SECRET_KEY") or _kept_secret(database),
        now=_instant(os.environ.get("SUPERVISOR_NOW", "")),
        base_url=os.environ.get("SUPERVISOR_URL", Config.base_url).rstrip("/"),
        smtp_host=os.environ.get("SUPERVISOR_SMTP_HOST", ""),
        smtp_port=_number("SUPERVISOR_SMTP_PORT", Config.smtp_port),
        smtp_user=os.environ.get("SUPERVISOR_SMTP_USER", ""),
        smtp_password=os.environ.get("SUPERVISOR_SMTP_PASSWORD", ""),
        smtp_tls=os.environ.get("SUPERVISOR_SMTP_TLS", "") == "1",
    )


def _number(name: str, default: int) -> int:
    given = os.environ.get(name, "")
    if given and not given.isdigit():
        raise Refused(f"{name} is {given!r}; write a number, like {default}.")
    return int(given or default)


def _instant(given: str) -> datetime | None:
    if not given:
        return None
    try:
        instant = datetime.fromisoformat(given)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Refused(
            f"SUPERVISOR_NOW is {given!r}; write a time with its offset, "
            "like 2027-03-01T09:00:00+13:00."
        )
    return instant


def _kept_secret(database: str) -> str:
    """A secret beside a SQLite file, made once; with a database server, one for this process.

    `serve` refuses to start on a database server without SUPERVISOR_SECRET_KEY.
    """
    if "://" in database and not database.startswith("sqlite:///"):
        return secrets.token_urlsafe(48)
    path = Path(database.removeprefix("sqlite:///")).with_suffix(".secret")
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()
