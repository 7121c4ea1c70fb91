"""iCalendar (RFC 5545, 7986) as calendars in the wild read it; knows nothing of the hub.

`event` renders one entry, `zones` writes the time zones, `feed` joins them into one file.
"""
