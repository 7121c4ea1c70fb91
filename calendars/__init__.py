"""iCalendar as calendars in the wild read and write it; a package that knows nothing of the hub.

It needs `icalendar` and `recurring_ical_events`, and stands alone otherwise. A rule of an RFC is
named where it is kept; here is where to look for which.

What goes out, so that Outlook, Google, Apple and Thunderbird agree on it:

* `text`: content lines. RFC 5545 sections 3.1 (75 octets, folded, CRLF) and 3.3.11 (escapes).
* `zones`: a VTIMEZONE of two rules, by hand. RFC 5545 section 3.6.5.
* `event`: one entry. RFC 5545 sections 3.6.1, 3.3.5 (a wall time that comes twice), 3.8.1.3,
  3.8.1.11, 3.8.2.7, 3.8.7.2 and 3.8.7.4 (stamps and numbers); RFC 7986 section 5.11 (links).
* `recurrence`: one entry of many meetings, with a rule and what differs from it. RFC 5545
  sections 3.3.10, 3.8.4.4, 3.8.4.5 and 3.8.5.
* `days`: whole days. RFC 5545 sections 3.3.4 and 3.8.2.2.
* `feed`: all of it as one file. RFC 5545 sections 3.4 and 3.6; RFC 7986 sections 5.1, 5.7, 5.9.
* `invitation`: for one attendee by mail. RFC 5546 sections 3.2.1, 3.2.2 and 3.2.5; RFC 6047;
  RFC 5545 sections 3.8.4.1 and 3.8.4.3.
* `availability`: when somebody can be met. RFC 7953 sections 3.1 and 3.2.

What comes in, of whatever making, never believed and never in the way of the rest:

* `foreign`: a file taken apart. RFC 5545 sections 3.1 and 3.1.4.
* `foreign_zones`: the zones that it names, Windows' too. RFC 5545 section 3.2.19.
* `moments`: when one entry is. RFC 5545 sections 3.1.1, 3.3.4, 3.3.5, 3.8.2 and 3.8.1.11.
* `repeats`: a series written anew, for the library that follows it. RFC 5545 section 3.8.5.
* `busy`: when somebody is busy. RFC 5545 sections 3.6.4, 3.8.2.6 and 3.8.4.7.
* `weekly`: the open hours of a week. RFC 7953 section 3.1; RFC 5545 section 3.3.10.
* `reply`: what a mail answers to an invitation. RFC 5546 section 3.2.3; RFC 6047 section 2.4.
* `apart`: busy times, hours and answers, read in a process of its own, under limits of the system.
  RFC 5545 section 7 has the dangers.

`make calendars` runs its tests, and fails where a line or a branch is not reached.
"""
