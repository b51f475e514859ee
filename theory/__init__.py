"""Symbolic derivations of the claims, from their definitions, in SymPy alone."""
