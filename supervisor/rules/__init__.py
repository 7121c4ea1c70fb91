"""Rules: values in, values out. No database, no clock, no web."""
