"""The catalogue of alerts: who is told what, when, and what they can press.

This is the one place. A new alert is one more `Kind`: its ladder, its words for the hub, its
remedy, and where it does not follow from a standing, the search that finds it. Whoever else is
told reads `templates/emails/<name>.txt`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from supervisor.alerts import (
    alert_ahead,
    alert_calendars,
    alert_causes,
    alert_providers,
    alert_terms,
)
from supervisor.alerts.alert_causes import Cause
from supervisor.models import Store
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Standing
from supervisor.rules.ladder import Rung
from supervisor.rules.words import N_

HOUR = timedelta(hours=1)
LETTERS = {"hub": "alert_hub", "manager": "alert_manager", "unsigned": "agreement_to_sign"}
"""Letters that serve several alerts, or are sent without one too."""
OWN = (
    *("pair", "both", "silent", "asked", "signers", "unsigned"),
    *("facilitator", "themselves", "worker_and_manager"),
)
"""Rungs on which people read what is their own, whatever the hub puts off."""


class Remedy(StrEnum):
    """What can be pressed on an alert; the door knows where each of them leads."""

    TIMES = "times"
    CANDIDATES = "candidates"
    COVER = "cover"
    ANSWER = "answer"
    PERSON = "person"
    GROUP = "group"
    OFFER = "offer"
    WORKPLACE = "workplace"
    SETTLE = "settle"
    TERMS = "terms"
    LIMITS = "limits"
    MOVE = "move"


@dataclass(frozen=True)
class Kind:
    """One alert. `says` is for the hub, with the names of the two, of the group or of
    the one person.

    Without `find` it follows from the standing of the same name, and is called as that is; any
    other has a `title`. `unit` is what a rung counts. `often` is for a question that is asked
    twice in a week; anything else waits its turn.
    """

    name: str
    ladder: tuple[Rung, ...]
    says: str
    remedy: Remedy
    title: str = ""
    find: Callable[[Store, datetime], Iterator[Cause]] | None = None
    unit: timedelta = DAY
    mandatory_only: bool = False
    often: bool = False

    def letter(self, who: str) -> str:
        """The hub reads what every alert says, a manager the position, anyone else its own."""
        return LETTERS.get(who, self.name)


CATALOGUE = (
    Kind(
        Standing.NOT_MATCHED,
        (Rung(0, "hub"), Rung("not_matched_manager", "manager")),
        N_("%(worker)s has nobody to meet yet."),
        Remedy.CANDIDATES,
        mandatory_only=True,
    ),
    Kind(
        Standing.NOTHING_BOOKED,
        (Rung(0, "pair"), Rung("nothing_booked_hub", "hub")),
        N_("%(worker)s and %(provider)s have nothing booked."),
        Remedy.TIMES,
    ),
    Kind(
        Standing.SLIPPING,
        (Rung(0, "pair"), Rung("slipping_hub", "hub")),
        N_("%(worker)s and %(provider)s are about one meeting short."),
        Remedy.TIMES,
    ),
    Kind(
        Standing.BEHIND,
        (Rung(0, "pair"), Rung(0, "hub"), Rung("behind_manager", "manager")),
        N_("%(worker)s is owed two meetings or more by now."),
        Remedy.TIMES,
    ),
    Kind(
        Standing.CANNOT_BE_MET,
        (Rung(0, "hub"), Rung("cannot_be_met_manager", "manager")),
        N_("What %(worker)s is still owed no longer fits before the period ends."),
        Remedy.COVER,
    ),
    Kind(
        alert_ahead.NAME,
        (),
        N_("%(worker)s is on track now, and will likely still have fewer meetings than agreed."),
        Remedy.TIMES,
        title=N_("Too few in the end"),
        find=alert_ahead.short_still,
    ),
    Kind(
        "not_confirmed",
        (Rung("remind_first_hours", "silent"), Rung("remind_again_hours", "silent")),
        N_("%(worker)s and %(provider)s have not both said yet whether they met."),
        Remedy.ANSWER,
        title=N_("Did they meet?"),
        find=alert_causes.unconfirmed,
        unit=HOUR,
        often=True,
    ),
    Kind(
        "disputed",
        (Rung(0, "hub"),),
        N_("%(worker)s and %(provider)s say different things about whether they met."),
        Remedy.SETTLE,
        title=N_("They differ"),
        find=alert_terms.disputes,
    ),
    Kind(
        "review_due",
        (Rung(0, "signers"), Rung("review_days", "signers"), Rung("review_hub", "hub")),
        N_("It is time for %(worker)s and %(provider)s to look again at what they agreed on."),
        Remedy.TERMS,
        title=N_("Terms to look at again"),
        find=alert_terms.reviews_due,
    ),
    Kind(
        "agreement_unsigned",
        (Rung("unsigned_asked", "unsigned"), Rung("unsigned_hub", "hub")),
        N_("What %(worker)s and %(provider)s agree on is not signed by everybody yet."),
        Remedy.TERMS,
        title=N_("Terms to sign"),
        find=alert_terms.unsigned_terms,
    ),
    Kind(
        "offer_unanswered",
        (Rung("offer_asked", "asked"), Rung("offer_hub", "hub")),
        N_("An offer for %(worker)s waits for an answer."),
        Remedy.OFFER,
        title=N_("An offer waits"),
        find=alert_causes.unanswered_offers,
    ),
    Kind(
        "provider_away",
        (Rung(0, "hub"),),
        N_("%(provider)s is away for a long time, and nobody covers for %(worker)s."),
        Remedy.COVER,
        title=N_("Away for long"),
        find=alert_causes.providers_away,
    ),
    Kind(
        "provider_left",
        (),
        N_("%(worker)s meets %(provider)s until %(day)s. Nobody follows yet."),
        Remedy.CANDIDATES,
        title=N_("Nobody follows"),
        find=alert_causes.providers_left,
    ),
    Kind(
        "group_short",
        (Rung(0, "facilitator"), Rung("short_hub", "hub")),
        N_("%(group)s needs %(needed)d to meet on %(day)s. Yes so far: %(yes)d."),
        Remedy.GROUP,
        title=N_("Too few so far"),
        find=alert_causes.short_groups,
        often=True,
    ),
    Kind(
        "catch_up_due",
        (Rung(0, "worker_and_manager"),),
        N_("It is time for a 1:1 of %(worker)s and %(manager)s."),
        Remedy.WORKPLACE,
        title=N_("Time for a 1:1"),
        find=alert_causes.overdue_catch_ups,
        often=True,
    ),
    Kind(
        "vetting_ends",
        (Rung(0, "themselves"), Rung("vetting_days", "themselves"), Rung("vetting_hub", "hub")),
        N_("It is time to renew what %(provider)s is vetted for. It holds until %(day)s."),
        Remedy.LIMITS,
        title=N_("Vetting ends"),
        find=alert_providers.vetting_ends,
    ),
    Kind(
        "over_capacity",
        (Rung(0, "hub"),),
        N_("%(provider)s has more people, or more hours, than their limit."),
        Remedy.LIMITS,
        title=N_("Over capacity"),
        find=alert_providers.over_capacity,
    ),
    Kind(
        "calendar_unread",
        (Rung(0, "themselves"),),
        N_("A calendar of %(provider)s last looked for new times a while ago."),
        Remedy.PERSON,
        title=N_("A calendar is not read"),
        find=alert_calendars.unread_calendars,
    ),
    Kind(
        "busy_unread",
        (Rung(0, "themselves"),),
        N_("We could not read for a while when %(provider)s is busy."),
        Remedy.PERSON,
        title=N_("A calendar cannot be read"),
        find=alert_calendars.unreached_calendars,
    ),
    Kind(
        "busy_clash",
        (Rung(0, "both"),),
        N_("A meeting of %(worker)s and %(provider)s may not suit both any more."),
        Remedy.MOVE,
        title=N_("May not suit any more"),
        find=alert_calendars.taken_again,
        often=True,
    ),
)
AHEAD = next(kind for kind in CATALOGUE if kind.name == alert_ahead.NAME)
"""Raised once a day; its search finds what was raised already."""
TROUBLE = Kind(
    "trouble",
    (),
    N_("We could not work out how %(worker)s stands. We try again every hour."),
    Remedy.PERSON,
    title=N_("Could not be worked out"),
)
OF_STANDINGS = {kind.name: kind for kind in CATALOGUE if kind.find is None}
KINDS = {kind.name: kind for kind in (*CATALOGUE, TROUBLE)}
