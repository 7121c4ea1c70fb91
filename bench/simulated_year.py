"""A simulated year of a region, with how long it takes.

    python -m bench.simulated_year [--days 365] [--seed 1] [--workers N] [--rate NAME=VALUE …]

The figures stand beside their targets: held and delivered against the most that anyone with
perfect foresight could hold, warnings that came in time, and false alarms.
"""

import time

from supervisor.commands.simulate import simulate

LIMIT = 600


def main() -> None:
    began, cpu = time.perf_counter(), time.process_time()
    simulate.main(standalone_mode=False)
    seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    print(f"{seconds:.0f} s, of them {busy:.0f} s of this machine's work (limit {LIMIT} s)")


if __name__ == "__main__":
    main()
