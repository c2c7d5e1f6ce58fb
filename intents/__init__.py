"""Questions in, answers out: ``reply`` is the only door that front ends use."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from intents import chat, find
from intents.base import Answer, Intent
from intents.understand import MAX_QUESTION, understand
from store.index import Index

INTENTS: Mapping[str, Intent] = MappingProxyType(
    {intent.name: intent for intent in (find.INTENT, chat.HELP, chat.HELLO, chat.THANKS)}
)
"""Everything that Recap can be asked, by name."""


def reply(text: str, store: Index, conversation: Sequence[str] = (), limit: int = 10) -> Answer:
    """The answer to *text*, given the earlier questions of the same conversation (oldest first).

    ``hits`` are at most *limit* passages (1 to 100). An empty or endless text is refused in words, and nothing
    follows from it; the notes are seen in one state throughout. Raises BotError where the index cannot be read.
    """
    if not text.strip():
        return Answer("find", "That was an empty question. Name a topic, a person or a summit.", refused=True)
    if len(text) > MAX_QUESTION:
        return Answer(
            "find",
            f"That is too long for a question: {len(text):,} characters, and I read at most {MAX_QUESTION:,}.",
            refused=True,
        )
    with store.snapshot():
        earlier = [typed for typed in conversation if typed.strip() and len(typed) <= MAX_QUESTION]
        question = understand(text, earlier, store.facets)
        return INTENTS[question.intent].answer(question, store, min(max(limit, 1), 100))
