"""Questions that come in from Slack: mentions, direct messages, remarks in threads that we follow, and commands."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.ask import STATE_TROUBLE, claim, finish, trace
from bot.deeds import Deed
from bot.desk import Desk, Payload
from bot.following import heard, is_worth_saying
from bot.inbox import MINUTES, Incoming, from_command, from_event, invited_to
from bot.manners import forget, is_news, is_too_fast, objection
from bot.post import UNREACHABLE, Message, posted, to_channel, to_person, word
from bot.reach import Visit, whisper
from bot.settings import Settings
from intents import CUES
from intents.base import counted
from intents.understand import read
from store import following, policies
from store.errors import IndexProblem
from store.model import Scope
from store.policies import NO_POLICY, Policy
from store.text import words

log = logging.getLogger(__name__)

T = TypeVar("T")

REMEMBERED = 10_000
"""How many names of deliveries a process knows by heart, beside the state file."""
MOST_WAITING = 200
"""Deliveries in hand beyond which people are asked to come back: their answers would be too late."""
STATUS_PATIENCE = 1.0
"""Seconds that an answer waits for the word that it is being worked on; the two must not cross."""
AT_WORK = "is reading the notes …"
"""What people see us doing until an answer is there."""
OK, WELCOME = "ok_hand", "+1"
"""Reactions to "stop" and to thanks."""

BUSY = "A great many questions came in at once, and yours is not among those that I can answer now. Ask again shortly."
TOO_FAST = "That was more than {} in a minute, so I left the last ones out. Give me a moment and ask again."
TOO_FAST_HERE = "People here asked more than {} in a minute, so I left yours out. Ask again in a moment."
SWITCHED_OFF = "I was switched off in this channel by those who run me. Ask me directly, or by my command."
NOT_THERE = {
    "not_in_channel": "I am not in the channel where you asked me, so I cannot answer there. Invite me and ask again, "
    "or ask me here.",
    "channel_not_found": "I cannot see the channel where you asked me, so I cannot answer there. Invite me and ask "
    "again, or ask me here.",
    "is_archived": "The channel where you asked me is archived, so nobody can post there any more. Ask me here.",
    "ratelimited": "Slack takes no more messages from me at the moment, so my answer is lost. Ask again in a minute.",
}
"""What the asker is told, by Slack's word for why the answer could not be posted."""
NOT_POSTED = "Slack did not let me post my answer where you asked me. Ask again, or ask me here."


@dataclass(frozen=True, slots=True)
class Case:
    """A question that came in, and who sees to it. ``policy`` are the rules of its channel, once they were read."""

    incoming: Incoming
    desk: Desk
    settings: Settings
    context: AsyncBoltContext
    body: Payload
    policy: Policy = NO_POLICY

    @property
    def client(self) -> AsyncWebClient:
        """What talks to Slack."""
        return self.context.client

    @property
    def overheard(self) -> bool:
        """Whether we were not called: then we speak only if we have an answer."""
        return self.incoming.surface == "thread"

    @property
    def private(self) -> bool:
        """Whether the asker alone sees the answer."""
        return self.incoming.surface == "command" or self.policy.answers == policies.PRIVATE


def answer_events(app: AsyncApp, settings: Settings, desk: Desk) -> None:
    """Listen to everything that somebody may say to us, to invitations, and to changes in who people are."""

    async def on_question(body: Payload, context: AsyncBoltContext) -> None:
        incoming = from_event(body, context.bot_user_id or "")
        if incoming is None or (incoming.surface == "thread" and not settings.follow_threads):
            return
        case = Case(incoming, desk, settings, context, body)
        take_on(case, _overhear(case) if case.overheard else answer_once(case))

    async def on_joined(body: Payload, context: AsyncBoltContext) -> None:
        if channel := invited_to(body, context.bot_user_id or ""):
            desk.start(_greet(desk, settings, context.client, channel), _say_nothing)

    async def on_changed(body: Payload) -> None:
        event = body.get("event")
        user = event.get("user") if isinstance(event, dict) else None
        forget(desk.door, str(user.get("id")) if isinstance(user, dict) else "")

    app.event("app_mention")(on_question)
    app.event("message")(on_question)
    app.event("member_joined_channel")(on_joined)
    app.event("user_change")(on_changed)


