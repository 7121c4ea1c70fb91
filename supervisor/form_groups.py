"""The worker process looks for the groups that could be formed; nobody waits for the database."""

from datetime import datetime

from supervisor import clock, looking
from supervisor.extensions import db
from supervisor.groups import forming
from supervisor.models.engine import writing
from supervisor.rules.grouping import Grouped, Question
from supervisor.rules.grouping_whole import groups_for


def form_groups(now: datetime) -> bool:
    """Answer the oldest question of which groups there could be; whether there was one."""
    store = db.session()
    with writing():
        claimed = forming.claim(store, now)
        number, seconds = (claimed.id, claimed.seconds) if claimed else (0, 0)
        asked = forming.question(store, claimed, now) if claimed else None
        store.commit()
    if asked is None:
        return False
    found = _found(number, asked, seconds)
    looking.write(forming.finish, number, asked, found, clock.now())
    return True


def _found(number: int, asked: Question, seconds: int) -> Grouped | None:
    """The answer, telling how far it is; None where something broke."""

    def note(placed: int, most: int) -> None:
        looking.write(forming.note, number, placed, most)

    return looking.found_or_none("forming", number, lambda: groups_for(asked, seconds, note))
