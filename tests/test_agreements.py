"""The signed terms of a match: each signs for themselves, the hub for one side at most."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import access
from supervisor.errors import NotFound, Refused
from supervisor.matches import agreements, matches
from supervisor.matches.agreements import AgreementSettings, Party, Terms
from supervisor.models import Agreement, Audit, Match, Message, Person, PersonHat, Store
from supervisor.rules.days import months_after
from supervisor.rules.kinds import Hat, Kind, Mode
from supervisor.settings import save
from supervisor.viewers import viewer_of

TODAY = date(2027, 2, 10)


@pytest.fixture
def match(store: Store, cast: SimpleNamespace) -> Match:
    agreements.draft(store, cast.match)
    store.commit()
    return cast.match


def terms(match: Match, **changes) -> Terms:
    """The terms as they are, but for these."""
    agreement = match.agreement
    now = {name: getattr(agreement, name) for name in Terms.__dataclass_fields__}
    return replace(Terms(**now), **changes)


def told(store: Store, person: Person) -> list[str]:
    query = select(Message.template).where(Message.recipient_id == person.id)
    return list(store.scalars(query.order_by(Message.id)))


def both_sign(store: Store, cast: SimpleNamespace, match: Match, now) -> Agreement:
    agreements.sign(store, match, Party.WORKER, cast.ben, now)
    return agreements.sign(store, match, Party.PROVIDER, cast.ana, now)


def test_the_terms_begin_with_the_hubs_defaults_and_no_tikanga(store, cast) -> None:
    save(store, AgreementSettings(cancellation_hours=48))
    agreement = agreements.draft(store, cast.match)
    assert agreement.mode == Mode.VIDEO
    assert agreement.cancellation_hours == 48
    assert agreement.tikanga is None
    assert not agreement.manager_sees_dates
    assert not agreement.manager_sees_kind
    assert agreements.draft(store, cast.match) is agreement


def test_two_who_have_no_way_in_common_settle_it_themselves(store, cast) -> None:
    cast.ana.modes = [Mode.IN_PERSON]
    assert agreements.draft(store, cast.match).mode is None


def test_the_two_sign_and_it_holds_for_six_months(store, cast, match, now) -> None:
    agreement = agreements.sign(store, match, Party.WORKER, cast.ben, now)
    assert (agreement.worker_signed_at, agreement.worker_signed_by_id) == (now, cast.ben.id)
    assert agreement.agreed_on is None
    assert told(store, cast.ana) == ["agreement_to_sign"]
    agreements.sign(store, match, Party.PROVIDER, cast.ana, now)
    assert (agreement.agreed_on, agreement.review_on) == (TODAY, date(2027, 8, 10))
    assert agreements.unsigned(store, agreement) == []
    assert told(store, cast.mere) == []
    rows = store.execute(select(Audit.verb, Audit.by_id).where(Audit.noun == "agreement")).all()
    assert rows == [("sign_worker", cast.ben.id), ("sign_provider", cast.ana.id)]


def test_signing_twice_is_signing_once(store, cast, match, now) -> None:
    both_sign(store, cast, match, now)
    later = now + timedelta(days=1)
    agreement = agreements.sign(store, match, Party.WORKER, cast.ben, later)
    assert agreement.worker_signed_at == now


@pytest.mark.parametrize(
    ("party", "name"),
    [
        (Party.WORKER, "ana"),
        (Party.PROVIDER, "ben"),
        (Party.WORKER, "mere"),
        (Party.PROVIDER, "dan"),
    ],
)
def test_nobody_signs_for_another(store, cast, match, now, party, name) -> None:
    with pytest.raises(NotFound):
        agreements.sign(store, match, party, getattr(cast, name), now)


def test_the_hub_signs_for_one_side_and_never_for_both(store, cast, match, now) -> None:
    agreement = agreements.sign(store, match, Party.WORKER, cast.cleo, now)
    assert agreement.worker_signed_by_id == cast.cleo.id
    rows = store.execute(select(Audit.by_id, Audit.for_id).where(Audit.noun == "agreement")).all()
    assert rows == [(cast.cleo.id, cast.ben.id)]
    other = Person(ref="kay", name="Kay Low", email="kay@example.org")
    other.hats = [PersonHat(hat=Hat.COORDINATOR)]
    store.add(other)
    store.flush()
    for hub in (cast.cleo, other):
        with pytest.raises(Refused, match="one side only"):
            agreements.sign(store, match, Party.PROVIDER, hub, now)
    agreements.sign(store, match, Party.PROVIDER, cast.ana, now)
    assert agreement.agreed_on == TODAY


def test_a_coordinator_who_is_one_of_the_two_does_not_sign_for_the_other(
    store, cast, match, now
) -> None:
    cast.ana.hats = [PersonHat(hat=Hat.COORDINATOR)]
    store.flush()
    with pytest.raises(Refused, match="one side only"):
        agreements.sign(store, match, Party.WORKER, cast.ana, now)
    agreements.sign(store, match, Party.PROVIDER, cast.ana, now)


def test_who_changes_the_terms_takes_every_signature_away(store, cast, match, now) -> None:
    agreement = both_sign(store, cast, match, now)
    changed = terms(match, tikanga="We begin with a karakia")
    agreements.change(store, match, changed, cast.ana, now + timedelta(days=1))
    assert agreement.tikanga == "We begin with a karakia"
    assert agreement.agreed_on is None
    assert agreement.review_on is None
    assert agreements.unsigned(store, agreement) == [Party.WORKER, Party.PROVIDER]
    assert told(store, cast.ben) == ["agreement_to_sign"]
    assert store.scalars(select(Audit.verb)).all()[-1] == "change"


def test_the_same_terms_again_keep_the_signatures(store, cast, match, now) -> None:
    agreement = both_sign(store, cast, match, now)
    agreements.change(store, match, terms(match), cast.ben, now)
    assert agreement.agreed_on == TODAY


def test_only_the_worker_decides_what_their_manager_sees(store, cast, match, now) -> None:
    more = terms(match, manager_sees_kind=True, manager_sees_dates=True, cancellation_hours=12)
    agreement = agreements.change(store, match, more, cast.ana, now)
    assert agreement.cancellation_hours == 12
    assert not agreement.manager_sees_kind
    assert not agreement.manager_sees_dates
    agreements.change(store, match, more, cast.ben, now)
    assert agreement.manager_sees_kind
    with pytest.raises(NotFound):
        agreements.change(store, match, more, cast.mere, now)


@pytest.mark.parametrize("wish", ["manager_sees_kind", "manager_sees_dates"])
def test_the_employer_signs_last_where_the_manager_is_to_see_more(
    store, cast, match, now, wish
) -> None:
    agreement = agreements.change(store, match, terms(match, **{wish: True}), cast.ben, now)
    assert Party.EMPLOYER in agreements.parties(store, agreement)
    with pytest.raises(Refused, match="sign this first"):
        agreements.sign(store, match, Party.EMPLOYER, cast.mere, now)
    both_sign(store, cast, match, now)
    assert agreement.agreed_on is None
    assert told(store, cast.mere) == ["agreement_to_sign"]
    message = store.scalars(select(Message).where(Message.recipient_id == cast.mere.id)).one()
    assert message.facts["other"] == "Ben Harris"
    assert "Ana" not in str(message.facts)
    for stranger in (cast.rua, cast.dan):
        with pytest.raises(NotFound):
            agreements.sign(store, match, Party.EMPLOYER, stranger, now)
    agreements.sign(store, match, Party.EMPLOYER, cast.mere, now)
    assert (agreement.employer_signed_by_id, agreement.agreed_on) == (cast.mere.id, TODAY)


def test_a_manager_who_has_left_is_not_written_to_of_the_team(store, cast, match, now) -> None:
    agreements.change(store, match, terms(match, manager_sees_dates=True), cast.ben, now)
    cast.mere.left_on = TODAY - timedelta(days=1)
    both_sign(store, cast, match, now)
    assert told(store, cast.mere) == []
    agreement = agreements.sign(store, match, Party.EMPLOYER, cast.cleo, now)
    assert agreement.agreed_on == TODAY


def test_the_employer_signs_where_it_pays(store, cast, match, now) -> None:
    assert agreements.parties(store, match.agreement) == [Party.WORKER, Party.PROVIDER]
    cast.entitlement.payer = "lakes"
    store.flush()
    assert Party.EMPLOYER in agreements.parties(store, match.agreement)
    cast.entitlement.payer = "hub"
    store.flush()
    with pytest.raises(Refused, match="sign this first"):
        agreements.sign(store, match, Party.EMPLOYER, cast.mere, now)


def test_the_hub_signs_for_an_employer_only_where_it_signed_for_nobody(
    store, cast, match, now
) -> None:
    agreements.change(store, match, terms(match, manager_sees_dates=True), cast.ben, now)
    agreements.sign(store, match, Party.WORKER, cast.cleo, now)
    agreements.sign(store, match, Party.PROVIDER, cast.ana, now)
    with pytest.raises(Refused, match="one side only"):
        agreements.sign(store, match, Party.EMPLOYER, cast.cleo, now)
    agreements.change(store, match, terms(match, cancellation_hours=6), cast.ben, now)
    both_sign(store, cast, match, now)
    agreement = agreements.sign(store, match, Party.EMPLOYER, cast.cleo, now)
    assert agreement.employer_signed_by_id == cast.cleo.id


def test_what_a_manager_sees_waits_for_the_employers_hand_and_goes_with_a_change(
    store, cast, match, now
) -> None:
    cast.entitlement.kind = Kind.CULTURAL_SUPERVISION
    agreements.change(store, match, terms(match, manager_sees_kind=True), cast.ben, now)
    mere = viewer_of(store, cast.mere, TODAY)

    def team() -> list[str]:
        query = select(match.entitlement.__class__.ref).where(access.team_entitlements(mere))
        return list(store.scalars(query))

    both_sign(store, cast, match, now)
    assert team() == []
    agreements.sign(store, match, Party.EMPLOYER, cast.mere, now)
    assert team() == ["ben-2027"]
    agreements.change(store, match, terms(match, cancellation_hours=6), cast.ana, now)
    assert team() == []


def test_a_manager_is_shown_the_terms_only_when_the_two_have_signed(
    store, cast, match, now
) -> None:
    mere, rua = (viewer_of(store, p, TODAY) for p in (cast.mere, cast.rua))

    def seen(viewer) -> bool:
        return store.scalar(access.visible(viewer, Agreement)) is not None

    assert not seen(mere)
    agreements.change(store, match, terms(match, manager_sees_dates=True), cast.ben, now)
    agreements.sign(store, match, Party.WORKER, cast.ben, now)
    assert not seen(mere)
    agreements.sign(store, match, Party.PROVIDER, cast.ana, now)
    assert seen(mere)
    assert not seen(rua)
    matches.end(store, match, TODAY, cast.ben, now)
    assert not seen(viewer_of(store, cast.mere, date(2027, 2, 11)))


def test_looking_again_puts_the_next_time_a_year_on(store, cast, match, now) -> None:
    with pytest.raises(Refused, match="not signed by all"):
        agreements.review(store, match, cast.ben, now)
    agreement = both_sign(store, cast, match, now)
    later = now + timedelta(days=181)
    agreements.review(store, match, cast.ana, later)
    assert (agreement.agreed_on, agreement.review_on) == (TODAY, date(2028, 8, 10))
    with pytest.raises(NotFound):
        agreements.review(store, match, cast.dan, later)


def test_what_is_over_is_not_signed(store, cast, match, now) -> None:
    matches.end(store, match, TODAY, cast.ben, now)
    agreements.sign(store, match, Party.WORKER, cast.ben, now)
    with pytest.raises(Refused, match="This is over"):
        agreements.sign(store, match, Party.PROVIDER, cast.ana, now + timedelta(days=1))


def test_each_finds_what_waits_for_them(store, cast, match, now) -> None:
    def waits(person: Person) -> list[Match]:
        return agreements.to_sign(store, viewer_of(store, person, TODAY))

    agreements.change(store, match, terms(match, manager_sees_dates=True), cast.ben, now)
    assert [waits(p) for p in (cast.ben, cast.ana, cast.mere)] == [[match], [match], []]
    both_sign(store, cast, match, now)
    assert [waits(p) for p in (cast.ben, cast.ana, cast.mere)] == [[], [], [match]]
    assert waits(cast.rua) == []
    agreements.sign(store, match, Party.EMPLOYER, cast.mere, now)
    assert waits(cast.mere) == []


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 2, 10), 6, date(2027, 8, 10)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 12, 31), 12, date(2028, 12, 31)),
        (date(2027, 12, 1), 1, date(2028, 1, 1)),
    ],
)
def test_months_keep_the_day_or_take_the_last(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then
