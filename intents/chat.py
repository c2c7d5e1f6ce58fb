"""Small talk: greetings, thanks and help are answered without looking into the notes."""

from intents.base import Answer, Choice, Intent, Line
from intents.understand import Question
from store.index import Index

EXAMPLES = (
    "what was said about Kuryr",
    "containers in Barcelona 2016",
    "what did Lachlan Evenson show?",
    "how many people were in Tokyo?",
)
GRAMMAR = (
    "Ask in your own words; slips of the finger are forgiven. A summit, city, year or release narrows it down.",
    "In the same thread: “and in 2017?”, “only Tokyo”, “who presented it?”, “more”.",
    'Exactly: in:tokyo  year:2015  by:evenson  "these very words"  -without',
)


def helping(question: Question, index: Index, limit: int = 10) -> Answer:
    """What can be asked, with examples."""
    return Answer(
        "help",
        "I find what your team’s conference notes say, word for word and with the source.",
        lines=tuple(map(Line, GRAMMAR)),
        choices=tuple(Choice(example, example) for example in EXAMPLES),
    )


def hello(question: Question, index: Index, limit: int = 10) -> Answer:
    """A greeting, and what to ask."""
    return Answer(
        "hello",
        "Hello! Ask me what was said at a summit.",
        choices=tuple(Choice(example, example) for example in EXAMPLES[:2]),
    )


def thanks(question: Question, index: Index, limit: int = 10) -> Answer:
    """An answer to thanks."""
    return Answer("thanks", "You’re welcome.")


HELP = Intent("help", "What you can ask, with examples.", "help", helping, cues=("help",), listed=False)
HELLO = Intent("hello", "Say hello.", "hi", hello, listed=False)
THANKS = Intent("thanks", "Say thanks.", "thanks", thanks, listed=False)
