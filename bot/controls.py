"""The buttons under an answer: to ask the same again in another way, and to do something with it."""

from collections.abc import Iterator

from bot import names
from bot.blocks import Block, Element, actions, button, section, words
from bot.layout import narrowings
from bot.limits import BUTTON_TEXT
from bot.mrkdwn import address, clip, plain
from intents.base import Answer, Choice, Size, Tweak

MOST_CHOICES = 8
MOST_PASSAGES = 15
FEW = 5
"""How many buttons make one row rather than two."""
SIZES: dict[Size, str] = {"S": "short", "M": "medium", "L": "long"}


def under(answer: Answer, ticket: str, tweak: Tweak, *, private: bool) -> list[Block]:
    """All rows of buttons, few as they are."""
    again = [*_pages(answer, ticket, tweak), *_exact(answer, ticket, tweak), *_chips(answer, ticket)]
    again += _sizes(answer, ticket)
    about = [*_doings(answer, ticket, tweak, private), *_passages(answer, ticket)]
    rows = [[*again, *about]] if len(again) + len(about) <= FEW else [again, about]
    told = choices_text(answer, MOST_CHOICES)
    blocks = [section(told)] if told else []
    blocks += [actions(row) for row in [list(_choices(answer, ticket)), *rows] if row]
    return blocks + ([_thumbs(ticket)] if answer.citations else [])


def choices_text(answer: Answer, buttons: int = 0) -> str:
    """What to go on with, in words; the first ``buttons`` choices only where a button is too short for them."""
    if not answer.choices:
        return ""
    lines = [_told(choice) for place, choice in enumerate(answer.choices[:10]) if place >= buttons or _long(choice)]
    return "\n".join([f"{opening(answer)}:", *lines])


def opening(answer: Answer) -> str:
    """What the choices are to the answer."""
    if answer.refused:
        return "For example" if answer.asks else "The nearest I have"
    return "Or did you mean" if answer.corrections else "You could ask"


def _told(choice: Choice) -> str:
    question = "" if choice.question == choice.label else f": “{clip(choice.question, 120)}”"
    return f"• {clip(choice.label, 200)}{_count(choice)}{question}"


def _count(choice: Choice) -> str:
    return f" ({choice.count})" if choice.count else ""


def _long(choice: Choice) -> bool:
    return len(choice.label) + len(_count(choice)) > BUTTON_TEXT


def _choices(answer: Answer, ticket: str) -> Iterator[Element]:
    for place, choice in enumerate(answer.choices[:MOST_CHOICES]):
        count = _count(choice)
        yield button(f"{names.CHOICE}{place}", ticket, plain(choice.label, BUTTON_TEXT - len(count)) + count)


def _pages(answer: Answer, ticket: str, tweak: Tweak) -> Iterator[Element]:
    if tweak.page > 0:
        yield button(f"{names.PAGE}{tweak.page - 1}", ticket, "Back", spoken="Back to the passages before")
    if answer.more > 0:
        more = f"More ({answer.more})"
        yield button(f"{names.PAGE}{tweak.page + 1}", ticket, more, spoken=f"More: {answer.more} further passages")


def _exact(answer: Answer, ticket: str, tweak: Tweak) -> Iterator[Element]:
    if answer.corrections and not tweak.exact:
        typed = plain(" ".join(fix.typed for fix in answer.corrections), BUTTON_TEXT - 22)
        yield button(names.EXACT, ticket, f"Search instead for “{typed}”")


def _chips(answer: Answer, ticket: str) -> Iterator[Element]:
    for slot, value in narrowings(answer.scope):
        yield button(f"{names.DROP}{slot}", ticket, f"✕ {value}", spoken=f"Not only: {value}")


def _sizes(answer: Answer, ticket: str) -> Iterator[Element]:
    for size, spoken in SIZES.items():
        if answer.size:
            now = size == answer.size
            told = f"{spoken} answer, shown now" if now else f"{spoken} answer"
            yield button(f"{names.SIZE}{size}", ticket, f"✓ {size}" if now else size, spoken=told.capitalize())


def _doings(answer: Answer, ticket: str, tweak: Tweak, private: bool) -> Iterator[Element]:
    if answer.hits:
        yield button(names.WHY, ticket, "Why this?")
    if answer.refused and not answer.asks and not tweak.page:
        yield button(names.TELL, ticket, "Tell the note keepers")
    if answer.citations and private:
        yield button(names.SHARE, ticket, "Share in channel")
    if answer.citations:
        yield button(names.EXPORT, ticket, "Export", spoken="Export as Markdown with sources")


def _passages(answer: Answer, ticket: str) -> Iterator[Element]:
    """A button for every source that is no link, called by its number; the first says what they do."""
    unlinked = [(place, source) for place, source in enumerate(answer.citations) if not address(source.url)]
    for place, source in unlinked[:MOST_PASSAGES]:
        label = f"[{place + 1}]" if place != unlinked[0][0] else f"Open passage [{place + 1}]"
        spoken = f"Open passage {place + 1}: {source.title or source.file}"
        yield button(f"{names.PASSAGE}{place}", ticket, label, spoken=spoken)


def _thumbs(ticket: str) -> Block:
    good, bad = ("Good answer", names.UP), ("Bad answer", names.DOWN)
    up, down = ({"text": words(label, BUTTON_TEXT), "value": f"{way}{ticket}"} for label, way in (good, bad))
    element = {"type": "feedback_buttons", "action_id": names.RATE, "positive_button": up, "negative_button": down}
    return {"type": "context_actions", "elements": [element]}
