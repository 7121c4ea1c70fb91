"""One calendar fetched and read, away from the database and with nothing believed."""

from calendars.apart import read_apart
from calendars.foreign import Unreadable
from supervisor.busy import busy_secrets
from supervisor.busy.busy_account import read_account
from supervisor.busy.busy_fetch import Fetched, Request, fetch
from supervisor.busy.busy_guard import Trouble
from supervisor.busy.busy_secrets import Lost, Secret
from supervisor.busy.busy_sources import ACCOUNT, Asked, Pulled


def pull(asked: Asked, key: str) -> Pulled:
    """What a calendar says; a word of trouble where it cannot be had."""
    try:
        secret = busy_secrets.unseal(asked.sealed, key)
        account = asked.kind == ACCOUNT
        return _read(asked, _account(asked, secret) if account else _file(asked, secret))
    except Lost:
        return Pulled(trouble="lost")
    except (Trouble, Unreadable) as error:
        return Pulled(trouble=error.why)


def _file(asked: Asked, secret: Secret) -> Fetched:
    """Asked for only if it has changed (RFC 9110 section 13)."""
    marks = {"If-None-Match": asked.etag, "If-Modified-Since": asked.modified}
    headers = {name: mark for name, mark in marks.items() if mark}
    return fetch(Request(secret.address, headers=headers, allowed=asked.allowed))


def _account(asked: Asked, secret: Secret) -> Fetched:
    request = Request(
        secret.address, user=secret.user, password=secret.password, allowed=asked.allowed
    )
    return Fetched(200, read_account(request, asked.since, asked.until))


def _read(asked: Asked, fetched: Fetched) -> Pulled:
    if fetched.status == 304:
        return Pulled()
    found = read_apart(fetched.octets, asked.since, asked.until, asked.zone, asked.ours)
    return Pulled(found.spans, found.doubts, fetched.etag, fetched.modified)
