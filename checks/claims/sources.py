"""Sentences of the paper's abstract, in our words, and their places."""

from __future__ import annotations

from checks.claim import Source

__all__ = ["COVERAGE", "MAPPING", "POSITION", "SAMPLES", "WINNER"]

MAPPING = Source(
    "abstract, sentence 3",
    "Self-attention corresponds exactly to a Markov model: given a prompt, the layer samples the "
    "next token from a base chain whose transition row is reweighted by the context.",
)

POSITION = Source(
    "abstract, sentence 4",
    "With positional encoding the transition probabilities are scaled by factors that depend on "
    "the positions.",
)

COVERAGE = Source(
    "abstract, sentence 5",
    "There are conditions on which prompts occur, of identifiability or coverage, under which the "
    "chain can be estimated consistently.",
)

WINNER = Source(
    "abstract, sentence 7",
    "Generation is described by a single trajectory that depends on itself: a winner takes all, "
    "and the text collapses onto few tokens instead of mixing.",
)

SAMPLES = Source(
    "abstract, sentence 5",
    "Under independent samples there are guarantees on how many of them the chain takes to learn.",
)
