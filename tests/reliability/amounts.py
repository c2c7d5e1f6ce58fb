"""How often the tests of reliability try something."""

import os

SOAK = os.environ.get("RECAP_SOAK", "0") not in ("", "0")
"""Whether this is ``make soak``, which may take hours, rather than ``make test``."""


def amount(short: int, full: int) -> int:
    """How often to try: ``full`` in a soak, else ``short``."""
    return full if SOAK else short
