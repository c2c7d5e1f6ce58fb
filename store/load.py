"""From a folder of notes to an index that holds exactly what the folder holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to tell a note's owner: which file, what is wrong, what to do.

    ``rejected`` is False for a remark on a note that was loaded all the same.
    """

    file: str
    reason: str
    remedy: str
    rejected: bool = True


@dataclass(frozen=True, slots=True)
class Changes:
    """What a load did. File paths are relative to the notes folder; ``unchanged`` is a count."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    passages: int = 0
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
