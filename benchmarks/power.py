"""How often each statistical test of the claims rejects each alternative, and the truth.

    python -m benchmarks.power [--runs 100] [--first 0] [--write FILE] [claim ...]

Each run has a seed of its own.  The table has a row for each test and alternative: how many runs
rejected it.  Exit code 1 if an alternative was not rejected each time, or the truth once.
``--write`` puts the tables into a Markdown file, in the place of those of the same tests; others
stay.  benchmarks/POWER.md is such a file.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
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

Written by `python -m benchmarks.power --write FILE`. Beside each alternative: the power that the
claim states against it, and in how many runs the test rejected it.
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


def table(claim: Claim, part: StatisticalTest, seeds: range) -> tuple[str, bool]:
    """Of one test, in Markdown; and whether it rejected just what it should."""
    good = True
    lines = [
        f"## `{part.name}`",
        "",
        f"{claim.label}, sample {part.n}, {len(seeds)} runs, seeds {seeds[0]} to {seeds[-1]}.",
        "",
        "| drawn | rejected with probability | rejected in |",
        "|---|---|---:|",
    ]
    for change, probability, times in rejections(claim, part, seeds):
        good &= times == (0 if change == TRUE else len(seeds))
        print(f"{part.name:40} {change:40} {times:4} of {len(seeds)}", flush=True)
        lines.append(f"| {change} | {probability} | {times} of {len(seeds)} |")
    return "\n".join(lines) + "\n", good


def put(path: Path, text: str) -> None:
    """Put a table into the file, in the place of the one with the same heading or at the end."""
    old = path.read_text() if path.exists() else HEAD
    head, *tables = old.split("\n## ")
    kept = {f"## {table}".split("\n", 1)[0]: f"## {table}" for table in tables}
    kept[text.split("\n", 1)[0]] = text
    write_whole(path, "\n".join([head, *kept.values()]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("claims", nargs="*", help="ids or labels; all that have tests if left out")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--write", type=Path, metavar="FILE", help="Markdown")
    options = parser.parse_args(arguments)
    good = True
    for claim in CLAIMS:
        if options.claims and not {claim.id, claim.label} & set(options.claims):
            continue
        for part in claim.body.parts:
            if isinstance(part, StatisticalTest):
                start = time.perf_counter()
                seeds = range(options.first, options.first + options.runs)
                text, right = table(claim, part, seeds)
                good &= right
                print(f"{part.name:40} {time.perf_counter() - start:.0f} s", flush=True)
                if options.write:
                    put(options.write, text)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
