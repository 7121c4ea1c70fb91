"""What the settings of credit for meetings of groups are called."""

from supervisor.rules.credit import Way
from supervisor.rules.kinds import Kind
from supervisor.rules.words import N_
from supervisor.tuning.tuning_knobs import Knob, Panel

WAYS: dict[str, str] = {
    Way.NONE: N_("Does not count"),
    Way.SESSION: N_("One session each"),
    Way.MINUTES: N_("Its minutes count"),
}
TOWARD: dict[str, str] = {
    Kind.PEER_SUPERVISION: N_("External peer supervision"),
    Kind.COACHING: N_("Coaching"),
    Kind.MENTORING: N_("Mentoring (tuakana–teina)"),
}


def _way(words: str) -> Knob:
    return Knob(words, fits=lambda typed: typed in WAYS, options=WAYS)


OF_CREDIT = {
    "CreditSettings": Panel(
        N_("What group meetings count"),
        {
            "co_reflection": _way(N_("A meeting of a co-reflection group")),
            "community_of_practice": _way(
                N_("A meeting of a community of practice (never as external supervision)")
            ),
            "learning_set": _way(N_("A meeting of a learning set")),
            "network": _way(N_("A meeting of a network")),
            "learning_collaborative": _way(N_("A meeting of a learning collaborative")),
            "toward": Knob(
                N_("They count toward"), fits=lambda typed: typed in TOWARD, options=TOWARD
            ),
            "most": Knob(N_("Sessions that they count for in one period, at most"), 0, 52),
        },
    ),
}
