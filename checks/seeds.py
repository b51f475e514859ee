"""The one place that draws seeds: they depend on the run's seed and the claim's id alone."""

from hashlib import sha256

__all__ = ["claim_seed"]


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
