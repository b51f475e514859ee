"""Benchmarks: every speed beside its peers, in one run. ``ccmc bench`` runs them."""
