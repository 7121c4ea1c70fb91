"""The commands, a file per noun; `cli.py` gathers them."""
