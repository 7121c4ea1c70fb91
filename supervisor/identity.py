"""Who somebody is belongs to them: each part is shared with their own yes, and forgotten else."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ScalarSelect, delete, exists, or_, select, update
from sqlalchemy.orm import joinedload

from supervisor import audit, messages
from supervisor.errors import Refused
from supervisor.hours import ways
from supervisor.models import Identity, Person, Share, Store, Trait, Word
from supervisor.models.engine import lock_people
from supervisor.rules.kinds import Part, Stance, Vocabulary
from supervisor.rules.words import N_
from supervisor.settings import hub_today, read

PRIVATE = (Vocabulary.CULTURE, Vocabulary.LANGUAGE, Vocabulary.GENDER)


@dataclass(frozen=True)
class IdentitySettings:
    """Days for which what was written down is kept while its owner has not said yes."""

    keep_days: int = 30


@dataclass(frozen=True)
class Said:
    """What a person says of themselves on their own page; `shared` are the parts they tick."""

    words: Mapping[Vocabulary, Set[str]]
    rainbow: bool | None
    youth_until: date | None
    shared: Set[Part]


def shared_parts(person: Person) -> frozenset[str]:
    """The parts that they share now."""
    shares = person.identity.shares if person.identity else ()
    return frozenset(share.part for share in shares if share.withdrawn_on is None)


def vocabulary(store: Store) -> dict[str, list[str]]:
    """The words to choose from, by their list."""
    found: dict[str, list[str]] = {kind: [] for kind in PRIVATE}
    query = select(Word).where(Word.vocabulary.in_(PRIVATE)).order_by(Word.name)
    for word in store.scalars(query):
        found[word.vocabulary].append(word.name)
    return found


def own_words(person: Person, kind: Vocabulary) -> frozenset[str]:
    """The words of one list that are their own."""
    own = (trait for trait in person.traits if trait.stance == Stance.OWN)
    return frozenset(trait.word.name for trait in own if trait.word.vocabulary == kind)


def say(store: Store, person: Person, said: Said, now: datetime) -> None:
    """Write down what its owner says: what is ticked is shared from today, and what is not is
    taken back at once. Nobody else says it for them."""
    if not said.shared <= set(Part):
        raise Refused(N_("Choose from what is on this page."))
    lock_people(store, [person.id])
    on = ways.today_of(store, person, now)
    identity, new = _write(store, person, said, now)
    if new - said.shared:
        identity.received_at = now
    identity.asked_at = identity.asked_at or now
    _share(identity, said.shared, on)
    store.flush()
    audit.record(store, now, person, "share", "identity", person.ref)


def _write(store: Store, person: Person, said: Said, now: datetime) -> tuple[Identity, set[str]]:
    """Write all of the page down; the parts in which something is new."""
    before = _held(person)
    for kind in PRIVATE:
        _write_words(store, person, kind, said.words.get(kind, frozenset()))
    identity = person.identity = person.identity or Identity(received_at=now)
    identity.rainbow, identity.youth_until = said.rainbow, said.youth_until
    return identity, {part for part, _value in _held(person) - before}


def _held(person: Person) -> set[tuple[str, str]]:
    """All that is written down of somebody, each with its part."""
    held = {(str(kind), name) for kind in PRIVATE for name in own_words(person, kind)}
    if identity := person.identity:
        parts = ((Part.RAINBOW, identity.rainbow), (Part.YOUTH, identity.youth_until))
        held |= {(str(part), str(value)) for part, value in parts if value is not None}
    return held


def _write_words(store: Store, person: Person, kind: Vocabulary, names: Set[str]) -> None:
    """What is none of the hub's words is passed over."""
    for trait in list(person.traits):
        mine = trait.stance == Stance.OWN and trait.word.vocabulary == kind
        if mine and trait.word.name not in names:
            person.traits.remove(trait)
            store.delete(trait)
    new = names - own_words(person, kind)
    for word in store.scalars(select(Word).where(Word.vocabulary == kind, Word.name.in_(new))):
        person.traits.append(Trait(word=word, stance=Stance.OWN))


def _share(identity: Identity, ticked: Set[Part], on: date) -> None:
    there = {share.part: share for share in identity.shares}
    for part in Part:
        share = there.get(part)
        if part in ticked and share is None:
            identity.shares.append(Share(part=part, agreed_on=on))
        elif part in ticked and share and share.withdrawn_on:
            share.agreed_on, share.withdrawn_on = on, None
        elif part not in ticked and share and share.withdrawn_on is None:
            share.withdrawn_on = on


def ask_owners(store: Store, now: datetime) -> None:
    """Ask once, before it is forgotten, whoever has not said a word on what an import brought."""
    query = (
        select(Identity)
        .where(Identity.asked_at.is_(None), ~exists().where(Share.person_id == Identity.person_id))
        .options(joinedload(Identity.person).joinedload(Person.place))
    )
    keep = timedelta(days=read(store, IdentitySettings).keep_days)
    on = hub_today(store, now)
    for identity in store.scalars(query).all():
        person, until = identity.person, identity.received_at + keep
        identity.asked_at = now
        if (person.left_on is None or person.left_on >= on) and until > now:
            cause = f"identity:{person.ref}:{identity.received_at.date()}"
            facts = {"until": until.isoformat()}
            messages.tell(store, person, cause, "identity_question", facts, now, until=until)
    store.flush()


def forget_unshared(store: Store, now: datetime) -> None:
    """Delete each part that its owner does not share, once the days since `received_at` are over.

    What somebody needs or would like was said for matching and stays, and so does a perspective;
    only what else says who they are goes.
    """
    before = now - timedelta(days=read(store, IdentitySettings).keep_days)
    for kind in PRIVATE:
        words = select(Word.id).where(Word.vocabulary == kind)
        own = (Trait.stance == Stance.OWN, Trait.word_id.in_(words))
        store.execute(delete(Trait).where(Trait.person_id.in_(_unshared(kind, before)), *own))
    for part, column in ((Part.RAINBOW, Identity.rainbow), (Part.YOUTH, Identity.youth_until)):
        old = Identity.person_id.in_(_unshared(part, before))
        store.execute(update(Identity).where(old).values({column: None}))
    silent = ~exists().where(Share.person_id == Identity.person_id)
    store.execute(delete(Identity).where(silent, Identity.received_at < before))


def _unshared(part: str, before: datetime) -> ScalarSelect[int]:
    """Those who have not shared this part for so long: never, or not since they took it back."""
    kept = exists().where(
        Share.person_id == Identity.person_id,
        Share.part == part,
        or_(Share.withdrawn_on.is_(None), Share.withdrawn_on >= before.date()),
    )
    return select(Identity.person_id).where(Identity.received_at < before, ~kept).scalar_subquery()
