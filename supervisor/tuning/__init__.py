"""The hub's settings as its page asks for them: groups, words, and what may be typed."""
