"""When somebody can meet, as they write it down themselves."""
