"""The same as ``ccmc bench``: ``python -m benchmarks``."""

import sys

from checks.cli import run

if __name__ == "__main__":
    sys.exit(run(["bench", *sys.argv[1:]]))
