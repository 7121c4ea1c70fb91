"""One calendar fetched and read, away from the database and with nothing believed."""

from dataclasses import replace

from calendars.apart import read_apart
from calendars.foreign import Unreadable
from supervisor.busy import busy_secrets
from supervisor.busy.busy_account import Home, read_account
from supervisor.busy.busy_fetch import Fetched, Request, fetch
from supervisor.busy.busy_guard import Trouble
from supervisor.busy.busy_secrets import Lost, Secret
from supervisor.busy.busy_sources import ACCOUNT, Asked, Pulled


def pull(asked: Asked, key: str) -> Pulled:
    """What a calendar says; a word of trouble where it cannot be had."""
    try:
        secret = busy_secrets.unseal(asked.sealed, key)
        account = asked.kind == ACCOUNT
        return _account(asked, secret, key) if account else _read(asked, _file(asked, secret))
    except Lost:
        return Pulled(trouble="lost")
    except (Trouble, Unreadable) as error:
        return Pulled(trouble=error.why)


def _file(asked: Asked, secret: Secret) -> Fetched:
    """Asked for only if it has changed (RFC 9110 section 13)."""
    marks = {"If-None-Match": asked.etag, "If-Modified-Since": asked.modified}
    headers = {name: mark for name, mark in marks.items() if mark}
    return fetch(Request(secret.address, headers=headers, allowed=asked.allowed))


def _account(asked: Asked, secret: Secret, key: str) -> Pulled:
    """Where its calendars are is kept with the address, so that it is looked for once."""
    request = Request(
        secret.address, user=secret.user, password=secret.password, allowed=asked.allowed
    )
    before = Home(secret.home, secret.alone)
    fetched, home = read_account(request, asked.since, asked.until, before, asked.etag)
    pulled = _read(asked, fetched)
    if home == before:
        return pulled
    known = replace(secret, home=home.address, alone=home.alone)
    return replace(pulled, sealed=busy_secrets.seal(known, key))


def _read(asked: Asked, fetched: Fetched) -> Pulled:
    if fetched.status == 304:
        return Pulled()
    found = read_apart(fetched.octets, asked.since, asked.until, asked.zone, asked.ours)
    return Pulled(found.spans, found.doubts, fetched.etag, fetched.modified)
