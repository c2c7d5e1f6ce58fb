"""The workspace's clock. It can be put ahead, so that whatever takes minutes in Slack takes no time in a test."""

import asyncio
import heapq
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from bot.playground.news import News

TOLERANCE = 0.02
"""Seconds; two clocks of a machine need not agree better than this."""


class Clock:
    """Tells the time and does things later. ``advance`` makes later now."""

    def __init__(self, news: News) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._news = news
        self._ahead = 0.0
        self._last_stamp = 0
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._turn = count()

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._ahead

    def stamp(self) -> str:
        """A ``ts`` as Slack writes it; no two are the same and each is later than the one before."""
        with self._news.lock:
            self._last_stamp = max(int(self.now() * 1_000_000), self._last_stamp + 1)
            return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06}"

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Call ``act`` in ``seconds``, in the thread of the workspace and with its lock held."""
        with self._news.lock:
            heapq.heappush(self._due, (self.now() + seconds, next(self._turn), act))
        self._look_again(seconds)

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` go by at once."""
        self._ahead += seconds
        self._look_again(0)

    def _look_again(self, seconds: float) -> None:
        if self.loop is None:
            return
        with suppress(RuntimeError):  # the workspace is closed
            self.loop.call_soon_threadsafe(self.loop.call_later, seconds, self._do_what_is_due)

    def _do_what_is_due(self) -> None:
        with self._news.lock:
            while self._due and self._due[0][0] <= self.now() + TOLERANCE:
                heapq.heappop(self._due)[2]()
        self._news.tell()
