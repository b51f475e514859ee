"""Benchmarks: every speed beside its peers', in one run. ``ccmc bench`` runs them.

A section is a module with ``PACKAGES``, whose versions matter, and ``cases(quick)``, which returns
the steps of a run; each takes the number of rounds and yields rows. ``agreement`` and ``power`` are
checks that take long, and scripts of their own.
"""
