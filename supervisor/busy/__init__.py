"""Calendars that people keep elsewhere: read now and then, for when they are busy alone."""
