"""How often each statistical test of the claims rejects each alternative, and the truth.

    python -m benchmarks.power [--runs 100] [--first 0] [--write FILE] [claim ...]

Each run has a seed of its own.  The table has a row for each test and alternative: how many runs
rejected it.  Exit code 1 if an alternative was not rejected each time, or the truth once.
``--write`` makes it Markdown; benchmarks/POWER.md is what it wrote for all claims.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from checks.claim import Claim, StatisticalTest
from checks.claims import CLAIMS
from checks.kinds import on_alternative, run_test
from checks.report.markdown import power, short
from checks.seeds import claim_seed
from numeric.files import write_whole

TRUE = "as the claim says"


Row = tuple[str, str, int]
"""What was drawn, how probably the test rejects it, in how many runs it did."""

HEAD = """# How often the tests reject

Written by `python -m benchmarks.power --write FILE{options}`: {runs} runs, seeds {first} to {last};
of each alternative the power that is stated beside the runs that rejected it.
"""


def rejections(claim: Claim, part: StatisticalTest, seeds: range) -> Iterator[Row]:
    """Of the truth, then of each alternative."""
    alternatives = claim.body.alternatives(part.name)
    runs = [claim_seed(seed, claim.id) for seed in seeds]
    found = (run_test(part, alternatives, seed).outcome for seed in runs)
    level = f"at most {short(str(part.level))}"
    yield TRUE, level, sum(outcome == "refuted" for outcome in found)
    for other in alternatives:
        twins = (on_alternative(part, other, seed).outcome for seed in runs)
        said = power({"power": str(other.power), "given": other.given})
        yield other.change, f"at least {said}", sum(outcome == "holds" for outcome in twins)


def head(options: argparse.Namespace) -> str:
    """What the file says first."""
    last = options.first + options.runs - 1
    named = "".join(f" {name}" for name in options.claims)
    return HEAD.format(options=named, runs=options.runs, first=options.first, last=last)


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="*", help="ids or labels; all that have tests if left out")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--write", type=Path, help="a Markdown file")
    options = parser.parse_args()
    wrong, page = 0, head(options)
    for claim in CLAIMS:
        if options.claims and not {claim.id, claim.label} & set(options.claims):
            continue
        for part in claim.body.parts:
            if not isinstance(part, StatisticalTest):
                continue
            start = time.perf_counter()
            seeds = range(options.first, options.first + options.runs)
            page += f"\n## `{part.name}`, sample {part.n}\n\n"
            page += "| drawn | rejected with probability | rejected |\n|---|---|---:|\n"
            for change, probability, times in rejections(claim, part, seeds):
                wrong += times != (0 if change == TRUE else options.runs)
                page += f"| {change} | {probability} | {times} of {options.runs} |\n"
                print(f"{part.name:40} {change:40} {times:4} of {options.runs}", flush=True)
            print(f"{part.name:40} {time.perf_counter() - start:.0f} s", flush=True)
    if options.write:
        write_whole(options.write, page)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
