"""The rooms of places as the hub keeps them: which there are, and who is in them when."""
