"""Answers to invitations that come in by mail: who may be believed, and what follows."""
