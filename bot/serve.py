"""The bot as a process: it connects to Slack, answers, and ends in an orderly way."""

import asyncio
import logging
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

import intents
from bot import figures, service, standing
from bot.access import open_connection, sign_in, socket_address
from bot.admins import tell_all
from bot.ask import Asked, Replier, ask, replier
from bot.desk import WORKERS, Desk, Progress
from bot.following import is_worth_saying
from bot.fresh import keep_fresh
from bot.http import Asgi, Where, gate, listen, listening, watched
from bot.inbox import Incoming
from bot.line import PACE, Pace, keep_open, until_deaf
from bot.log import log_to_stderr
from bot.post import UNREACHABLE, sdk_log
from bot.settings import Settings
from bot.slack import build_app
from intents.base import Intent
from store.errors import BotError, IndexProblem
from store.index import Index, open_index
from store.journal import Journal
from store.load import Changes, reload
from store.meaning import Model, load_model
from store.schema import OutdatedIndex

log = logging.getLogger(__name__)

WARM_UP = {"type": "event_callback", "event": {"type": "warm_up"}}
"""A delivery to which nobody listens. With the first one Bolt asks Slack who we are; so nobody has to wait for that."""
THREADS = "recap-worker"
TURN = 0.0005
"""Seconds after which a thread that computes lets another one do so. An answer steps aside for each of its many small
reads: with Python's five milliseconds it would wait a tenth of a second in all for a load at work beside it.
"""
LAST_WORDS = 7.0
"""Seconds that answers in flight get when the bot is told to end; service managers kill after ten."""


@dataclass(frozen=True, slots=True)
class Recap:
    """The parts of Recap that a Slack bot puts to work.

    ``ready`` tells whether there is an index to answer from; ``load`` makes it and may take minutes: it gets
    whether to go on if most notes are gone, and what to call with progress. ``index`` is what buttons under
    answers and Home look into.
    """

    reply: Replier
    load: Callable[[bool, Progress], Changes]
    ready: Callable[[], bool]
    intents: Mapping[str, Intent]
    index: Index | None = None


def run(settings: Settings, where: Where | None = None) -> None:
    """Serve until told to end, with a log on stderr.

    ``where`` is for Slack to call us; without it we call Slack. Raises ``BotError`` where that cannot begin,
    or not go on.
    """
    log_to_stderr(as_json=settings.log_json)
    sys.setswitchinterval(TURN)
    failure: BotError | None = None
    try:
        asyncio.run(serve(settings, where))
    except BotError as error:
        failure = error
    if _are_stuck([thread for thread in threading.enumerate() if thread.name.startswith(THREADS)]):
        if failure:
            log.error("%s", failure)
        logging.shutdown()
        os._exit(1 if failure else 0)  # Python would wait for these threads, however long they take
    if failure:
        raise failure


