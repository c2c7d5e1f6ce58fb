"""A load at work: who began it, how far it is, and that somebody wants it to end."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from intents.base import counted
from store.errors import BotError

WIDTH = 20
"""Characters of the bar."""
CANCELLED = "The load was cancelled; the notes stay as they were."
WAITING = "Waiting to read the notes: the files are being listed, or another load is at work."


class Cancelled(BotError):
    """Somebody ended the load."""


@dataclass
class AtWork:
    """The load that is running, or ran last. ``user`` is who asked for it, empty where the clock or the folder did.

    ``begun`` is in seconds of ``clock``; ``counts`` are as ``store.load.Progress`` has them. ``trouble`` is what was
    wrong when the clock or the folder last had the notes read, as it was told.
    """

    user: str = ""
    begun: float = 0.0
    counts: tuple[int, ...] = ()
    ending: bool = False
    trouble: str = ""
    clock: Callable[[], float] = time.monotonic

    def begin(self, user: str) -> None:
        """Start anew."""
        self.user, self.begun, self.counts, self.ending = user, self.clock(), (), False

    def note(self, *counts: int) -> None:
        """What the load calls with its progress, from its own thread. Raises ``Cancelled`` where it is to end."""
        if self.ending:
            raise Cancelled(CANCELLED)
        self.counts = counts

    def told(self) -> str:
        """How far it is, in a sentence."""
        return so_far(self.counts, self.clock() - self.begun) if self.counts else WAITING

    def bar(self) -> str:
        """How far it is, drawn; nothing while nobody knows."""
        return bar(*self.counts[:2]) if len(self.counts) > 1 else ""


def bar(done: int, total: int) -> str:
    """A bar with its share in words.

    >>> bar(50, 200)
    '█████░░░░░░░░░░░░░░░ 25 %'
    """
    share = min(max(done, 0) / total, 1.0) if total > 0 else 0.0
    full = int(share * WIDTH)
    return "█" * full + "░" * (WIDTH - full) + f" {int(share * 100)} %"


def so_far(counts: tuple[int, ...], seconds: float) -> str:
    """How far a load is after some seconds, and how long it will go on.

    >>> so_far((50, 200, 1200, 1), 30.0)
    'Reading the notes … 50 of 200, 1200 passages, 1 rejected; about 2 minutes left'
    """
    done, total, passages, rejected = (*counts, 0, 0, 0, 0)[:4]
    told = f"Reading the notes … {done} of {total}"
    told += f", {counted(passages, 'passage')}" if passages else ""
    told += f", {rejected} rejected" if rejected else ""
    minutes = round(seconds * (total - done) / max(1, done) / 60)
    return told + (f"; about {counted(minutes, 'minute')} left" if minutes else "")
