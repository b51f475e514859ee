"""Prompts. Tokens are 1..K in the mathematics and 0..K-1 here and in files.

self-attention     X = (x_1, ..., x_L): every x_i is a key, the last one also the query a
cross-attention    the last token is the query alone, the others are the keys
"""

from collections.abc import Sequence

__all__ = ["check_query", "check_tokens", "keys_and_query"]


def check_tokens(tokens: Sequence[int], K: int) -> None:
    """Raise ValueError unless ``tokens`` is a non-empty sequence of ids in 0..K-1.

    >>> check_tokens([0, 3], K=3)
    Traceback (most recent call last):
    ValueError: token 3 at position 1 (both from 0): expected an id from 0 to 2
    """
    if len(tokens) == 0:
        raise ValueError("no tokens: expected at least one id")
    for i, x in enumerate(tokens):
        if not 0 <= x < K:
            raise ValueError(
                f"token {x} at position {i} (both from 0): expected an id from 0 to {K - 1}"
            )


def check_query(query: int, K: int) -> None:
    """Raise ValueError unless ``query`` is an id in 0..K-1.

    >>> check_query(3, K=3)
    Traceback (most recent call last):
    ValueError: query 3: expected an id from 0 to 2
    """
    if not 0 <= query < K:
        raise ValueError(f"query {query}: expected an id from 0 to {K - 1}")


def keys_and_query(
    prompt: Sequence[int], *, cross_attention: bool = False
) -> tuple[tuple[int, ...], int]:
    """Split a prompt into its keys and its query.

    Raises ValueError when no key is left.

    >>> keys_and_query((0, 1, 1)), keys_and_query((0, 1, 1), cross_attention=True)
    (((0, 1, 1), 1), ((0, 1), 1))
    """
    keys = tuple(prompt[:-1] if cross_attention else prompt)
    if not keys:
        raise ValueError(f"prompt {list(prompt)}: no key is left")
    return keys, prompt[-1]
