"""Change the code in one place at a time and count the changes that the tests see.

usage: python run.py [SAMPLE [SEED]]      in a copy of the sources, with mutmut's setup.cfg

Prints a line for each module: how many mutants there are, how many were run (SAMPLE of them, drawn
at random; all of them unless given), killed by a failing test, stopped because they took too long,
or not seen; then the names of the latter, for ``mutmut show NAME``.
"""

import json
import random
import subprocess
import sys
from pathlib import Path

KILLED, UNSEEN = (1, 3), (0, 5, 33)
"""What mutmut notes: a failing test or none at all; tests that pass, or no test that runs it."""


def mutmut(*names: str, quiet: bool = False) -> int:
    """Make the mutants and run those that are named, or all; a terminal sees how far it is."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names]
    hidden = quiet or not sys.stdout.isatty()
    return subprocess.run(command, check=False, capture_output=hidden).returncode


def noted() -> dict[str, dict[str, int | None]]:
    """What mutmut has noted for each mutant, by module."""
    files = sorted(Path("mutants").glob("*/*.meta"))
    return {
        str(file.relative_to("mutants").with_suffix("")): json.loads(file.read_text())[
            "exit_code_by_key"
        ]
        for file in files
    }


def main(sample: int = 0, seed: int = 1) -> int:
    """Run one part of the core; the exit code is mutmut's."""
    if sample:
        mutmut("no such name", quiet=True)  # makes the mutants, runs none
        draw = random.Random(seed).sample
        names = [draw(sorted(found), min(sample, len(found))) for found in noted().values()]
        code = mutmut(*(name for drawn in names for name in drawn))
    else:
        code = mutmut()
    print(f"{'module':24} {'mutants':>8} {'run':>6} {'killed':>7} {'too long':>9} {'unseen':>7}")
    unseen = []
    for module, found in noted().items():
        codes = [outcome for outcome in found.values() if outcome is not None]
        killed = sum(outcome in KILLED for outcome in codes)
        missed = sum(outcome in UNSEEN for outcome in codes)
        late = len(codes) - killed - missed
        print(f"{module:24} {len(found):8} {len(codes):6} {killed:7} {late:9} {missed:7}")
        unseen += [name for name, outcome in found.items() if outcome in UNSEEN]
    print("\n".join(unseen))
    return code


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
