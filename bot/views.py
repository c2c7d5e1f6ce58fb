"""From what Recap says to Slack messages. Pure: plain data in, the arguments of ``chat.postMessage`` out."""

from collections.abc import Mapping, Sequence

from bot import charts, limits, names
from bot.blocks import ROOM, Block, Message, actions, button, context, listed, post, section, weight
from bot.controls import choices_text, under
from bot.layout import HOW_SURE, narrowings, numbered
from bot.mrkdwn import clip, mention, plain, size
from bot.quotes import body, pieces
from intents.base import Answer, Correction, Intent, Tweak, counted
from intents.chat import GRAMMAR
from store.load import Changes, Problem
from store.model import Scope


def message(
    answer: Answer,
    *,
    asked: str = "",
    ticket: str = "",
    tweak: Tweak = Tweak(),  # noqa: B008 - frozen
    private: bool = False,
    shared_by: str = "",
) -> Message:
    """An answer as one message, however long it is: quotes are shortened until it fits, sources are not.

    ``asked`` restates the question where nobody else saw it. With a ``ticket`` the answer has buttons, which pass it
    on; ``tweak`` is how the answer came about. ``private`` is what only the asker sees, ``shared_by`` the id of who
    showed it to the others.
    """
    head = _head(answer, asked, shared_by, tweak.page)
    foot = under(answer, ticket, tweak, private=private) if ticket else _foot(answer)
    room = limits.MESSAGE_BLOCKS - len(head) - len(foot) - 1
    quotes, left = body(answer.lines, numbered(answer), room, ROOM - weight(head + foot) - 200)
    if left:
        quotes.append(context(f"{left} more did not fit into this message: ask for something narrower."))
    return post(_in_words(answer, asked, shared_by), head + quotes + foot)


def changes(report: Changes, summary: str = "The notes are loaded") -> Message:
    """What a load did, with every rejected file (as many as fit), why, and what to do about it."""
    counts = (
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{report.unchanged} unchanged"
    )
    summary = f"{summary}: {counts}, {len(report.rejected)} rejected."
    found = f"{counted(report.notes, 'note')} from {counted(report.events, 'event')}, in {report.seconds:.1f} seconds."
    kinds = (("Added", report.added), ("Changed", report.changed), ("Removed", report.removed))
    named = [f"{title}: {clip(', '.join(files), 700)}" for title, files in kinds if files]
    rest = "… and {} more: see `recap status`."
    troubles = problems(report.problems)
    blocks = [section(summary), context(found), *map(context, named), *listed(troubles, ROOM - 4_000, rest)]
    return post(_joined([summary, found, *named, *troubles[:50]]), blocks)


def problems(found: Sequence[Problem]) -> list[str]:
    """A line for each file that has something to say, the rejected ones first."""
    return [
        f"• {'Rejected' if problem.rejected else 'Loaded, but note'}: "
        + ": ".join(filter(None, (clip(problem.file, 200), clip(problem.reason, 300), clip(problem.remedy, 300))))
        for problem in sorted(found, key=lambda problem: not problem.rejected)
    ]


def help(intents: Mapping[str, Intent], command: str = "/recap") -> Message:
    """What Recap can be asked, an example for each to press, its subcommand, and how to narrow a question down."""
    lines = [_explained(intent, command) for intent in intents.values() if intent.listed]
    lines += [f"• {clip(line, 300)}" for line in GRAMMAR]
    opening = "Ask me what your team's conference notes say. I answer with their own words and name each source."
    closing = f"Mention me in a channel, write to me directly, or use {_code(command)} and your question."
    blocks = [section(opening), *listed(lines, ROOM - 5_000, "… and {} more."), section(closing)]
    return post(_joined([opening, *lines, closing]), [*blocks, *asking(examples(intents))])


def _explained(intent: Intent, command: str) -> str:
    typed = _code(f"{command} {intent.name} …") if intent.name != "find" else _code(f"{command} …")
    return f"• {clip(intent.help, 300)}\n   for example: _{clip(intent.example, 200)}_, or {typed}"


def _code(text: str) -> str:
    return f"`{clip(text, 60)}`"


def examples(intents: Mapping[str, Intent]) -> tuple[str, ...]:
    """A question for each thing that can be asked."""
    return tuple(intent.example for intent in intents.values() if intent.listed)


def asking(questions: Sequence[str]) -> list[Block]:
    """A row of questions to press; the value of a button is its question."""
    row = [button(f"{names.ASK}{n}", plain(asked, 500), asked) for n, asked in enumerate(questions[:8])]
    return [actions(row)] if row else []


