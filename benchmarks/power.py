"""How often each statistical test of the claims rejects each alternative, and the truth.

    python benchmarks/power.py [--runs 100] [--first 0] [claim ...]

Each run has a seed of its own.  The table has a row for each test and alternative: how many runs
rejected it.  Exit code 1 if an alternative was not rejected each time, or the truth once.
"""

import argparse
import sys
import time
from collections.abc import Iterator

from checks.claim import Claim, StatisticalTest
from checks.claims import CLAIMS
from checks.kinds import on_alternative, run_test
from checks.seeds import claim_seed

TRUE = "as the claim says"


def rejections(claim: Claim, part: StatisticalTest, seeds: range) -> Iterator[tuple[str, int]]:
    """Of the truth, then of each alternative: in how many runs the test rejected."""
    alternatives = claim.body.alternatives(part.name)
    runs = [claim_seed(seed, claim.id) for seed in seeds]
    found = (run_test(part, alternatives, seed).outcome for seed in runs)
    yield TRUE, sum(outcome == "refuted" for outcome in found)
    for other in alternatives:
        twins = (on_alternative(part, other, seed).outcome for seed in runs)
        yield other.change, sum(outcome == "holds" for outcome in twins)


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="*", help="ids or labels; all that have tests if left out")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    wrong = 0
    for claim in CLAIMS:
        if options.claims and not {claim.id, claim.label} & set(options.claims):
            continue
        for part in claim.body.parts:
            if not isinstance(part, StatisticalTest):
                continue
            start = time.perf_counter()
            seeds = range(options.first, options.first + options.runs)
            for change, times in rejections(claim, part, seeds):
                wrong += times != (0 if change == TRUE else options.runs)
                print(f"{part.name:40} {change:40} {times:4} of {options.runs}", flush=True)
            print(f"{part.name:40} {time.perf_counter() - start:.0f} s", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
