"""One question answered, timed and recorded, for all front ends."""

import logging
import sqlite3
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intents.base import Answer
from store.errors import BotError, IndexProblem
from store.journal import Journal

log = logging.getLogger(__name__)

Replier = Callable[[str, Sequence[str]], Answer]
"""Answers a text, given the earlier questions of its conversation, oldest first."""

STATE_TROUBLE = (sqlite3.Error, IndexProblem)
"""What the state file may do to us while we run. It costs memory then, but never an answer."""

SORRY = "Something went wrong on my side, and it is written down in my log. Please try again in a moment."


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the ticket under which its row is kept (empty where it could not be kept)."""

    answer: Answer
    ticket: str = ""


def ask(
    text: str,
    reply: Replier,
    journal: Journal,
    *,
    conversation: str,
    memory: float,
    surface: str,
    clock: Callable[[], float] = time.time,
) -> Asked:
    """Answer a question of ``conversation``, which ends with ``memory`` seconds of silence. Never raises.

    A ``BotError`` becomes an answer with its text; anything else is logged without the question.
    """
    begun = time.perf_counter()
    try:
        answer = reply(text, _earlier(journal, conversation, clock(), memory))
    except BotError as error:
        return Asked(Answer(intent="error", heading=str(error), refused=True))
    except Exception as error:
        log.error("A question could not be answered:\n%s", trace(error))
        return Asked(Answer(intent="error", heading=SORRY, refused=True))
    milliseconds = round((time.perf_counter() - begun) * 1000)
    return Asked(answer, _keep(journal, conversation, text, answer, surface, milliseconds, clock()))


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


def _keep(
    journal: Journal,
    conversation: str,
    text: str,
    answer: Answer,
    surface: str,
    milliseconds: int,
    now: float,
) -> str:
    """Remember the question and record its answer; a full disk must not cost the answer itself."""
    try:
        journal.remember(conversation, text, now)
        return journal.record(
            surface=surface, intent=answer.intent, milliseconds=milliseconds, refused=answer.refused, now=now
        )
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so this answer is not recorded:\n%s", trace(error))
        return ""
