"""Somebody whom a worker knows: named, looked at, offered or not now; nobody else is told."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import schedule, vetting
from supervisor.errors import NotFound, Refused
from supervisor.matches import choices, matches, nominations
from supervisor.matches.nominations import Named
from supervisor.models import (
    Conflict,
    Entitlement,
    Job,
    Match,
    Message,
    Nomination,
    Offering,
    Person,
    Store,
)
from supervisor.rules.kinds import Kind, MatchState
from supervisor.vetting import Contact, Vetted
from tests.supervisors import dans_year, provider

TODAY = date(2027, 2, 10)
UNTIL = date(2028, 6, 30)


@pytest.fixture
def dans(store: Store, cast: SimpleNamespace) -> Entitlement:
    return dans_year(store, cast)


@pytest.fixture
def hana(store: Store, cast, dans, now) -> Nomination:
    """Dan names Hana, whom nobody here knows."""
    named = Named("  Hana  Moss ", "hana@example.org", "We trained together.")
    return nominations.nominate(store, dans, named, cast.dan, now)


def letters(store: Store, template: str = "nomination_answered") -> list[Message]:
    said = select(Message).where(Message.template == template)
    return list(store.scalars(said.order_by(Message.id)))


def vetted(store: Store, cast, now, **changes) -> Person:
    person = vetting.add_person(store, Contact("Hana Moss", "hana@example.org"), cast.cleo, now)
    said = Vetted(Kind.PEER_SUPERVISION, 2, UNTIL, perspectives=[cast.consumer])
    vetting.vet(store, person, Vetted(**(vars(said) | changes)), cast.cleo, now)
    return person


def test_a_name_waits_for_the_hub_which_is_told_but_not_who(store, cast, hana) -> None:
    assert hana.name == "Hana Moss"
    assert nominations.waiting(store, TODAY) == [hana]
    (told,) = letters(store, "nomination_made")
    assert told.recipient is cast.cleo
    assert "Hana" not in str(told.facts)
    assert store.scalar(select(Message.id).where(Message.recipient_id != cast.cleo.id)) is None


def test_named_twice_is_once_with_the_newer_words(store, cast, dans, hana, now) -> None:
    again = nominations.nominate(store, dans, Named("Moss, Hana", "021 5"), cast.dan, now)
    assert again is hana
    assert (hana.contact, hana.word) == ("021 5", "We trained together.")
    assert len(letters(store, "nomination_made")) == 1


def test_what_the_hub_types_for_them_is_not_told_to_the_hub(store, cast, dans, now) -> None:
    nominations.nominate(store, dans, Named("Hana Moss"), cast.cleo, now)
    assert letters(store, "nomination_made") == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Write a name"), ("  ", "Write a name"), ("?", "Write a name"),
     ("dan foley", "somebody else"), ("x" * 201, "Write a name")],
)  # fmt: skip
def test_a_name_is_a_name_of_somebody_else(store, cast, dans, now, name, words) -> None:
    with pytest.raises(Refused, match=words):
        nominations.nominate(store, dans, Named(name), cast.dan, now)


def test_nobody_is_named_for_a_year_that_is_over(store, cast, dans, now) -> None:
    dans.ends_on = date(2027, 2, 9)
    with pytest.raises(Refused, match="Say what"):
        nominations.nominate(store, dans, Named("Hana Moss"), cast.dan, now)


def test_nobody_else_names_for_them(store, cast, dans, now) -> None:
    for other in (cast.ben, cast.ana, cast.rua):
        with pytest.raises(NotFound):
            nominations.nominate(store, dans, Named("Hana Moss"), other, now)


def test_the_hub_sees_who_is_here_by_name_e_mail_or_phone(store, cast, dans, now) -> None:
    eve = provider(store, cast, "eve", "Eve Tan")
    eve.phone = "021 555-010"
    named = [
        nominations.nominate(store, dans, Named(*one), cast.dan, now)
        for one in (("Tan, Eve",), ("Evie", "EVE@example.org"), ("Mrs T", "(021) 555 010"),
                    ("Hana Moss",), ("Dan", "dan@example.org"))
    ]  # fmt: skip
    here = nominations.here_already(store, named)
    assert [here[one.id] for one in named] == [[eve], [eve], [eve], [], []]
    assert nominations.here_already(store, []) == {}


def test_a_yes_ranks_them_first_and_offers_them(store, cast, dans, hana, now) -> None:
    person = vetted(store, cast, now)
    assert nominations.accept(store, hana, person, cast.cleo, now) is None
    assert choices.ranked(store, cast.dan) == [person]
    match = store.scalars(select(Match).where(Match.provider_id == person.id)).one()
    assert (match.entitlement, match.state) == (dans, MatchState.OFFERED)
    assert (hana.provider, hana.decided_at, hana.decided_by_id) == (person, now, cast.cleo.id)
    (told,) = letters(store)
    assert (told.recipient, told.facts["what"]) == (cast.dan, "offered")
    assert letters(store, "match_offered") == []
    (seen,) = nominations.seen_by_worker(store, cast.dan, TODAY)
    assert seen.offer is match


def test_nobody_writes_to_them_before_the_worker_has_chosen(store, cast, hana, now) -> None:
    person = vetted(store, cast, now)
    nominations.accept(store, hana, person, cast.cleo, now)
    theirs = select(Message).where(Message.recipient_id == person.id)
    assert store.scalars(theirs).all() == []
    match = store.scalars(select(Match).where(Match.provider_id == person.id)).one()
    matches.choose(store, match, cast.dan, now)
    assert [one.template for one in store.scalars(theirs)] == ["match_asked"]


def test_the_rules_hold_and_the_hub_reads_which(store, cast, dans, hana, now) -> None:
    person = vetted(store, cast, now, works_at=cast.harbour)
    why = nominations.accept(store, hana, person, cast.cleo, now)
    assert str(why) == "Hana Moss cannot be offered: Works for the same employer."
    assert choices.ranked(store, cast.dan) == [person]
    assert [str(one) for one in nominations.why_not(store, hana, TODAY)] == [
        "Works for the same employer"
    ]
    assert [one.facts["what"] for one in letters(store)] == ["not_yet"]


def test_the_worker_reads_time_distance_and_language_and_nothing_else(
    store, cast, dans, hana, now
) -> None:
    person = vetted(store, cast, now, works_at=cast.harbour)
    person.windows = []
    nominations.accept(store, hana, person, cast.cleo, now)
    (seen,) = nominations.seen_by_worker(store, cast.dan, TODAY)
    assert (seen.offer, [str(one) for one in seen.obstacles]) == (None, ["Not available"])
    person.modes, cast.dan.modes = ["in_person"], ["video"]
    store.flush()
    (seen,) = nominations.seen_by_worker(store, cast.dan, TODAY)
    assert "No way of meeting that suits you both" in [str(one) for one in seen.obstacles]


def test_a_conflict_reads_like_anything_else(store, cast, hana, now) -> None:
    person = vetted(store, cast, now)
    store.add(Conflict(person_id=person.id, other_person_id=cast.dan.id))
    why = nominations.accept(store, hana, person, cast.cleo, now)
    assert str(why) == "Hana Moss cannot be offered: Not available."
    (seen,) = nominations.seen_by_worker(store, cast.dan, TODAY)
    assert [str(one) for one in seen.obstacles] == ["Not available"]


def test_what_stood_in_the_way_can_go_and_then_they_are_offered(store, cast, hana, now) -> None:
    person = vetted(store, cast, now, works_at=cast.harbour)
    nominations.accept(store, hana, person, cast.cleo, now)
    for job in person.jobs:
        job.ends_on = date(2027, 2, 9)
    later = now + timedelta(days=3)
    assert nominations.accept(store, hana, person, cast.cleo, later) is None
    assert hana.decided_at == now
    assert [one.facts["what"] for one in letters(store)] == ["not_yet", "offered"]


def test_only_who_gives_the_support_can_be_the_one(store, cast, hana, now) -> None:
    with pytest.raises(Refused, match="Ben Harris does not give this support yet"):
        nominations.accept(store, hana, cast.ben, cast.cleo, now)
    assert hana.decided_at is None


def test_nobody_is_their_own_supervisor(store, cast, dans, hana, now) -> None:
    vetting.vet(store, cast.dan, Vetted(Kind.PEER_SUPERVISION, 1, UNTIL), cast.cleo, now)
    with pytest.raises(Refused, match="somebody else than the worker"):
        nominations.accept(store, hana, cast.dan, cast.cleo, now)
    assert choices.ranked(store, cast.dan) == []


def test_it_is_decided_once(store, cast, hana, now) -> None:
    person = vetted(store, cast, now)
    nominations.accept(store, hana, person, cast.cleo, now)
    for again in (
        lambda: nominations.accept(store, hana, cast.ana, cast.cleo, now),
        lambda: nominations.not_now(store, hana, "", cast.cleo, now),
        lambda: nominations.take_back(store, hana, cast.dan, now),
    ):
        with pytest.raises(Refused, match="already decided"):
            again()


def test_not_now_is_told_with_the_hubs_word_and_no_reason(store, cast, hana, now) -> None:
    nominations.not_now(store, hana, " Shall I look\nnear Oamaru? ", cast.cleo, now)
    (told,) = letters(store)
    assert (told.recipient, told.facts["what"]) == (cast.dan, "not_now")
    assert told.facts["word"] == "Shall I look near Oamaru?"
    assert nominations.waiting(store, TODAY) == []
    assert choices.ranked(store, cast.dan) == []
    assert letters(store, "nomination_made")[0].dropped_at == now


def test_a_name_that_is_taken_back_is_gone(store, cast, hana, now) -> None:
    with pytest.raises(NotFound):
        nominations.take_back(store, hana, cast.ana, now)
    nominations.take_back(store, hana, cast.dan, now)
    assert store.scalars(select(Nomination)).all() == []
    assert letters(store, "nomination_made")[0].dropped_at == now


def test_how_to_reach_them_goes_with_the_yes_and_some_days_after_a_not_now(
    store, cast, dans, hana, now
) -> None:
    """The job is called: forget contacts."""
    other = nominations.nominate(store, dans, Named("Kiri Low", "021 77"), cast.dan, now)
    nominations.accept(store, hana, vetted(store, cast, now), cast.cleo, now)
    assert hana.contact is None
    nominations.not_now(store, other, "", cast.cleo, now)
    forget = next(job for job in schedule.JOBS if job.name == "forget contacts")
    for days, contact in ((30, "021 77"), (31, None)):
        forget.run(store, now + timedelta(days=days))
        store.expire_all()
        assert other.contact == contact
    assert (other.name, hana.word) == ("Kiri Low", None)


def test_how_to_reach_them_goes_when_the_year_is_over_too(store, cast, dans, hana, now) -> None:
    dans.ends_on = date(2027, 3, 1)
    nominations.forget_contacts(store, now + timedelta(days=40))
    store.expire_all()
    assert hana.contact == "hana@example.org"
    nominations.forget_contacts(store, now + timedelta(days=60))
    store.expire_all()
    assert hana.contact is None


def test_who_is_vetted_already_keeps_what_is_not_said_anew(store, cast, now) -> None:
    cast.ana.years_experience, cast.ana.clinical = 9, True
    said = Vetted(Kind.COACHING, 1, UNTIL, perspectives=[cast.consumer, cast.carer],
                  works_at=cast.harbour)  # fmt: skip
    for _twice in range(2):
        vetting.vet(store, cast.ana, said, cast.cleo, now)
    assert (cast.ana.years_experience, cast.ana.clinical) == (9, True)
    store.expire_all()
    assert sorted(trait.word.name for trait in cast.ana.traits) == ["carer", "consumer"]
    assert len(store.scalars(select(Job).where(Job.person_id == cast.ana.id)).all()) == 1
    assert len(store.scalars(select(Offering).where(Offering.person_id == cast.ana.id)).all()) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"capacity": 0}, "capacity"), ({"capacity": 51}, "capacity"), ({"years": -1}, "years"),
     ({"until": date(2027, 2, 9)}, "until")],
)  # fmt: skip
def test_what_cannot_be_is_asked_for_again(store, cast, now, changes, field) -> None:
    said = {"kind": Kind.COACHING, "capacity": 1, "until": UNTIL} | changes
    with pytest.raises(Refused) as refusal:
        vetting.vet(store, cast.ana, Vetted(**said), cast.cleo, now)
    assert refusal.value.field == field


def test_two_people_have_two_addresses(store, cast, now) -> None:
    with pytest.raises(Refused, match="has this e-mail already"):
        vetting.add_person(store, Contact("Anna R", "ANA@example.org"), cast.cleo, now)
    with pytest.raises(Refused, match="Write a name"):
        vetting.add_person(store, Contact(" "), cast.cleo, now)