def _are_stuck(threads: Sequence[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(1.0 / len(threads))
    return any(thread.is_alive() for thread in threads)


async def serve(settings: Settings, where: Where | None = None) -> None:
    """Answer in Slack until SIGTERM or SIGINT. Raises ``BotError`` where Slack or the notes do not let us."""
    await serve_with(settings, _recap(settings), where)


async def serve_with(settings: Settings, recap: Recap, where: Where | None = None, pace: Pace = PACE) -> None:
    """Like ``serve``, with the parts given."""
    watch = listening(Where(port=settings.metrics_port, change="RECAP_METRICS_PORT")) if settings.metrics_port else None
    stop = _stopped_by_signals()
    ending = threading.Event()
    journal = Journal(settings.state, settings.keep_days)
    with suppress(sqlite3.Error):  # the next question tries that again, and tells why it fails
        journal.purge(time.time())
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix=THREADS)

    def load(force: bool, progress: Progress) -> Changes:
        with figures.loading():
            return recap.load(force, _interruptible(progress, ending))

    answer = figures.measured(partial(_answer, recap.reply, journal, settings.keep_days))
    desk = Desk(answer, load, journal, recap.intents, pool, index=recap.index)
    app = build_app(settings, desk)
    try:
        await first_of(
            stop.wait(),
            keep_fresh(desk, settings, partial(tell_all, desk, settings, app.client)),
            service.attend(desk.line, partial(desk.in_thread, int)),
            *([listen(_watched(settings, desk, recap), watch)] if watch else []),
            _called(settings, app, desk, recap, where) if where else _calling(settings, app, desk, recap, pace),
        )
    finally:
        ending.set()
        await _finish(desk)
        pool.shutdown(wait=False, cancel_futures=True)
        if not desk.running:  # a thread that was given up may be writing still
            journal.close()


async def _calling(settings: Settings, app: AsyncApp, desk: Desk, recap: Recap, pace: Pace) -> None:
    """Socket Mode: we call Slack, and again when the line is lost."""
    await _begin(settings, app, desk, recap)
    first = await socket_address(settings, app.client)
    client = AsyncWebClient(base_url=settings.api_url, logger=sdk_log, retry_handlers=[])
    address = partial(open_connection, settings, client)
    if not settings.deaf_after:
        await keep_open(app, first, address, desk.line, pace)
    pace = replace(pace, ping=min(pace.ping, settings.deaf_after / 4))
    await first_of(
        keep_open(app, first, address, desk.line, pace),
        until_deaf(desk.line, settings.deaf_after),
    )


async def _called(settings: Settings, app: AsyncApp, desk: Desk, recap: Recap, where: Where) -> None:
    """HTTP mode: Slack calls us."""
    at = listening(where)
    log.info("Recap listens on port %d of %s.", at.getsockname()[1], where.host)

    async def prepare() -> None:
        await _begin(settings, app, desk, recap)
        desk.line.since = time.time()
        log.info("Recap is ready for Slack.")
        await asyncio.Event().wait()

    await first_of(prepare(), listen(gate(app, settings.signing_secret, desk.line, partial(_unready, desk, recap)), at))


def _watched(settings: Settings, desk: Desk, recap: Recap) -> Asgi:
    async def told() -> bytes:
        running = len(desk.running)
        return await asyncio.to_thread(standing.exposition, desk.line, recap.index, settings.state, running)

    return watched(partial(_unready, desk, recap), told, standing.CONTENT_TYPE)


async def _unready(desk: Desk, recap: Recap) -> str:
    """Why no question can be answered now, in a word; empty where one can."""
    if not await asyncio.to_thread(_can_answer, recap):
        return "index"
    return "" if desk.line.signed_in and desk.line.since is not None else "slack"


async def _begin(settings: Settings, app: AsyncApp, desk: Desk, recap: Recap) -> None:
    await _load_if_needed(desk, recap)
    await sign_in(settings, app.client)
    with suppress(*UNREACHABLE):
        await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=WARM_UP))
    desk.line.signed_in = True
    desk.line.hear()


def _can_answer(recap: Recap) -> bool:
    try:
        return recap.ready()
    except IndexProblem:
        return False


def _recap(settings: Settings) -> Recap:
    model = _model(settings)
    index = Index(settings.db, model)
    load_notes = partial(reload, settings.notes, settings.db, limit=settings.max_note_bytes, model=model)

    def load(force: bool, progress: Progress) -> Changes:
        return load_notes(force=force, progress=progress)

    return Recap(replier(index), load, partial(_index_is_there, settings.db), intents.INTENTS, index)


def _model(settings: Settings) -> Model | None:
    """The model of RECAP_EMBEDDINGS. Where it cannot be loaded, the log tells so, and words have to do."""
    try:
        return load_model(settings.embeddings) if settings.embeddings else None
    except BotError as error:
        log.error("%s", error)
        return None


def _index_is_there(path: Path) -> bool:
    try:
        open_index(path).close()
    except OutdatedIndex:
        return False
    except IndexProblem:
        if path.exists():
            raise
        return False
    return True


def _answer(reply: Replier, journal: Journal, keep_days: float, incoming: Incoming) -> Asked:
    return ask(
        incoming.text,
        reply,
        journal,
        conversation=incoming.conversation,
        memory=incoming.memory,
        surface=incoming.surface,
        channel=incoming.channel,
        user=incoming.user,
        thread=incoming.thread,
        keep_days=keep_days,
        intent=incoming.intent,
        worth=partial(is_worth_saying, incoming.text) if incoming.surface == "thread" else None,
    )


def _interruptible(progress: Progress, ending: threading.Event) -> Progress:
    def report(*far: int) -> None:
        if ending.is_set():
            raise BotError("Recap is shutting down; the index stays as it was.")
        progress(*far)

    return report


async def _load_if_needed(desk: Desk, recap: Recap) -> None:
    if await desk.in_thread(recap.ready):
        return
    log.info("There is no index yet: reading the notes.")
    report = await desk.in_thread(desk.reload, False, lambda *_: None)
    log.info("Loaded %d notes; recap status tells about rejected files.", len(report.added))


async def _finish(desk: Desk) -> None:
    if not desk.running:
        return
    log.info("Answers to be finished first: %d.", len(desk.running))
    _, late = await asyncio.wait(set(desk.running), timeout=LAST_WORDS)
    for task in late:
        task.cancel()
    if late:
        log.warning("Answers that took too long and are given up: %d.", len(late))


def _stopped_by_signals() -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets; a second one ends the process as usual."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def end(number: int) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end, number)
    return stop


async def first_of(*works: Coroutine[Any, Any, object]) -> None:
    """Wait until one of the works ends, and end the others. Raises what ended it."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
