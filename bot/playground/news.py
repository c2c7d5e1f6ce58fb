"""One lock for everything in the workspace, and a way to wait until something is the case instead of sleeping."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

PATIENCE = 5.0
"""Seconds after which waiting has failed; anything in here happens within milliseconds."""


class News:
    """Tells all who wait, in whatever thread or event loop, that something has changed."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.version = 0
        self._changed = threading.Condition(self.lock)
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def tell(self) -> None:
        """Have everybody look again."""
        with self.lock:
            self.version += 1
            self._changed.notify_all()
            for loop, event in self._waiting:
                with suppress(RuntimeError):  # that loop has ended
                    loop.call_soon_threadsafe(event.set)

    async def until(self, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait for ``condition`` and give what it gave. Raises ``TimeoutError`` after ``patience`` seconds."""
        waiting = asyncio.get_running_loop(), asyncio.Event()
        with self.lock:
            self._waiting.add(waiting)
        try:
            async with asyncio.timeout(patience):
                while not (found := self._look(condition)):
                    await waiting[1].wait()
                    waiting[1].clear()
            return found
        finally:
            with self.lock:
                self._waiting.discard(waiting)

    def wait(self, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Like ``until``, for code outside of an event loop."""
        with self._changed:
            found = self._changed.wait_for(condition, patience)
        if not found:
            raise TimeoutError
        return found

    def _look(self, condition: Callable[[], Any]) -> Any:
        with self.lock:
            return condition()
