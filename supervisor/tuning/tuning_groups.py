"""What the settings of groups are called."""

from supervisor.rules.words import N_
from supervisor.tuning.tuning_knobs import Knob, Panel

OF_GROUPS = {
    "GroupSettings": Panel(
        N_("Groups"),
        {
            "ahead_days": Knob(N_("Days ahead that meetings are laid out"), 14, 400),
            "day_from": Knob(N_("A meeting is moved no earlier: minutes after midnight"), 0, 1380),
            "day_to": Knob(N_("It ends no later: minutes after midnight"), 60, 1440),
        },
    ),
    "RotaSettings": Panel(
        N_("Leading in turn"),
        {
            "co_reflection": Knob(N_("Members of co-reflection groups may lead in turn")),
            "community_of_practice": Knob(N_("Members of communities of practice may")),
            "learning_set": Knob(N_("Members of learning sets may")),
            "network": Knob(N_("Members of networks may")),
            "learning_collaborative": Knob(N_("Members of learning collaboratives may")),
            "remind_days": Knob(N_("Days before that whoever leads is reminded"), 1, 30),
        },
    ),
    "FormingSettings": Panel(
        N_("New groups"),
        {
            "least": Knob(N_("People in a new group, at least"), 2, 12),
            "most": Knob(N_("People in a new group, at most"), 2, 12),
            "cap": Knob(N_("People in it later on, at most"), 2, 30),
            "minutes": Knob(N_("Minutes that it meets"), 30, 240),
            "every_weeks": Knob(N_("Weeks from one meeting to the next"), 1, 8),
            "notice_days": Knob(N_("Days until it meets first, at least"), 1, 90),
            "rooms_ahead": Knob(N_("Meetings ahead for which a room must be free"), 1, 26),
            "groups_each": Knob(N_("Groups that one person leads, at most"), 1, 20),
            "seconds": Knob(N_("Seconds that the best groups are looked for"), 1, 600),
            "hours": Knob(N_("Hours for which what was found holds"), 1, 336),
        },
    ),
    "CollaborativeSettings": Panel(
        N_("Learning collaboratives"),
        {
            "members": Knob(N_("People in one"), 2, 12),
            "months": Knob(N_("Months that it goes on"), 1, 36),
            "every_weeks": Knob(N_("Weeks from one meeting to the next"), 1, 12),
            "minutes": Knob(N_("Minutes that it meets"), 30, 480),
            "sessions": Knob(N_("Sessions of coaching for each beside it"), 1, 52),
            "session_minutes": Knob(N_("Minutes of each session of coaching"), 15, 240),
        },
    ),
}