def greeting(command: str) -> Message:
    """Two lines for a channel that Recap was just invited to."""
    asked = "Mention me with a topic, a person or a summit, as in _what was said about Kuryr in Tokyo?_"
    lines = (
        "I answer from your team’s conference notes: their own words, each with its source.",
        f"{asked}, or type {_code(f'{command} help')}.",
    )
    return post("\n".join(lines), [section("\n".join(lines))])


def prompts(intents: Mapping[str, Intent]) -> list[dict[str, str]]:
    """What the agent view offers to ask at first: at most four, each with ``title`` and ``message``."""
    chosen = examples(intents)[: limits.SUGGESTED_PROMPTS]
    return [
        {"title": plain(text[:1].upper() + text[1:], limits.BUTTON_TEXT), "message": plain(text, 300)}
        for text in chosen
    ]


def sentence(text: str) -> Message:
    """A sentence or two of our own, an error's too, with nothing in it that formats or mentions."""
    shown = clip(text, limits.SECTION - 100) or "Recap"
    return post(shown, [section(shown)])


def private_notice(text: str) -> Message:
    """A word to one person that is no answer: a limit reached, a right missing."""
    shown = clip(text, limits.SECTION - 100) or "Recap"
    return post(shown, [context(shown)])


def _head(answer: Answer, asked: str, shared_by: str, page: int) -> list[Block]:
    blocks = [context(text) for text in [*_origin(asked, shared_by), *corrections(answer)]]
    blocks.append(section(f"*{clip(answer.heading, 600) or 'No answer'}*"))
    told = "\n".join(filter(None, [_standing(answer, page), *(clip(notice, 300) for notice in answer.notices[:5])]))
    blocks += [context(told)] if told.strip() else []
    return blocks + _drawn(answer)


def _origin(asked: str, shared_by: str) -> list[str]:
    """Whose question it was, where the message itself does not stand under it."""
    question = clip(asked, 300)
    if sharer := mention(shared_by):
        return [f"Shared by {sharer}" + (f": “{question}”" if question else "")]
    return [f"You asked: {question}"] if question else []


def _standing(answer: Answer, page: int = 0) -> str:
    """How sure the answer is, what it is limited to, and which page of it this is."""
    only = f"Only: {limited_to(answer.scope)}" if answer.scope else ""
    sure = HOW_SURE.get(answer.confidence, "")
    sure = sure[:1].upper() + sure[1:]
    return " · ".join(filter(None, (sure, only, f"page {page + 1}" if page > 0 else "")))


def _drawn(answer: Answer) -> list[Block]:
    """The chart, and the same in words for screen readers and old clients."""
    if answer.chart is None:
        return []
    drawn = charts.block(answer.chart)
    line = context(clip(f"{charts.sparkline(answer.chart)[:60]} {charts.spoken(answer.chart)}", 1_000))
    return [drawn, line] if drawn else [line]


def _foot(answer: Answer) -> list[Block]:
    told = choices_text(answer)
    blocks = [section(told)] if told else []
    return [*blocks, context(_more(answer))] if answer.more > 0 else blocks


def _more(answer: Answer) -> str:
    return f"{answer.more} more {'passage' if answer.more == 1 else 'passages'}: ask “more”."


def corrections(answer: Answer) -> list[str]:
    """A line of markup for each word that was read as another one."""
    return [_correction(fix, answer.refused) for fix in answer.corrections[:5]]


def _correction(fix: Correction, refused: bool) -> str:
    used, typed = clip(fix.used, 80), clip(fix.typed, 80)
    return f"I read “{typed}” as *{used}*" if refused else f"Showing results for *{used}*; search instead for “{typed}”"


def limited_to(scope: Scope) -> str:
    """What an answer is limited to, as markup; nothing where all notes count."""
    return " · ".join(clip(value, 80) for _, value in narrowings(scope))


def _in_words(answer: Answer, asked: str, shared_by: str) -> str:
    """What notifications show and screen readers read, and what is sent where Slack refuses the blocks."""
    told = [*_origin(asked, shared_by), *corrections(answer), clip(answer.heading, 600) or "No answer"]
    told += filter(None, [_standing(answer)])
    if answer.chart:
        told.append(clip(f"{charts.sparkline(answer.chart)[:60]} {charts.spoken(answer.chart)}", 1_000))
    least = len(told)
    told += list(pieces(answer.lines, numbered(answer)))[:20]
    told += filter(None, [choices_text(answer), _more(answer) if answer.more > 0 else ""])
    return _joined(told, least)


def _joined(pieces: list[str], least: int = 1) -> str:
    """Lines as the text beside the blocks: as many as it may hold, the first ``least`` in any case."""
    while len(pieces) > least and size("\n".join(pieces)) > limits.TEXT - 10:
        pieces = pieces[:-1]
    return "\n".join(pieces)
