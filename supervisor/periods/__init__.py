"""Periods of what is owed: a later last day, and the next one."""
