"""What the worker process does at night: work out anew where everything stands, and compare."""

import logging
from datetime import datetime

from supervisor import looking
from supervisor.alerts import standing_checks
from supervisor.alerts.standing_checks import Differs
from supervisor.models import StandingCheck, Store
from supervisor.models.engine import reading

log = logging.getLogger(__name__)


def check_at_night(store: Store, now: datetime) -> None:
    """Once a day, from the hub's hour on."""
    due = standing_checks.is_time(store, now)
    store.rollback()
    if due:
        check(store, now)


def check(store: Store, now: datetime) -> StandingCheck:
    """It reads of everybody, so nobody has to wait for the database meanwhile. What seems to
    differ is looked at once more by itself: somebody may have changed it while it was read."""
    looked, last, found = 0, 0, list[Differs]()
    while (part := _part(store, last, now)).looked:
        looked, last = looked + part.looked, part.last
        again = (looking.write(standing_checks.put_right, one, now) for one in part.suspects)
        found += [differs for differs in again if differs]
    for differs in found[: standing_checks.NAMED]:
        log.error("of %d that stood wrong, and were put right: %s", len(found), differs)
    return looking.write(standing_checks.keep, looked, found, now)


def _part(store: Store, after: int, now: datetime) -> standing_checks.Part:
    with reading():
        part = standing_checks.part(store, after, now)
        store.rollback()
    return part
