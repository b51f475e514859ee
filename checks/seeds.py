"""The one place that draws seeds: they depend on the run's seed and the claim's id alone."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["claim_seed", "generator"]


def claim_seed(run_seed: int, claim: str) -> int:
    """Return the seed of one claim in one run (32 bits).

    Selection, order and number of processes do not enter, nor does Python's own hash.

    Raises:
        ValueError: the run's seed is negative.

    Example:
        >>> claim_seed(0, "attention-is-ccmc") == claim_seed(0, "attention-is-ccmc")
        True
        >>> claim_seed(0, "attention-is-ccmc") == claim_seed(1, "attention-is-ccmc")
        False
    """
    from numpy.random import SeedSequence

    key = int.from_bytes(sha256(claim.encode()).digest())
    return int(SeedSequence([run_seed, key]).generate_state(1)[0])


def generator(seed: int, *names: str) -> Generator:
    """Return the random generator of one draw of a claim.

    Args:
        seed: of the claim in this run.
        names: of the part and of the draw.

    Example:
        >>> one, other = generator(7, "a", "draw"), generator(7, "a", "a bias")
        >>> int(one.integers(10**9)) == int(other.integers(10**9))
        False
    """
    from numpy.random import SeedSequence, default_rng

    key = int.from_bytes(sha256("\n".join(names).encode()).digest())
    return default_rng(SeedSequence([seed, key]))
