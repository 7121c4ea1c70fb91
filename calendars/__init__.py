"""iCalendar (RFC 5545, 7986) as calendars in the wild read it; knows nothing of the hub.

Out: `event` renders one entry and `days` a whole day, `recurrence` makes one of many that repeat,
`zones` writes the time zones, `feed` joins them into one file, `invitation` into one mail;
`availability` says when somebody can be met.
In: `foreign` takes apart what other programs write, `busy` reads from it when somebody is busy,
in a process of its own with `apart`, and `reply` what a mail answers to an invitation.
"""
