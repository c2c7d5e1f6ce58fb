"""App Home: what Recap knows, what to ask, and for admins how it fares. Pure: plain data in, a view out."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import names
from bot.blocks import Block, View, actions, button, context, fitting, header, listed, section
from bot.mrkdwn import clip
from bot.views import asking, problems
from intents.base import counted
from store.load import Problem
from store.model import KnownEvent

LIST_ROOM = 6_000
"""How much of Home one list may take."""
GAPS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Home:
    """What Home tells. ``loaded`` is the ISO time of the last good load, empty where there was none.

    ``news`` names the notes that the last load brought; ``examples`` are questions to press. The rest is for an
    ``admin``: ``status`` are sentences, ``loading`` tells of a load at work, ``problems`` are those of the last load,
    ``gaps`` the questions that people want answered by the notes, newest first.
    """

    notes: int = 0
    passages: int = 0
    loaded: str = ""
    events: tuple[KnownEvent, ...] = ()
    examples: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    command: str = "/recap"
    admin: bool = False
    loading: bool = False
    status: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    gaps: tuple[str, ...] = ()


def home(status: Home) -> View:
    """The Home tab."""
    blocks = [*_opening(status), *_examples(status), *_news(status), *_events(status)]
    return {"type": "home", "blocks": fitting([*blocks, *(_keeping(status) if status.admin else [])])}


def _opening(status: Home) -> list[Block]:
    if not status.notes:
        return [section("*There are no notes yet.* Once they are loaded, ask me what they say.")]
    known = f"{counted(status.notes, 'note')} from {counted(len(status.events), 'event')}"
    told = f"I answer from *{known}*, word for word and with the source of every quote."
    return [section(told), context(f"{counted(status.passages, 'passage')}, {_when(status.loaded)}")]


def _when(loaded: str) -> str:
    day, _, time = clip(loaded, 40).partition("T")
    return (
        f"last loaded {day} {time[:5]}".rstrip() + (" UTC" if time.endswith("+00:00") else "") if day else "not loaded"
    )


def _examples(status: Home) -> list[Block]:
    asked = asking(status.examples)
    how = f"Or write to me under Messages, mention me in a channel, or use `{clip(status.command, 40)}`."
    return [header("Ask me"), *asked, context(how)]


def _news(status: Home) -> list[Block]:
    return _list("New since the last load", [f"• {clip(title, 200)}" for title in status.news])


def _events(status: Home) -> list[Block]:
    lines = [
        f"• {clip(event.name, 150)}"
        + (f" · {clip(event.start, 20)}" if event.start else "")
        + f" · {counted(event.notes, 'note')}"
        for event in status.events
    ]
    return _list("What I know", lines)


def _keeping(status: Home) -> list[Block]:
    """What only admins see."""
    load = button(names.LOAD, "load", "Loading …" if status.loading else "Load the notes now")
    rejected = [problem for problem in status.problems if problem.rejected]
    gaps = [f"• {clip(text, 300)}" for text in status.gaps[:GAPS_SHOWN]]
    return [
        header("For admins"),
        *listed([clip(line, 600) for line in status.status], LIST_ROOM, "… and {} more."),
        actions([load]),
        *_list(f"Rejected files ({len(rejected)})", problems(rejected)),
        *_list(f"Open questions ({len(status.gaps)})", gaps),
    ]


def _list(title: str, lines: Sequence[str]) -> list[Block]:
    """A heading with what stands under it, or nothing at all where there is nothing."""
    return [header(title), *listed(lines, LIST_ROOM, "… and {} more.")] if lines else []
