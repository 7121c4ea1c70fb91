"""What a manager can ask of the hub about the numbers."""

from datetime import datetime

from sqlalchemy import select

from supervisor import audit, messages
from supervisor.models import Person, PersonHat, Store
from supervisor.rules.kinds import Hat


def ask_to_check(store: Store, manager: Person, now: datetime) -> None:
    """Tell every coordinator that this manager asks for the numbers to be checked; once a day."""
    coordinators = select(Person).join(Person.hats).where(PersonHat.hat == Hat.COORDINATOR)
    for person in store.scalars(coordinators):
        cause = f"check:{manager.ref}:{now.date()}"
        messages.tell(store, person, cause, "check_numbers", {"manager": manager.name}, now)
    audit.record(store, now, manager, "ask_to_check", "team", manager.ref)
