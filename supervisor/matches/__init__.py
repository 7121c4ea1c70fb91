"""Matches: looked for, offered, chosen, agreed to, begun and ended."""
