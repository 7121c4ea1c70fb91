"""The small cast: six people, two employers and a hub, and what Ben has been promised."""

from datetime import date
from types import SimpleNamespace

from supervisor.models import (
    Entitlement,
    Group,
    Job,
    Match,
    Offering,
    Organisation,
    Person,
    PersonHat,
    Place,
    Provider,
    Seat,
    Store,
    Trait,
    Window,
    Word,
)
from supervisor.rules.kinds import GroupKind, Hat, Kind, MatchState, Mode, Role, Vocabulary


def settled(store: Store) -> SimpleNamespace:
    """All of them, committed."""
    c = SimpleNamespace()
    _places_and_employers(store, c)
    _people(store, c)
    _ben_and_ana(store, c)
    store.commit()
    return c


def _places_and_employers(store: Store, c: SimpleNamespace) -> None:
    c.lakes = Organisation(ref="lakes", name="Lakes Peer Service", kind="employer")
    c.harbour = Organisation(ref="harbour", name="Harbour House", kind="employer")
    c.hub = Organisation(ref="hub", name="Southern Hub", kind="hub")
    c.cromwell = Place(
        ref="cromwell",
        name="Cromwell",
        latitude=-45.04,
        longitude=169.2,
        region="OTA",
        land="South",
    )
    c.dunedin = Place(
        ref="dunedin", name="Dunedin", latitude=-45.87, longitude=170.5, region="OTA", land="South"
    )
    store.add_all([c.lakes, c.harbour, c.hub, c.cromwell, c.dunedin])
    c.consumer = Word(vocabulary=Vocabulary.PERSPECTIVE, name="consumer")
    c.carer = Word(vocabulary=Vocabulary.PERSPECTIVE, name="carer")
    store.add_all([c.consumer, c.carer])


def _people(store: Store, c: SimpleNamespace) -> None:
    c.cleo = _person("cleo", "Cleo Martin", c.dunedin)
    c.mere = _person("mere", "Mere Parata", c.cromwell)
    c.rua = _person("rua", "Rua Finch", c.dunedin)
    c.ana = _person("ana", "Ana Rewi", c.dunedin)
    c.ben = _person("ben", "Ben Harris", c.cromwell)
    c.dan = _person("dan", "Dan Foley", c.dunedin)
    c.cleo.hats = [PersonHat(hat=Hat.COORDINATOR)]
    store.add_all([c.cleo, c.mere, c.rua, c.ana, c.ben, c.dan])
    for person in (c.ana, c.ben, c.dan):
        person.traits = [Trait(word=c.consumer)]
        person.windows = [Window(weekday=d, starts_minute=540, ends_minute=900) for d in range(5)]
    store.flush()
    job = Role.PEER_SUPPORT_WORKER
    store.add_all(
        [
            Job(person=c.mere, organisation=c.lakes, role=Role.MANAGER),
            Job(person=c.rua, organisation=c.harbour, role=Role.MANAGER),
            Job(person=c.cleo, organisation=c.hub, role=Role.OTHER),
            Job(
                person=c.ben,
                organisation=c.lakes,
                role=job,
                manager=c.mere,
                fte=1.0,
                funded_service=True,
            ),
            Job(person=c.dan, organisation=c.harbour, role=job, manager=c.rua, fte=0.5),
        ]
    )


def _person(ref: str, name: str, place: Place) -> Person:
    return Person(
        ref=ref, name=name, email=f"{ref}@example.org", place=place, modes=[Mode.VIDEO, Mode.PHONE]
    )


def _ben_and_ana(store: Store, c: SimpleNamespace) -> None:
    store.add(Provider(person_id=c.ana.id, hours_a_year=60))
    store.flush()
    c.offering = Offering(
        person_id=c.ana.id, kind=Kind.PEER_SUPERVISION, capacity=4, vetted_until=date(2028, 12, 31)
    )
    c.entitlement = Entitlement(
        ref="ben-2027",
        link="ben-2027",
        person=c.ben,
        kind=Kind.PEER_SUPERVISION,
        sessions=10,
        minutes=60,
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
        mandatory=True,
        payer="hub",
        waiting_since=date(2026, 12, 1),
    )
    c.match = Match(
        ref="ben-ana",
        entitlement=c.entitlement,
        provider=c.ana,
        state=MatchState.ACTIVE,
        starts_on=date(2027, 1, 1),
    )
    store.add_all([c.offering, c.entitlement, c.match])


def led_by_ana(store: Store, c: SimpleNamespace) -> Group:
    """A group without meetings yet: Ana leads, Ben and Dan have seats."""
    group = Group(
        name="Circle", kind=GroupKind.CO_REFLECTION, facilitator=c.ana, mode=Mode.VIDEO,
        seats=[Seat(person=c.ben), Seat(person=c.dan)],
    )  # fmt: skip
    store.add(group)
    store.flush()
    return group
