"""Delivery over HTTP: signed requests to the bot's request URL."""

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.playground.outbox import ACK_WITHIN
from bot.playground.record import Delivery
from bot.playground.workspace import SIGNING_SECRET, Workspace

REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "http_timeout"),
    (aiohttp.ClientSSLError, "ssl_error"),
    (aiohttp.TooManyRedirects, "too_many_redirects"),
    (aiohttp.ClientConnectionError, "connection_failed"),
    (aiohttp.ClientError, "unknown_error"),
)
"""Slack's words for why a request failed."""


def signed(body: bytes, timestamp: str, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """The headers that prove that a body comes from Slack. ``timestamp`` is in whole seconds since 1970."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Signature": f"v0={digest}", "X-Slack-Request-Timestamp": timestamp}


def encoded(delivery: Delivery) -> tuple[bytes, str]:
    """The body of a delivery and its content type."""
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    form = delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


class Post:
    """Carries deliveries to ``url``. ``skew`` are seconds by which the clock of the signature is ahead."""

    def __init__(self, workspace: Workspace) -> None:
        self.url = ""
        self.skew = 0.0
        self.secret = SIGNING_SECRET
        self._workspace = workspace
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Be ready to send."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=ACK_WITHIN), connector=aiohttp.TCPConnector(force_close=True)
        )

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self._session is not None
        await self._session.close()

    def carry(self, delivery: Delivery) -> None:
        """Send a delivery; works from any thread."""
        loop = self._workspace.clock.loop
        assert loop is not None
        loop.call_soon_threadsafe(self._begin, delivery)

    def _begin(self, delivery: Delivery) -> None:
        task = asyncio.ensure_future(self._send(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, delivery: Delivery) -> None:
        body, kind = encoded(delivery)
        stamp = str(int(self._workspace.clock.now() + self.skew))
        headers = {"Content-Type": kind, **signed(body, stamp, self.secret)}
        if delivery.attempt:
            headers |= {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": delivery.reason}
        assert self._session is not None
        try:
            async with self._session.post(self.url, data=body, headers=headers, allow_redirects=False) as response:
                await self._answered(delivery, response)
        except tuple(kind for kind, _ in REASONS) as error:
            reason = next(reason for kind, reason in REASONS if isinstance(error, kind))
            self._workspace.outbox.fail(delivery, reason)

    async def _answered(self, delivery: Delivery, response: aiohttp.ClientResponse) -> None:
        delivery.status = response.status
        text = await response.text()
        if response.status == 200:
            self._workspace.outbox.acknowledge(delivery.id, _ack(text, delivery))
            return
        again = response.headers.get("X-Slack-No-Retry") != "1"
        self._workspace.outbox.fail(delivery, "http_error", again=again)


def _ack(text: str, delivery: Delivery) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text} if text and delivery.kind == "slash_commands" else {}
    return found if isinstance(found, dict) else {}
