"""The line to Slack in Socket Mode: watched, and replaced as soon as Slack asks for it, it breaks or falls silent.

Slack's own client can believe in a dead connection for minutes and tries a used-up address again and again, so
the line is kept here, and Bolt only gets what comes through it.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.ask import trace
from bot.post import LONGEST_WAIT, backoff, refusal, retry_after
from store.errors import BotError

log = logging.getLogger(__name__)

Address = Callable[[], Awaitable[str]]
"""Asks Slack where to connect to; each answer is good for one connection, and briefly."""


@dataclass(slots=True)
class Line:
    """How things stand with Slack, in plain numbers for health checks and figures. Times are Unix times.

    ``since`` is when the connection in use was made, None while there is none; ``heard`` is when Slack last
    gave a sign of life; ``connections`` were made so far. Without Socket Mode, ``heard`` is the last delivery.
    """

    signed_in: bool = False
    since: float | None = None
    heard: float | None = None
    connections: int = 0
    _quiet: float = field(default_factory=time.monotonic)

    def hear(self) -> None:
        """Note a sign of life."""
        self.heard, self._quiet = time.time(), time.monotonic()

    def silence(self) -> float:
        """Seconds since the last sign of life, or since the start where there was none."""
        return time.monotonic() - self._quiet


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how long, in seconds.

    A ping goes out every ``ping``; a connection on which nothing comes back for ``silent`` is given up.
    ``connect`` is for asking where to connect and connecting, ``steady`` is how long a connection has to last
    to count as a good one, ``longest`` bounds the pause after failures. A replaced connection is listened to
    for ``farewell`` if Slack leaves it open, and ``closing`` bounds each step of closing one.
    """

    ping: float = 4.0
    silent: float = 12.0
    connect: float = 8.0
    steady: float = 5.0
    longest: float = 5.0
    farewell: float = 5.0
    closing: float = 0.5


PACE = Pace()


async def keep_open(app: AsyncApp, first: str, address: Address, line: Line, pace: Pace) -> None:
    """Hand Bolt what Slack sends, on one connection after the other, until cancelled.

    ``first`` is the address of the first connection, ``address`` asks for those that follow.
    """
    where, failures = first, 0
    async with aiohttp.ClientSession() as session, _closing_all() as sockets:
        while True:
            begun, over, pause = time.monotonic(), asyncio.Event(), 0.0
            try:
                async with asyncio.timeout(pace.connect):
                    socket = await _connect(session, where or await address())
            except Exception as error:  # whatever it is, trying again is all there is to do
                log.warning("Slack cannot be reached (%s); trying again.", _reason(error))
                pause = _asked_to_wait(error)
            else:
                sockets.append(asyncio.create_task(_attend(socket, app, line, over, pace)))
                await over.wait()
            where = ""
            failures = failures + 1 if time.monotonic() - begun < pace.steady else 0
            if failures > 1:  # the first one may be routine
                pause = max(pause, min(pace.longest, backoff(min(failures, 9) - 2)))
            await asyncio.sleep(pause)
            sockets[:] = [socket for socket in sockets if not socket.done()]


async def until_deaf(line: Line, seconds: float) -> None:
    """Wait until Slack was silent for so long that a new process is the better chance. Raises ``BotError`` then."""
    while (left := seconds - line.silence()) > 0:
        await asyncio.sleep(left)
    raise BotError(
        f"Nothing was heard from Slack for {seconds:g} seconds (RECAP_DEAF_AFTER), and no new connection could be "
        "made. Recap ends so that it can be started again; if that does not help, check the network, the proxy "
        "(HTTPS_PROXY) and whether Socket Mode is still on."
    )


@asynccontextmanager
async def _closing_all() -> AsyncIterator[list[asyncio.Task[None]]]:
    """A list for tasks, which are cancelled and waited for at the end."""
    tasks: list[asyncio.Task[None]] = []
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _connect(session: aiohttp.ClientSession, url: str) -> ClientWebSocketResponse:
    return await session.ws_connect(url, autoping=False, proxy=load_http_proxy_from_env())


