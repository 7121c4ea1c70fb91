"""Which culture a worker would like their cultural supervisor to be of: theirs alone to choose."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from supervisor import audit
from supervisor.errors import NotFound, Refused
from supervisor.models import Entitlement, Person, Store, Word
from supervisor.rules.kinds import Kind, Vocabulary
from supervisor.rules.words import N_
from supervisor.viewers import acting_for


def words(store: Store) -> Sequence[Word]:
    """The hub's own list."""
    query = select(Word).where(Word.vocabulary == Vocabulary.CULTURE).order_by(Word.name)
    return store.scalars(query).all()


def asked_of(entitlement: Entitlement) -> Entitlement:
    """It is asked for cultural supervision alone."""
    if entitlement.kind != Kind.CULTURAL_SUPERVISION:
        raise NotFound(N_("Nobody is asked this here."))
    return entitlement


def choose(store: Store, entitlement: Entitlement, name: str, by: Person, now: datetime) -> Word:
    """Their own choice, or the hub types it for them. Whom they meet already stays."""
    behalf = acting_for(store, by, asked_of(entitlement).person)
    chosen = next((word for word in words(store) if word.name == name), None)
    if chosen is None:
        raise Refused(N_("Choose one of the list."), field="culture")
    entitlement.culture_wanted = chosen
    store.flush()
    audit.record(store, now, by, "choose_culture", "entitlement", entitlement.link, behalf)
    return chosen
