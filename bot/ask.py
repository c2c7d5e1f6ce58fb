"""One question answered, timed and recorded, for all front ends."""

import logging
import sqlite3
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import intents
from intents.base import Answer, Tweak
from store import shown
from store.errors import BotError, IndexProblem
from store.index import Index
from store.journal import Journal
from store.shown import Shown

log = logging.getLogger(__name__)

Replier = Callable[..., Answer]
"""Answers a text, given the earlier questions of its conversation, oldest first.

Takes ``intent`` and ``tweak`` by name, as ``intents.reply`` does, wherever something calls for them.
"""

STATE_TROUBLE = (sqlite3.Error, IndexProblem, TypeError, ValueError)
"""What the state file may do to us while we run, with anything in its rows if it is damaged.

It costs memory then, but never an answer.
"""

SORRY = "Something went wrong on my side, and it is written down in my log. Please try again in a moment."


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the ticket under which its row is kept (empty where it could not be kept)."""

    answer: Answer
    ticket: str = ""


def replier(index: Index) -> Replier:
    """What answers from an index."""

    def reply(text: str, earlier: Sequence[str], *, intent: str = "", tweak: Tweak = Tweak()) -> Answer:  # noqa: B008
        return intents.reply(text, index, earlier, intent=intent, tweak=tweak)

    return reply


def ask(
    text: str,
    reply: Replier,
    journal: Journal,
    *,
    conversation: str,
    memory: float,
    surface: str,
    clock: Callable[[], float] = time.time,
    intent: str = "",
    channel: str = "",
    user: str = "",
    thread: str = "",
    keep_days: float = 30.0,
    worth: Callable[[Answer], bool] | None = None,
) -> Asked:
    """Answer a question of ``conversation``, which ends with ``memory`` seconds of silence. Never raises.

    ``intent`` is the one called by name, ``channel``, ``user`` and ``thread`` are where and by whom. How to ask
    again is kept for ``keep_days``; an answer that is not ``worth`` showing leaves no trace. A ``BotError`` becomes
    an answer with its text; anything else is logged without the question.
    """
    begun = time.perf_counter()
    earlier = _earlier(journal, conversation, clock(), memory)
    try:
        answer = reply(text, earlier, intent=intent) if intent else reply(text, earlier)
    except BotError as error:
        return Asked(Answer(intent="error", heading=str(error), refused=True))
    except Exception as error:
        log.error("A question could not be answered:\n%s", trace(error))
        return Asked(Answer(intent="error", heading=SORRY, refused=True))
    if worth and not worth(answer):
        return Asked(answer)
    milliseconds = round((time.perf_counter() - begun) * 1000)
    choices = tuple(choice.question for choice in answer.choices)
    row = Shown(text, surface, channel, user, thread, earlier, intent, choices)
    return Asked(answer, keep(journal, conversation, row, answer, milliseconds, clock(), keep_days))


def claim(journal: Journal, keys: Sequence[str], now: float) -> bool:
    """Whether nobody is answering this yet. Where the state file fails it counts as new: silence would be worse."""
    try:
        return journal.first_time(keys, now)
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so a restart may answer this again:\n%s", trace(error))
        return True


def finish(journal: Journal, keys: Sequence[str], now: float) -> None:
    """Note that this is answered; where that fails, the answer stands all the same."""
    try:
        journal.finish(keys, now)
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so a restart may answer this again:\n%s", trace(error))


def trace(error: BaseException) -> str:
    """Where an error happened and its kind, but not its text, which may quote a question or a token."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{frames}{type(error).__name__}"


def _earlier(journal: Journal, conversation: str, now: float, memory: float) -> tuple[str, ...]:
    try:
        return journal.earlier(conversation, now, memory)
    except STATE_TROUBLE as error:
        log.error("The state file cannot be read, so this question stands alone:\n%s", trace(error))
        return ()


def keep(
    journal: Journal, conversation: str, row: Shown, answer: Answer, milliseconds: int, now: float, days: float
) -> str:
    """Remember a question, record its answer and how to ask again, and give the ticket of that.

    A full disk must not cost the answer itself: the ticket is empty then.
    """
    try:
        journal.remember(conversation, row.text, now)
        ticket = journal.record(
            surface=row.surface, intent=answer.intent, milliseconds=milliseconds, refused=answer.refused, now=now
        )
        shown.keep(journal, ticket, row, now, days)
        return ticket
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so this answer is not recorded:\n%s", trace(error))
        return ""
