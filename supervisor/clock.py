"""The one place that reads the clock."""

import time
from datetime import UTC, datetime, timedelta

_set_to: datetime | None = None
_set_at: float | None = None


def set_to(instant: datetime | None, *, moving: bool = False) -> None:
    """Pretend that it is `instant` (aware); with `moving`, time goes on from there.

    Commands and a demo server do this for SUPERVISOR_NOW; None goes back to the real clock.
    """
    global _set_to, _set_at
    _set_to = instant
    _set_at = time.monotonic() if moving else None


def now() -> datetime:
    """The present instant, in UTC."""
    if _set_to is None:
        return datetime.now(UTC)
    if _set_at is None:
        return _set_to.astimezone(UTC)
    return _set_to.astimezone(UTC) + timedelta(seconds=time.monotonic() - _set_at)


def really() -> datetime:
    """The real instant, whatever SUPERVISOR_NOW says: for what the machine does by itself."""
    return datetime.now(UTC)
