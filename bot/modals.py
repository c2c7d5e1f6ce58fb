"""The forms and windows that open in Slack. Pure: plain data in, the ``view`` of ``views.open`` out."""

from collections.abc import Iterable, Iterator, Sequence

from bot import limits, names
from bot.blocks import Block, Element, View, context, fitting, header, listed, option, section, words
from bot.mrkdwn import clip, plain, quoted, units
from bot.quotes import whence
from bot.views import limited_to
from intents.base import Answer, Tweak, cite
from intents.language import STOP_WORDS
from store.model import Confidence, Hit, Scope
from store.quotes import marks
from store.text import stem

MOST_SCORES = 20
PASSAGE_ROOM = limits.SECTION - 200
EXPORT_PIECE = 2_500
HINT = 300
"""Characters of the line below a field."""
COPY = "Copy this into a document or a wiki."
CUT = "This is only the beginning of it: ask for something narrower to have it whole."

REASONS = {
    "topic": "It is about something else",
    "old": "It is out of date",
    "incomplete": "Something is missing",
    "other": "Something else",
}
"""What people can say of a bad answer, by the value that is kept."""

WHAT_IT_MEANS: dict[Confidence, str] = {
    "sure": "sure: the notes say so in as many words",
    "likely": "likely: most of what you asked for stands there together",
    "nearest": "nearest I have: only a part of what you asked for stands there",
}


_SMALL = frozenset(map(stem, STOP_WORDS))


def why(answer: Answer, tweak: Tweak) -> View:
    """Which words matched, what was corrected, what it was limited to, how sure it is, and each passage's score."""
    told = [section(line) for line in _reasons(answer, tweak)]
    scores = [
        f"{place}. {whence(cite(hit))} · score {hit.score:.2f}"
        for place, hit in enumerate(answer.hits[:MOST_SCORES], 1)
    ]
    found = [header("Passages, best first"), *listed(scores, 30_000, "… and {} more.")] if scores else []
    return modal("Why this?", [*told, *found], names.WHY_VIEW)


def _reasons(answer: Answer, tweak: Tweak) -> Iterator[str]:
    if matched := _matched(answer):
        yield "*Words that matched:* " + ", ".join(clip(word, 60) for word in matched[:40])
    if answer.corrections:
        read = (f"“{clip(fix.typed, 80)}” as *{clip(fix.used, 80)}*" for fix in answer.corrections[:5])
        yield "*Read:* " + ", ".join(read)
    if tweak.exact:
        yield "*Searched exactly* as it was typed."
    yield "*Limited to:* " + (limited_to(answer.scope) or "nothing: all notes were searched")
    if tweak.drop:
        yield "*Left out:* " + ", ".join(sorted(tweak.drop))
    if answer.confidence:
        yield f"*Confidence:* {WHAT_IT_MEANS[answer.confidence]}"
    if answer.notices:
        yield "\n".join(clip(notice, 300) for notice in answer.notices[:5])


def _matched(answer: Answer) -> list[str]:
    """The words as the quotes have them, each once; those of the passages where there are no quotes."""
    marked = [" ".join(line.text[start:end].split()) for line in answer.lines for start, end in line.marks]
    return list({word.casefold(): word for word in marked}.values()) or sorted(
        {word for hit in answer.hits for word in hit.matched - _SMALL}
    )


def passage(hits: Sequence[Hit], at: int) -> View:
    """The passage ``hits[at]`` and those that stand around it, in the order of the note."""
    hit = hits[at]
    told = [header(hit.source.title or hit.source.file), context(whence(cite(hit)))]
    around = [block for place, near in enumerate(hits[:20]) for block in _read(near, quoted_one=place == at)]
    return modal("Passage", [*told, *around], names.PASSAGE_VIEW)


def _read(hit: Hit, *, quoted_one: bool) -> list[Block]:
    text = hit.passage.text
    if not quoted_one:
        return [context(_shown(text))]
    return [section(quoted(text, marks(text, hit.matched - _SMALL), PASSAGE_ROOM))]


