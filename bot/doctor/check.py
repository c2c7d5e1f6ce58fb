"""What an examination found: one line for each thing that was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Check:
    """How one thing is: ``text`` says it, ``remedy`` what to do where it is not ``ok``.

    An error keeps Recap, or something that was asked of it, from working; a warning is worth knowing.
    """

    name: str
    level: Level
    text: str
    remedy: str = ""


def ok(name: str, text: str) -> Check:
    """Nothing to do here."""
    return Check(name, "ok", text)


def trouble(name: str, said: object, level: Level = "error") -> Check:
    """A complaint of the form "what is wrong: what to do", taken apart.

    >>> trouble("disk", "It is full: make room.")
    Check(name='disk', level='error', text='It is full.', remedy='Make room.')
    """
    text, _, remedy = str(said).partition(": ")
    return Check(name, level, f"{text.rstrip('.')}.", remedy[:1].upper() + remedy[1:])


def exit_status(checks: Sequence[Check], *, strict: bool) -> int:
    """1 where there is an error; with ``strict`` 2 where there are warnings only; else 0."""
    levels = {check.level for check in checks}
    if "error" in levels:
        return 1
    return 2 if strict and "warning" in levels else 0
