"""`python -m supervisor` is the same as the command `supervisor`."""

from supervisor.cli import main

main()
