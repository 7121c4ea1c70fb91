"""A calendar that a person can follow: its address, what it holds, and its text."""
