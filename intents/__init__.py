"""Questions in, answers out: ``reply`` is the only door that front ends use."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from intents import chat, compare, events, find, news, summary, timeline, topics, who
from intents.base import Answer, Intent, Tweak
from intents.understand import MAX_QUESTION, understand
from store.index import Index

_ALL = (
    find.INTENT,
    summary.INTENT,
    compare.INTENT,
    timeline.INTENT,
    who.INTENT,
    topics.INTENT,
    events.INTENT,
    news.INTENT,
    chat.HELP,
    chat.HELLO,
    chat.THANKS,
)
INTENTS: Mapping[str, Intent] = MappingProxyType({intent.name: intent for intent in _ALL})
"""Everything that Recap can be asked, by name."""


CUES = {intent.name: intent.cues for intent in INTENTS.values()}
FORCED = "ask"
"""The subcommand that makes a question of whatever follows it."""


def subcommand(text: str) -> tuple[str, str]:
    """The intent that the first word of a command names, and the rest; nothing and all of it otherwise.

    >>> subcommand("ask timeline of what?"), subcommand("kuryr")
    (('find', 'timeline of what?'), ('', 'kuryr'))
    """
    first, _, rest = text.strip().partition(" ")
    name = "find" if first.lower() == FORCED else first.lower()
    named = name in INTENTS and INTENTS[name].listed and rest.strip()
    return (name, rest.strip()) if named else ("", text)


def reply(
    text: str,
    store: Index,
    conversation: Sequence[str] = (),
    limit: int = 10,
    *,
    intent: str = "",
    tweak: Tweak = Tweak(),  # noqa: B008 - frozen
) -> Answer:
    """The answer to *text*, given the earlier questions of the same conversation (oldest first).

    *intent* (a name of ``INTENTS``) is what to answer with, whatever the words; *tweak* is what a press changed.
    ``hits`` are at most *limit* passages (1 to 100). An empty or endless text is refused in words, and nothing
    follows from it; the notes are seen in one state throughout. Raises BotError where the index cannot be read.
    """
    if not text.strip():
        return Answer(
            "find", "That was an empty question. Name a topic, a person or a summit.", refused=True, asks=True
        )
    if len(text) > MAX_QUESTION:
        return Answer(
            "find",
            f"That is too long for a question: {len(text):,} characters, and I read at most {MAX_QUESTION:,}.",
            refused=True,
            asks=True,
        )
    with store.snapshot():
        earlier = [typed for typed in conversation if typed.strip() and len(typed) <= MAX_QUESTION]
        question = understand(text, earlier, store.facets, CUES, intent=intent, tweak=tweak)
        return INTENTS[question.intent].answer(question, store, min(max(limit, 1), 100))
