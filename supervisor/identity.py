"""Identity belongs to its owner: unused without their yes, and forgotten when it never comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from supervisor.models import Identity, Store, Trait, Word
from supervisor.rules.kinds import Stance, Vocabulary
from supervisor.settings import read

PRIVATE = (Vocabulary.CULTURE, Vocabulary.LANGUAGE, Vocabulary.GENDER)


@dataclass(frozen=True)
class IdentitySettings:
    """Days for which what an import brought is kept while its owner has not said yes."""

    keep_days: int = 30


def forget_unshared(store: Store, now: datetime) -> None:
    """Delete what was brought in without its owner's yes, once the days are over.

    What somebody needs or would like was said for matching and stays; only what says who they
    are goes.
    """
    before = now - timedelta(days=read(store, IdentitySettings).keep_days)
    unshared = list(
        store.scalars(
            select(Identity.person_id).where(
                Identity.agreed_on.is_(None), Identity.received_at < before
            )
        )
    )
    private = select(Word.id).where(Word.vocabulary.in_(PRIVATE))
    store.execute(
        delete(Trait).where(
            Trait.person_id.in_(unshared), Trait.stance == Stance.OWN, Trait.word_id.in_(private)
        )
    )
    store.execute(delete(Identity).where(Identity.person_id.in_(unshared)))
