"""Faults, hostile input and load: short in ``make test``, with full amounts in ``make soak``."""
