"""Questions of the running process where none may be written down: the last ones, gone when it ends."""

import threading
from collections import deque
from typing import Any

MOST = 2_000
"""Conversations, and answers, that are known at a time; older ones are forgotten."""
MOST_DRAFTS = 10
"""The same for notes that somebody began to add, each of which may have some megabytes."""


class Unwritten:
    """What the state file would hold of people's words. Safe to use from several threads.

    ``shown`` is (time, how it was asked) by ticket, ``questions`` (time, text) by conversation, oldest first;
    ``drafts`` is (time, what will be a note) by ticket.
    """

    def __init__(self, questions_each: int) -> None:
        self._each = questions_each
        self._lock = threading.Lock()
        self.shown: dict[str, tuple[float, Any]] = {}
        self.questions: dict[str, deque[tuple[float, str]]] = {}
        self.drafts: dict[str, tuple[float, Any]] = {}

    def remember(self, conversation: str, text: str, now: float) -> None:
        """Add a question to its conversation."""
        with self._lock:
            said = self.questions.pop(conversation, None) or deque(maxlen=self._each)
            said.append((now, text))
            self.questions[conversation] = said
            _bound(self.questions)

    def earlier(self, conversation: str) -> list[tuple[float, str]]:
        """The questions of a conversation, the last one first."""
        with self._lock:
            return list(self.questions.get(conversation, ()))[::-1]

    def show(self, ticket: str, shown: Any, now: float) -> None:
        """Know how an answer was asked for; the time stays that of the first."""
        with self._lock:
            self.shown[ticket] = (self.shown.get(ticket, (now, None))[0], shown)
            _bound(self.shown)

    def draft(self, ticket: str, draft: Any, now: float) -> None:
        """Know what will be a note; the time stays that of the first."""
        with self._lock:
            self.drafts[ticket] = (self.drafts.get(ticket, (now, None))[0], draft)
            _bound(self.drafts, MOST_DRAFTS)

    def clear(self, user: str) -> None:
        """Forget all that was asked, and what one person began to add."""
        with self._lock:
            self.shown.clear()
            self.questions.clear()
            for ticket in [ticket for ticket, (_, draft) in self.drafts.items() if draft.user == user]:
                del self.drafts[ticket]


def _bound(known: dict[str, Any], most: int = 0) -> None:
    while len(known) > (most or MOST):
        del known[next(iter(known))]
