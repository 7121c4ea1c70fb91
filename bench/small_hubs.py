"""Ten thousand random small hubs: no pair that the text forbids, none missing, and answers as good
as trying everything.

    python -m bench.small_hubs [--hubs 10000]
"""

import argparse

from supervisor.rules.assign import solve
from supervisor.rules.fit import candidates
from tests.assign_cases import best, drawn, is_lawful, score
from tests.test_fit_properties import a_hub, by_the_text


def pairs_differ(seed: int) -> bool:
    table = a_hub(seed)
    found = candidates(table)
    return list(zip(found.need, found.provider, found.fit, strict=True)) != by_the_text(table)


def answer_falls_short(seed: int) -> bool:
    problem = drawn(seed)
    answer = solve(problem)
    chosen = answer.chosen.tolist()
    reached = score(problem, chosen)
    return not (is_lawful(problem, chosen) and reached == best(problem) == answer.most)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubs", type=int, default=10_000)
    count = parser.parse_args().hubs
    wrong = sum(map(pairs_differ, range(count)))
    short = sum(map(answer_falls_short, range(count)))
    print(f"hubs whose lawful pairs or points differ from the text: {wrong} of {count:,}   limit 0")
    print(f"answers below trying everything, or not proved:         {short} of {count:,}   limit 0")


if __name__ == "__main__":
    main()
