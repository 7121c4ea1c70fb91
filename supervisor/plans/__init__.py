"""The plan of a year: what it is asked, what it proposes, what is kept."""
