"""The bot as a process: it connects to Slack, answers, and ends in an orderly way."""

import asyncio
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

import intents
from bot.ask import Asked, Replier, ask, replier
from bot.desk import WORKERS, Desk, Progress
from bot.inbox import Incoming
from bot.post import UNREACHABLE, refusal
from bot.settings import Settings
from bot.slack import build_app
from intents.base import Intent
from store.errors import BotError, IndexProblem
from store.index import Index, open_index
from store.journal import Journal
from store.load import Changes, reload
from store.schema import OutdatedIndex

log = logging.getLogger(__name__)
socket_log = logging.getLogger("recap.socket")
socket_log.setLevel(logging.INFO)  # below that it would write down every delivery

THREADS = "recap-worker"
LAST_WORDS = 8.0
"""Seconds that answers in flight get when the bot is told to end; service managers kill after ten."""
LAST_ACKS = 0.1
"""Seconds between the decision to end and closing the line, for the acknowledgements under way."""
PING = 5.0
"""Seconds between two looks at the line: a cut one is noticed with the next, a silent one after four."""
FRESH_ADDRESS = 20.0
"""Seconds without a connection after which another address is asked for: each works once, and briefly."""

_SECRETS = re.compile(
    r"\bxox[a-z][.-][\w.-]+|\bxapp-[\w-]+|(?<=[?&]ticket=)[^&\s'\"]+|(?<=hooks\.slack\.com/)[^\s'\"]+"
)


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


def run(settings: Settings) -> None:
    """Serve until told to end, with a log on stderr. Raises ``BotError`` where that cannot begin."""
    log_to_stderr()
    asyncio.run(serve(settings))
    if stuck := [thread for thread in threading.enumerate() if thread.name.startswith(THREADS)]:
        for thread in stuck:
            thread.join(1.0 / len(stuck))
        if any(thread.is_alive() for thread in stuck):
            logging.shutdown()
            os._exit(0)  # Python would wait for these threads, however long they take


async def serve(settings: Settings) -> None:
    """Answer in Slack until SIGTERM or SIGINT. Raises ``BotError`` where Slack or the notes do not let us."""
    await serve_with(settings, _recap(settings))


async def serve_with(settings: Settings, recap: Recap) -> None:
    """Like ``serve``, with the parts given."""
    stop = _stopped_by_signals()
    ending = threading.Event()
    journal = Journal(settings.state)
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix=THREADS)

    def load(force: bool, progress: Progress) -> Changes:
        return recap.load(force, _interruptible(progress, ending))

    answer = partial(_answer, recap.reply, journal, settings.keep_days)
    desk = Desk(answer, load, journal, recap.intents, pool, index=recap.index)
    try:
        await _until(stop, _load_if_needed(desk, recap))
        if not stop.is_set():
            await _connected(settings, desk, stop, ending)
    finally:
        ending.set()
        pool.shutdown(wait=False, cancel_futures=True)
        if not desk.running:  # a thread that was given up may be writing still
            journal.close()


def log_to_stderr(level: int = logging.INFO) -> None:
    """Set up logging for the process: one line a record, with tokens and the like blacked out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("asyncio", "aiohttp", "slack_sdk", "slack_bolt"):
        logging.getLogger(name).setLevel(logging.WARNING)


class Discreet(logging.Formatter):
    """Blacks out tokens, connection tickets and response addresses, also inside tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line without secrets."""
        return _SECRETS.sub("(hidden)", super().format(record))


def _recap(settings: Settings) -> Recap:
    index = Index(settings.db)

    def load(force: bool, progress: Progress) -> Changes:
        return reload(settings.notes, settings.db, force=force, progress=progress, limit=settings.max_note_bytes)

    return Recap(replier(index), load, partial(_index_is_there, settings.db), intents.INTENTS, index)


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
    )


def _interruptible(progress: Progress, ending: threading.Event) -> Progress:
    def report(done: int, total: int) -> None:
        if ending.is_set():
            raise BotError("Recap is shutting down; the index stays as it was.")
        progress(done, total)

    return report


async def _load_if_needed(desk: Desk, recap: Recap) -> None:
    if await desk.in_thread(recap.ready):
        return
    log.info("There is no index yet: reading the notes.")
    report = await desk.in_thread(desk.reload, False, lambda done, total: None)
    log.info("Loaded %d notes; recap status tells about rejected files.", len(report.added))


async def _connected(settings: Settings, desk: Desk, stop: asyncio.Event, ending: threading.Event) -> None:
    app = build_app(settings, desk)
    await _until(stop, _sign_in(settings, app.client))
    if stop.is_set():
        return
    handler = AsyncSocketModeHandler(app, settings.app_token, logger=socket_log, ping_interval=PING)
    client = handler.client
    renewing = asyncio.ensure_future(renew_address(client))
    try:
        await _until(stop, _connect(settings, handler))
        if not stop.is_set():
            log.info("Recap is connected to Slack.")
        await stop.wait()
    finally:
        renewing.cancel()
        ending.set()
        await asyncio.sleep(LAST_ACKS)
        await client.close()  # type: ignore[no-untyped-call]
        await _finish(desk)


async def _sign_in(settings: Settings, client: AsyncWebClient) -> None:
    try:
        await client.auth_test()
    except SlackApiError as error:
        if _out_of_order(error):
            raise _unreachable(settings, refusal(error)) from None
        raise BotError(
            f"Slack does not accept SLACK_BOT_TOKEN ({refusal(error)}): install the app in your workspace "
            "and copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions at https://api.slack.com/apps."
        ) from None
    except UNREACHABLE as error:
        raise _unreachable(settings, type(error).__name__) from None


async def _connect(settings: Settings, handler: AsyncSocketModeHandler) -> None:
    handler.client.wss_uri = await _address(settings, handler.app.client)
    await handler.connect_async()  # type: ignore[no-untyped-call]


async def _address(settings: Settings, client: AsyncWebClient) -> str:
    """Where to connect to. Asked for here since the socket client repeats even a refused request for ever."""
    try:
        return str((await client.apps_connections_open(app_token=settings.app_token))["url"])
    except SlackApiError as error:
        if _out_of_order(error):
            raise _unreachable(settings, refusal(error)) from None
        raise BotError(
            f"Slack does not let SLACK_APP_TOKEN connect ({refusal(error)}): it must be an app-level token "
            "(xapp-…) of the same app with the scope connections:write, and Socket Mode must be on. "
            "Both are on the app's page at https://api.slack.com/apps (Basic Information, Socket Mode)."
        ) from None
    except UNREACHABLE as error:
        raise _unreachable(settings, type(error).__name__) from None


def _out_of_order(error: SlackApiError) -> bool:
    """Whether what answered is no Slack in good order: a failing server, a proxy's page, a limit."""
    code = refusal(error)
    return code.startswith("HTTP ") or getattr(error.response, "status_code", 200) != 200


def _unreachable(settings: Settings, reason: str) -> BotError:
    return BotError(
        f"Slack cannot be reached at {settings.api_url} ({reason}): check the network, "
        "the proxy (HTTPS_PROXY) and SLACK_API_URL."
    )


async def renew_address(client: SocketModeClient, seconds: float = FRESH_ADDRESS) -> None:
    """Throw the address away while there is no connection, so that the next try asks for a new one.

    The socket client keeps trying the one it has, and each is good for a single connection within seconds.
    """
    while True:
        await asyncio.sleep(seconds)
        if not await client.is_connected():
            client.wss_uri = None


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


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Wait for ``work``, but no longer than until ``stop`` is set."""
    task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
    finally:
        task.cancel()
        stopped.cancel()
