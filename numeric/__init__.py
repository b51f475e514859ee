"""Definitions and numbers: the attention layer, the chain, and tools for them.

Three arithmetics stand side by side: exact rationals (``fmpq``, ``Log``), balls (``arb``) and
float64 (NumPy). Tokens are 1..K in the mathematics and 0..K-1 here and in files.
"""