def _shown(text: str) -> str:
    return "\n".join(clip(line, PASSAGE_ROOM // 8) for line in text.splitlines()[:8]) or " "


def feedback(ticket: str) -> View:
    """The form that asks what was wrong with an answer; ``private_metadata`` brings the ticket back."""
    reasons = [option(label, value) for value, label in REASONS.items()]
    fields = [
        field(names.REASON, "What was wrong?", {"type": "radio_buttons", "options": reasons}),
        field(names.REMARK, "What should it have said?", typed(multiline=True), optional=True),
    ]
    return form("What was wrong?", "Send", fields, names.FEEDBACK_FORM, ticket)


def search(question: str = "", scope: Scope = Scope(), metadata: str = "") -> View:  # noqa: B008 - frozen
    """The search form: a question, and what to limit it to. ``metadata`` (at most 3,000 characters) comes back."""
    fields = [
        field(names.QUESTION, "What was said about …", typed(initial=question)),
        field(names.EVENT, "Summit", select("Any summit", scope.event), optional=True),
        field(names.YEAR, "Year", select("Any year", scope.year), optional=True),
        field(names.PERSON, "Person", select("Anybody", scope.person), optional=True),
    ]
    return form("Search the notes", "Search", fields, names.SEARCH_FORM, metadata)


def options(labels: Iterable[str]) -> list[Element]:
    """What a type-ahead offers: at most 100 names, each once, without those too long to come back whole."""
    usable = [label for label in dict.fromkeys(labels) if label.strip() and units(label) <= limits.OPTION_VALUE]
    return [option(label, label) for label in usable[: limits.SELECT_OPTIONS]]


def notice(title: str, text: str) -> View:
    """A window that says something."""
    lines = "\n".join(clip(line, 1_000) for line in text.splitlines()[:2]) or " "
    return modal(title, [section(lines)], names.NOTICE_VIEW)


def export(markdown: str) -> View:
    """The answer as Markdown to copy; nothing in it formats, links or mentions."""
    pieces = list(map(_preformatted, _pieces(markdown)))
    whole = len(fitting([context(CUT), *pieces])) > len(pieces)
    return modal("Export", [context(COPY if whole else CUT), *pieces], names.EXPORT_VIEW)


def _pieces(text: str) -> Iterator[str]:
    """The text cut where lines end, in pieces that a block holds; an endless line is cut where it must be."""
    piece = ""
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), EXPORT_PIECE):
            part = line[start : start + EXPORT_PIECE]
            if piece and len(piece) + len(part) > EXPORT_PIECE:
                yield piece
                piece = ""
            piece += part
    if piece.strip():
        yield piece


def _preformatted(text: str) -> Block:
    lines = [{"type": "text", "text": text.rstrip("\n") or " "}]
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": lines}]}


def field(name: str, label: str, element: Element, *, optional: bool = False, hint: str = "") -> Block:
    """An input whose block and element are both called ``name``, with a line below it where there is a ``hint``."""
    block = {"type": "input", "block_id": name, "label": words(label, 100), "optional": optional}
    hinted = {"hint": words(hint, HINT)} if hint else {}
    return {**block, **hinted, "element": {**element, "action_id": name}}


def typed(initial: str = "", *, multiline: bool = False, longest: int = limits.INPUT_TEXT) -> Element:
    """A text field, filled with ``initial`` on one line."""
    element = {"type": "plain_text_input", "multiline": multiline, "max_length": longest}
    return {**element, "initial_value": plain(initial, longest)} if initial.strip() else element


def select(placeholder: str, chosen: str) -> Element:
    """A menu whose options are looked up as somebody types."""
    element = {"type": "external_select", "min_query_length": 0, "placeholder": words(placeholder, 100)}
    first = options([chosen])
    return {**element, "initial_option": first[0]} if first else element


def form(title: str, submit: str, fields: Sequence[Block], name: str, metadata: str) -> View:
    """A modal that is sent off; ``metadata`` (at most 3,000 characters) comes back with it."""
    view = modal(title, fields, name)
    sent = {
        "submit": words(submit, limits.VIEW_TITLE),
        "private_metadata": metadata if units(metadata) <= limits.METADATA else "",
    }
    return {**view, **sent, "close": words("Cancel", limits.VIEW_TITLE)}


def modal(title: str, blocks: Sequence[Block], name: str) -> View:
    """A window with as many blocks as it holds."""
    return {
        "type": "modal",
        "callback_id": name,
        "title": words(title, limits.VIEW_TITLE),
        "close": words("Close", limits.VIEW_TITLE),
        "blocks": fitting(blocks),
    }
