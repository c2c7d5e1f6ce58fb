"""On what something was measured, and what is running there."""

import os
import platform
import resource
import sqlite3
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("bm25s", "tantivy", "Whoosh-Reloaded", "symspellpy", "sumy", "rapidfuzz", "numpy")


def machine() -> dict[str, str | int | float | dict[str, str]]:
    """The number of processors and the versions of everything that took part, and nothing that tells whose it is."""
    return {
        "processors": os.cpu_count() or 1,
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def processor_seconds() -> float:
    """What this process, and those that it started and that have ended, have taken of the processors so far."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
