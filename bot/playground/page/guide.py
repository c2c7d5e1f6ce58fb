"""The first minute: what to ask, in an order that shows what the bot can do."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.playground.server import Playground
from bot.playground.speech import Impossible
from bot.playground.workspace import BOT_USER, ENGINEERING, Message


@dataclass(frozen=True)
class Step:
    """A question, and what it shows. One that ``follows`` is asked in the thread of the one before."""

    question: str
    shows: str
    follows: bool = False


@dataclass(frozen=True)
class Guide:
    """``notes`` is the folder that is answered from, empty for the samples."""

    steps: tuple[Step, ...]
    notes: str = ""


SAMPLES = Guide(
    (
        Step("what was said about kuyr", "A typo is no obstacle"),
        Step("containers at Barcelona 2016", "What one summit had to say"),
        Step("and in Tokyo?", "A follow-up, in the thread", follows=True),
        Step("what was said about StarlingX?", "What the notes do not mention"),
    )
)


def own(notes: str) -> Guide:
    """What to begin with in notes that we know nothing of."""
    return Guide(
        (
            Step("which summits do you know", "What your notes are about"),
            Step("main topics", "What they speak of most"),
            Step("help", "What can be asked, and how"),
        ),
        notes,
    )


def done(slack: Playground, guide: Guide) -> Sequence[bool]:
    """Which of the steps somebody has gone."""
    return [_asked(slack, step) is not None for step in guide.steps]


def ask(slack: Playground, guide: Guide, user: str, number: int) -> Message:
    """Ask the question of a step for somebody, where everybody may see it. Raises ``Impossible`` out of turn."""
    if not 0 <= number < len(guide.steps):
        raise Impossible("There is no such question.")
    step = guide.steps[number]
    if not step.follows:
        return slack.post(user, ENGINEERING, f"<@{BOT_USER}> {step.question}")
    before = _asked(slack, guide.steps[number - 1])
    if before is None:
        raise Impossible("Ask the question before it first: this one goes on from there.")
    return slack.post(user, ENGINEERING, step.question, before.ts)


def _asked(slack: Playground, step: Step) -> Message | None:
    said = slack.workspace.messages.get(ENGINEERING, [])
    text = step.question if step.follows else f"<@{BOT_USER}> {step.question}"
    return next((one for one in reversed(said) if one.text == text), None)