def answer_command(app: AsyncApp, settings: Settings, desk: Desk, command: str, intent: str = "") -> None:
    """Listen to a slash command that asks; what follows it is a question to ``intent``, or to what its words call."""

    async def on_ask(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await ack()
        named = intent if intent in desk.intents else ""
        case = Case(from_command(body, named), desk, settings, context, body)
        take_on(case, _answer_privately(case))

    app.command(command)(on_ask)


def take_on(case: Case, work: Coroutine[Any, Any, object]) -> None:
    """Take a question on, unless there is no end of them already."""
    apologize = _say_nothing if case.overheard else partial(tell, case)
    if len(case.desk.running) < MOST_WAITING:
        case.desk.start(work, apologize)
        return
    work.close()
    if not case.overheard and is_news(case.desk.door, f"busy {case.incoming.user}"):
        case.desk.start(_whisper(case, views.private_notice(BUSY)), apologize)


async def _overhear(case: Case) -> None:
    """See to a remark that did not call us: a question to go on with, "stop", or thanks."""
    incoming, desk = case.incoming, case.desk
    remark = heard(incoming.text)
    if not remark or not await _is_followed(case):
        return
    case = await _with_policy(case)
    if case.policy.hears in (policies.OFF, policies.MENTIONS):
        return
    if remark == "question":
        await answer_once(case)
    elif await claimed(case):
        await (_stop(case) if remark == "stop" else _react(case, WELCOME))
        await desk.in_thread(finish, desk.journal, incoming.keys, desk.clock())


async def _is_followed(case: Case) -> bool:
    """Whether somebody may go on in a thread. An answer that is on its way there is waited for: it may allow that."""
    incoming, desk = case.incoming, case.desk
    async with desk.turn(incoming.conversation):
        place = (incoming.channel, incoming.thread, incoming.user, desk.clock())
        return await _kept(desk, False, following.is_followed, *place)


async def answer_once(case: Case) -> bool:
    """Answer unless that was done already (then False); Slack delivers again what it believes lost."""
    incoming, desk = case.incoming, case.desk
    async with desk.turn(incoming.trunk or incoming.conversation):
        if not await claimed(case):
            return False
        case = await _with_policy(case)
        message = await _worked_out(case) if await may_ask(case) else None
        if message and await tell(case, message):
            await _follow(case)
    await desk.in_thread(finish, desk.journal, incoming.keys, desk.clock())
    return True


async def _answer_privately(case: Case) -> None:
    async with case.desk.turn(case.incoming.conversation):
        case = await _with_policy(case)
        message = await _worked_out(case) if await may_ask(case) else None
    if message:
        await tell(case, message)


async def _with_policy(case: Case) -> Case:
    """The same, with the rules of its channel. Direct messages have none."""
    desk, channel = case.desk, case.incoming.channel
    if case.policy != NO_POLICY or not channel.startswith(("C", "G")):
        return case
    return replace(case, policy=await _kept(desk, NO_POLICY, policies.read, channel))


async def claimed(case: Case) -> bool:
    """Whether this is ours to answer: the names of the delivery are on disk before any work is done."""
    desk, keys = case.desk, case.incoming.keys
    return not _taken(desk, keys) and await desk.in_thread(claim, desk.journal, keys, desk.clock())


def _taken(desk: Desk, keys: Sequence[str]) -> bool:
    """Whether this process took it on already. The state file knows that too, unless it fails."""
    if any(key in desk.taken for key in keys):
        return True
    desk.taken.update(dict.fromkeys(keys))
    while len(desk.taken) > REMEMBERED:
        del desk.taken[next(iter(desk.taken))]
    return False


async def may_ask(case: Case) -> bool:
    """Whether somebody may ask, and has not asked too much; if not, they are told so privately."""
    incoming, settings, door = case.incoming, case.settings, case.desk.door
    if is_too_fast(door, incoming.user, settings.rate_person):
        return await _refuse(case, TOO_FAST.format(counted(settings.rate_person, "question")), once=incoming.user)
    if reason := await objection(door, settings, case.context, case.body):
        return await _refuse(case, reason)
    in_channel = incoming.surface in ("mention", "thread")
    if in_channel and case.policy.hears == policies.OFF:
        return await _refuse(case, SWITCHED_OFF, once=f"off {incoming.channel} {incoming.user}")
    if in_channel and is_too_fast(door, incoming.channel, settings.rate_channel):
        once = f"{incoming.channel} {incoming.user}"
        return await _refuse(case, TOO_FAST_HERE.format(counted(settings.rate_channel, "question")), once=once)
    return True


async def _refuse(case: Case, reason: str, once: str = "") -> bool:
    """Say why there is no answer, under the name ``once`` not for every question; always False."""
    if not case.overheard and (not once or is_news(case.desk.door, once)):
        await _whisper(case, views.private_notice(reason))
    return False


async def _worked_out(case: Case) -> Message | None:
    """The answer as a message; None where nobody called us and there is nothing worth saying."""
    incoming, desk = case.incoming, case.desk
    if incoming.surface == "mention" and case.settings.follow_threads and heard(incoming.text) == "stop":
        await _stop(case)
        return None
    if incoming.trunk and words(incoming.text):
        branch = (incoming.trunk, incoming.conversation, incoming.text, desk.clock(), 10 * MINUTES)
        await _kept(desk, None, following.branch, *branch)
    status = asyncio.ensure_future(show_status(case))
    try:
        message = await desk.in_thread(_message, case)
        await asyncio.wait({status}, timeout=STATUS_PATIENCE)
    finally:
        status.cancel()
    return message


def _message(case: Case) -> Message | None:
    incoming, desk = case.incoming, case.desk
    if not words(incoming.text) or incoming.text.lower() == "help":
        return views.help(desk.intents, case.settings.command)
    asked = desk.answer(replace(incoming, text=_limited(case)))
    if case.overheard and not is_worth_saying(incoming.text, asked.answer):
        return None
    if asked.answer.intent == "help":
        return views.help(desk.intents, case.settings.command)
    typed = incoming.typed if incoming.surface == "command" else ""
    return views.message(asked.answer, asked=typed, ticket=asked.ticket, private=case.private)


def _limited(case: Case) -> str:
    """The question, about the channel's own event where it opens a conversation and names no other."""
    incoming, index, event = case.incoming, case.desk.index, case.policy.event
    if not event or index is None or not (incoming.opens_thread or incoming.surface == "command"):
        return incoming.text
    with suppress(IndexProblem):
        question = read(incoming.text, index.facets, CUES)
        if question.has_topic and question.scope == replace(Scope(), person=question.scope.person):
            return f'{incoming.text} event:"{event}"'
    return incoming.text


async def tell(case: Case, message: Message) -> bool:
    """Show a message where it was asked for; where Slack does not have it, the asker is told why, privately."""
    incoming, desk = case.incoming, case.desk
    if case.private and incoming.surface != "dm":
        return await _whisper(case, message)
    code = await posted(case.client, incoming.channel, incoming.thread, message, pause=desk.pause)
    if code and not case.overheard and not incoming.channel.startswith("D"):
        notice = views.private_notice(NOT_THERE.get(code, NOT_POSTED))
        await to_person(case.client, incoming.user, notice, pause=desk.pause)
    return not code


async def _whisper(case: Case, message: Message) -> bool:
    """Show a message to the asker alone."""
    incoming, desk = case.incoming, case.desk
    if incoming.surface == "dm":
        return await to_channel(case.client, incoming.channel, incoming.thread, message, pause=desk.pause)
    thread = "" if incoming.opens_thread else incoming.thread
    url = str(case.body.get("response_url") or "")
    deed = Deed(user=incoming.user, channel=incoming.channel, thread=thread, url=url)
    return await whisper(Visit(deed, desk, case.settings, case.client), message)


async def _say_nothing(message: Message) -> None:
    """Where nobody called us, nobody waits for an apology."""


async def show_status(case: Case, doing: str = AT_WORK) -> None:
    """Tell in a direct message that we are at work on it; the answer takes that away."""
    incoming = case.incoming
    if incoming.surface != "dm":
        return
    try:
        await case.client.assistant_threads_setStatus(
            channel_id=incoming.channel, thread_ts=incoming.thread, status=doing
        )
    except (SlackApiError, *UNREACHABLE) as error:
        log.debug("No status is shown (%s).", word(error))


async def _follow(case: Case) -> None:
    """Let the one we answered in a channel's thread go on there without a mention."""
    incoming, desk = case.incoming, case.desk
    if case.settings.follow_threads and incoming.surface in ("mention", "thread"):
        place = (incoming.channel, incoming.thread, incoming.user, desk.clock())
        await _kept(desk, None, following.follow, *place)


async def _stop(case: Case) -> None:
    incoming, desk = case.incoming, case.desk
    await _kept(desk, None, following.stop, incoming.channel, incoming.thread, incoming.user, desk.clock())
    if not await _react(case, OK):
        await to_channel(case.client, incoming.channel, incoming.thread, views.sentence("OK."), pause=desk.pause)


async def _react(case: Case, name: str) -> bool:
    incoming = case.incoming
    try:
        await case.client.reactions_add(channel=incoming.channel, timestamp=incoming.ts, name=name)
    except (SlackApiError, *UNREACHABLE) as error:
        log.debug("A reaction could not be left (%s).", word(error))
        return False
    return True


async def _greet(desk: Desk, settings: Settings, client: AsyncWebClient, channel: str) -> None:
    """Tell a channel once what to ask; noted before it is said, since twice would be worse than never."""
    if await _kept(desk, False, following.greet, channel, desk.clock()):
        await to_channel(client, channel, "", views.greeting(settings.command), pause=desk.pause)


async def _kept(desk: Desk, instead: T, work: Callable[..., T], *values: object) -> T:
    """What some work on the state file gives, or *instead* where the file fails: that must not cost an answer."""
    try:
        return await desk.in_thread(work, desk.journal, *values)
    except STATE_TROUBLE as error:
        log.error("The state file fails, so threads are not followed and nobody is greeted:\n%s", trace(error))
        return instead