async def _attend(socket: ClientWebSocketResponse, app: AsyncApp, line: Line, over: asyncio.Event, pace: Pace) -> None:
    """Listen to one connection to its end; ``over`` is set as soon as another one is needed."""
    pinging = asyncio.create_task(_ping(socket, pace.ping))
    acks: set[asyncio.Task[None]] = set()
    _begin(line)
    begun = line.connections
    now = asyncio.get_running_loop().time
    try:
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(pace.silent) as patience:
                async for frame in _frames(socket, line):
                    if frame.get("type") == "disconnect":
                        log.info("Slack asks for a new connection (%s).", _word(frame.get("reason")))
                        over.set()
                        patience.reschedule(now() + pace.farewell)
                    elif not over.is_set():
                        patience.reschedule(now() + pace.silent)
                    if frame.get("envelope_id"):
                        acks.add(task := asyncio.create_task(_deliver(socket, app, frame)))
                        task.add_done_callback(acks.discard)
        if not over.is_set():
            log.info("The connection to Slack is lost; making a new one.")
    finally:
        over.set()
        pinging.cancel()
        if line.connections == begun:
            line.since = None
        await _close(socket, acks, pace.closing)


def _begin(line: Line) -> None:
    line.hear()
    line.since = line.heard
    line.connections += 1
    log.info("Recap is connected to Slack." if line.connections == 1 else "Recap is connected to Slack again.")


async def _ping(socket: ClientWebSocketResponse, every: float) -> None:
    with suppress(aiohttp.ClientError, OSError):  # whoever listens will notice
        while True:
            await socket.ping()
            await asyncio.sleep(every)


async def _frames(socket: ClientWebSocketResponse, line: Line) -> AsyncIterator[dict[str, Any]]:
    """What Slack sends, as objects (an empty one for mere signs of life), until the connection is closed."""
    while True:
        message = await socket.receive()
        if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
            return
        line.hear()
        if message.type is WSMsgType.PING:
            await socket.pong(message.data)
        yield _object(message.data) if message.type is WSMsgType.TEXT else {}


def _object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


async def _deliver(socket: ClientWebSocketResponse, app: AsyncApp, frame: dict[str, Any]) -> None:
    """Let Bolt handle a delivery, and acknowledge it on the connection that it came through."""
    try:
        request = SocketModeRequest.from_dict(frame)
        response = await run_async_bolt_app(app, request) if request else None
        if response and response.status == 200:
            await socket.send_str(json.dumps({"envelope_id": frame["envelope_id"], **_payload(response)}))
    except (aiohttp.ClientError, OSError):
        log.warning("A delivery could not be acknowledged, since the connection to Slack was lost.")
    except Exception as error:
        log.error("A delivery from Slack could not be handled:\n%s", trace(error))


def _payload(response: BoltResponse) -> dict[str, Any]:
    if not response.body:
        return {}
    kind = response.first_headers().get("content-type", "")
    return {"payload": json.loads(response.body) if "json" in kind else {"text": response.body}}


async def _close(socket: ClientWebSocketResponse, acks: set[asyncio.Task[None]], seconds: float) -> None:
    """Let the acknowledgements under way out, then close; a peer that is gone is not waited for."""
    if acks:
        await asyncio.wait(set(acks), timeout=seconds)
    for task in acks:
        task.cancel()
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(seconds):
            await socket.close()


def _reason(error: Exception) -> str:
    return refusal(error) if isinstance(error, SlackApiError) else type(error).__name__


def _asked_to_wait(error: Exception) -> float:
    """The seconds that Slack wants us to wait; none where it did not say."""
    if isinstance(error, SlackApiError) and getattr(error.response, "status_code", 0) == 429:
        return min(LONGEST_WAIT, retry_after(dict(error.response.headers)))
    return 0.0


def _word(value: object) -> str:
    """A word of Slack's for the log; nothing that could be more than one."""
    return value if isinstance(value, str) and value.isidentifier() and len(value) < 40 else "no reason given"
