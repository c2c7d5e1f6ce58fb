"""``/recap admin``: what people miss, how Recap is used, what a channel gets, and who did what."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import charts, names, views
from bot.admins import for_admins, write_down
from bot.blocks import ROOM, Block, button, context, header, listed, post, section
from bot.deeds import command_deed, deed
from bot.desk import Desk, Payload
from bot.fixing import answer_fixing, open_fixing
from bot.mrkdwn import clip, mention
from bot.post import Message
from bot.reach import Visit, attend, in_place, whisper
from bot.settings import Settings
from bot.tables import answer_tables, open_table
from intents.base import Chart, counted
from store import audit, gaps, lookup, policies, stats
from store.errors import BotError
from store.gaps import Group
from store.policies import Policy
from store.stats import Stats

SHOWN = 20
"""Groups of questions in one message; the rest comes up as these are done."""
HELP = (
    ("gaps", "what people asked and the notes do not answer, or not well"),
    ("fix", "put title, event, date, author or address of a note right; words or a file name behind it"),
    ("aliases", "names that mean the same: add, change or take out"),
    ("events", "your own events: add, change or take out"),
    ("stats", "questions a day, how many were answered and how fast, and what they were about"),
    ("channel", "what this channel gets; `off`, `mentions` or `threads`; `public` or `private`; `event NAME`; `reset`"),
    ("log", "what admins did"),
    ("help", "this"),
)
CHANNEL_USAGE = (
    "Behind “channel” write “off”, “mentions” (answer these alone) or “threads” (go on in threads, too); “public” or "
    "“private” (answers for the asker alone); “event” and a name (questions that name none are about it); or “reset”."
)
NO_CHANNEL = "There is nothing to set for direct messages: give this command in a channel."
NO_EVENT = "No note is about such an event. Write its name as Home lists it."
NO_GAPS = "Nothing is open: everything that people asked was answered, as far as they told."
NEVER_KEPT = "This list stays empty, since questions are never written down here (RECAP_KEEP_DAYS=0)."
_ADMIN = re.compile(r"\s*admin(?:\s+(gaps|fix|aliases|events|stats|channel|log|help)\b\s*(.*))?\s*", re.I | re.S)
_LONE = re.compile(r"\s*admin\s+(\w+)\s*", re.I)


def answer_admin(app: AsyncApp, settings: Settings, desk: Desk, command: str) -> None:
    """Listen to the subcommand, and to the button under each group of questions. Comes before what asks."""

    async def is_ours(body: Payload) -> bool:
        return parsed(str(body.get("text") or "")) is not None

    async def on_admin(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        name, rest = parsed(str(body.get("text") or "")) or ("help", "")
        work = for_admins(f"{command} admin", partial(_WORK[name], rest))
        attend(Visit(command_deed(body), desk, settings, client), context, body, work)

    async def on_done(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(deed(body), desk, settings, client), context, body, for_admins("This button", _settle))

    app.command(command, matchers=[is_ours])(on_admin)
    app.action(names.DONE)(on_done)
    answer_fixing(app, settings, desk)
    answer_tables(app, settings, desk)


def parsed(text: str) -> tuple[str, str] | None:
    """The subcommand in what was typed and the words behind it; None where it is a question.

    A lone word that is nearly a subcommand asks for help: as a question it would be kept as one that nobody answers.

    >>> parsed("admin"), parsed("Admin channel event Tokyo"), parsed("admin tools of horizon")
    (('help', ''), ('channel', 'event Tokyo'), None)
    >>> parsed("admin alias"), parsed("admin gap"), parsed("admin tools")
    (('help', ''), ('help', ''), None)
    """
    found = _ADMIN.fullmatch(text[:1_000])
    if found:
        return (found[1] or "help").lower(), (found[2] or "").strip()
    lone = _LONE.fullmatch(text[:100])
    return ("help", "") if lone and get_close_matches(lone[1].lower(), _WORK, cutoff=0.8) else None


async def _help(rest: str, visit: Visit) -> None:
    command = visit.settings.command
    told = [f"`{command} admin {name}` – {what}" for name, what in HELP]
    told.append(f"`{command}-reload` – read the notes again; `dry-run`, `cancel` and `undo` behind it")
    told.append("To add a note, drop a file into my direct messages, or use *Add to notes* in the menu of a message.")
    await whisper(visit, post("\n".join(told), [section("\n".join(told))]))


async def _gaps(rest: str, visit: Visit) -> None:
    groups = await visit.desk.in_thread(gaps.open_groups, visit.desk.journal)
    never = not groups and not visit.settings.keep_days
    await whisper(visit, views.sentence(NEVER_KEPT) if never else open_questions(groups))


def open_questions(groups: tuple[Group, ...]) -> Message:
    """The open questions, alike ones in one line, each with a button to mark it as done."""
    if not groups:
        return views.sentence(NO_GAPS)
    told = f"{counted(len(groups), 'open question')}, the most asked first."
    blocks: list[Block] = [header("Open questions"), context(told)]
    for place, group in enumerate(groups[:SHOWN]):
        bad = sum(not question.refused for question in group.questions)
        who = "one person" if group.people == 1 else f"{group.people} people"
        often = f"asked {counted(len(group.questions), 'time')} by {who}"
        line = f"*{clip(group.text, 300)}*\n{often}" + (f", {bad} with a thumb down" if bad else "")
        done = button(names.DONE, group.ticket, "Done", spoken=f"Done: {group.text[:50]}")
        blocks.append({**section(line), "block_id": f"gap-{place}", "accessory": done})
    lines = [f"{len(group.questions)} × {clip(group.text, 200)}" for group in groups[:SHOWN]]
    return post("\n".join([told, *lines])[:3_500], blocks)


async def _settle(visit: Visit) -> None:
    """Mark a group of questions as done, and show the others in its place."""
    left = await visit.desk.in_thread(_settled, visit)
    await write_down(visit, "mark questions as done")
    await in_place(visit, open_questions(left))


def _settled(visit: Visit) -> tuple[Group, ...]:
    journal, ticket = visit.desk.journal, visit.deed.value
    for group in gaps.open_groups(journal):
        if any(question.ticket == ticket for question in group.questions):
            gaps.settle(journal, group.questions, visit.desk.clock())
    return gaps.open_groups(journal)


async def _stats(rest: str, visit: Visit) -> None:
    desk = visit.desk
    await whisper(visit, usage(await desk.in_thread(stats.stats, desk.journal, desk.clock())))


def usage(told: Stats) -> Message:
    """The figures as a chart and as text; without any, that there are none."""
    if not told.questions:
        return views.sentence(f"Nobody asked anything in the last {len(told.days)} days.")
    chart = Chart("Questions a day", "questions", tuple((day[5:], count) for day, count in told.days))
    share = round(100 * told.answered / told.questions)
    lines = [
        f"In the last {len(told.days)} days: {counted(told.questions, 'question')}, {share} % of them answered.",
        f"Half of the answers took {told.median} ms at most, 95 of 100 took {told.late} ms at most.",
        clip(f"{charts.sparkline(chart)} {charts.spoken(chart)}", 1_000),
    ]
    if told.topics:
        lines.append("Most asked for: " + ", ".join(f"{clip(word, 60)} ({count})" for word, count in told.topics))
    drawn = charts.block(chart)
    return post("\n".join(lines), [*([drawn] if drawn else []), *map(section, lines)])


async def _log(rest: str, visit: Visit) -> None:
    deeds = await visit.desk.in_thread(audit.latest, visit.desk.journal)
    lines = [
        f"{_when(one.at)} {mention(one.admin)} {one.action}: {clip(one.detail, 200)}".rstrip(": ") for one in deeds
    ]
    told = lines or ["No admin did anything yet."]
    await whisper(visit, post("\n".join(told)[:3_500], listed(told, ROOM - 1_000, "… and {} more.")))


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


async def _channel(rest: str, visit: Visit) -> None:
    """Show, change or take back what a channel gets."""
    desk, channel = visit.desk, visit.deed.channel
    if not channel.startswith(("C", "G")):
        raise BotError(NO_CHANNEL)
    policy = await desk.in_thread(policies.read, desk.journal, channel)
    if rest:
        policy = await desk.in_thread(_changed, visit, policy, rest)
        await desk.in_thread(policies.keep, desk.journal, channel, policy)
        await write_down(visit, "channel policy", f"{channel} {rest}")
    told = [_hears(visit, policy), _answers(policy), _event(policy)]
    await whisper(visit, post("\n".join(told), [section("\n".join(told)), context(CHANNEL_USAGE)]))


def _changed(visit: Visit, policy: Policy, rest: str) -> Policy:
    word, _, name = rest.partition(" ")
    word, name = word.lower(), name.strip(" \"'“”")
    if word == "reset" and not name:
        return Policy()
    if word in (policies.OFF, policies.MENTIONS, policies.THREADS) and not name:
        return replace(policy, hears=word)
    if word in (policies.PUBLIC, policies.PRIVATE) and not name:
        return replace(policy, answers=word)
    if word == "event" and name:
        found = lookup.events(visit.index.facets, name[:200])
        if not found:
            raise BotError(NO_EVENT)
        return replace(policy, event=found[0])
    raise BotError(CHANNEL_USAGE)


def _hears(visit: Visit, policy: Policy) -> str:
    told = {
        policies.OFF: "Here I answer nobody; commands work, for the asker alone.",
        policies.MENTIONS: "Here I answer mentions alone.",
    }
    follow = "and go on in the threads where I answered" if visit.settings.follow_threads else "alone"
    return told.get(policy.hears, f"Here I answer mentions, {follow}.")


def _answers(policy: Policy) -> str:
    return "Only the asker sees answers." if policy.answers == policies.PRIVATE else "Everybody sees answers."


def _event(policy: Policy) -> str:
    if not policy.event:
        return "Questions are about all events."
    return f"Questions that name no event are about {clip(policy.event, 150)}."


_WORK: dict[str, Callable[[str, Visit], Awaitable[Any]]] = {
    "gaps": _gaps,
    "fix": open_fixing,
    "aliases": partial(open_table, "aliases"),
    "events": partial(open_table, "events"),
    "stats": _stats,
    "channel": _channel,
    "log": _log,
    "help": _help,
}
