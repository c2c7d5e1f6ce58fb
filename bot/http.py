"""Slack calling us: one address for all that it delivers, and two for whoever watches over Recap."""

import asyncio
import errno
import hashlib
import hmac
import json
import logging
import re
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.ask import trace
from bot.line import Line
from store.errors import BotError

log = logging.getLogger(__name__)

Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Unready = Callable[[], Awaitable[str]]
"""Gives a word for why no question can be answered now, or nothing."""

SLACK, HEALTH, READY, METRICS = "/slack/events", "/healthz", "/readyz", "/metrics"
METHODS = {SLACK: ("POST",), HEALTH: ("GET", "HEAD"), READY: ("GET", "HEAD"), METRICS: ("GET", "HEAD")}
MAX_BODY = 1_000_000
"""Bytes. The largest view that Slack allows is a quarter of that before it is encoded."""
PATIENCE = 10.0
"""Seconds within which a request has to arrive: its head, and then its body."""
LINGER = 2.0
"""Seconds for which what follows a refused body is read and thrown away, so that the refusal arrives."""
FRESH = 5 * 60
"""Seconds; what was signed longer ago may be a recording."""
CONNECTIONS = 500
"""Connections at a time; more are turned away with 503, and Slack tries again."""
LAST_REQUESTS = 1
"""Seconds that requests in flight get at the end; Slack is answered within milliseconds."""

_HEX = re.compile(rb"v0=[0-9a-f]{64}")
_DIGITS = re.compile(rb"[0-9]{1,15}")
_UNREAD = (404, 405, 413)
"""How requests are refused before all of them has arrived."""
_RETRIES = (b"x-slack-retry-num", b"x-slack-retry-reason")


@dataclass(frozen=True)
class Where:
    """Where to listen: a name or address of this machine, and a port (0 for any that is free).

    ``change`` tells how to choose another port.
    """

    host: str = "127.0.0.1"
    port: int = 3000
    change: str = "--port"


class Refused(Exception):
    """A request that is answered with an HTTP status and a word instead of being handled."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.status = status
        self.word = word


def gate(app: AsyncApp, secret: str, line: Line, unready: Unready) -> Asgi:
    """The ASGI application: lets in what Slack signed with ``secret``, and tells how Recap is.

    The app itself need not check signatures: it gets nothing that is not signed.
    """
    bolt = AsyncSlackRequestHandler(app, path=SLACK)

    async def on_slack(scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(scope, receive)
        if _is_certificate_check(scope, body):
            await _say(send, 200, "")
            return
        if not signed(scope["headers"], body, secret, time.time()):
            raise Refused(401, "invalid signature")
        line.hear()
        if not line.signed_in:
            raise Refused(503, "starting")
        await _handled(bolt, scope, _payload(scope, body), send)

    return partial(_answer, {SLACK: on_slack, **_health(unready)})


def watched(unready: Unready, figures: Callable[[], Awaitable[bytes]], kind: str) -> Asgi:
    """The ASGI application for whoever watches over Recap: how it is, and its ``figures``, of content type ``kind``."""

    async def on_metrics(scope: Scope, receive: Receive, send: Send) -> None:
        await _say(send, 200, await figures(), kind=kind)

    return partial(_answer, {METRICS: on_metrics, **_health(unready)})


def _health(unready: Unready) -> dict[str, Asgi]:
    async def on_ready(scope: Scope, receive: Receive, send: Send) -> None:
        if reason := await unready():
            raise Refused(503, reason)
        await _say(send, 200, "ready")

    async def on_health(scope: Scope, receive: Receive, send: Send) -> None:
        await _say(send, 200, "ok")

    return {READY: on_ready, HEALTH: on_health}


def signed(headers: Sequence[tuple[bytes, bytes]], body: bytes, secret: str, now: float) -> bool:
    """Whether Slack signed this, and lately. Names of headers are in lower case; ``now`` is a Unix time."""
    times = [value for name, value in headers if name == b"x-slack-request-timestamp"]
    signatures = [value for name, value in headers if name == b"x-slack-signature"]
    if len(times) != 1 or len(signatures) != 1:
        return False
    if not _DIGITS.fullmatch(times[0]) or not _HEX.fullmatch(signatures[0]) or abs(now - int(times[0])) > FRESH:
        return False
    expected = hmac.new(secret.encode(), b"v0:%b:%b" % (times[0], body), hashlib.sha256).hexdigest()
    return hmac.compare_digest(b"v0=" + expected.encode(), signatures[0])


def listening(where: Where) -> socket.socket:
    """A socket that listens there. Raises ``BotError`` where that is not possible."""
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        raise BotError(_why_not(where, error)) from None


async def listen(app: Asgi, at: socket.socket) -> None:
    """Serve until cancelled; then take nothing new, and let the requests in flight be answered."""
    config = uvicorn.Config(
        app,
        interface="asgi3",
        http=Impatient,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        headers=[("connection", "close")],
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=LAST_REQUESTS,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve([at]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving


class Server(uvicorn.Server):
    """Leaves signals to the process, which has answers to finish first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Impatient(H11Protocol):
    """Hangs up on whoever does not say in time what they want. There is one request to a connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock."""
        super().connection_made(transport)
        self.hanging_up = self.loop.call_later(PATIENCE, self._hang_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self.hanging_up.cancel()
        super().connection_lost(exc)

    def _hang_up(self) -> None:
        if self.cycle is None:
            self.transport.close()


async def _answer(listeners: Mapping[str, Asgi], scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    try:
        await _route(listeners, scope)(scope, receive, send)
    except Refused as refused:
        await _refuse(scope, receive, send, refused)
    except ConnectionError:
        pass  # whoever asked is gone


def _route(listeners: Mapping[str, Asgi], scope: Scope) -> Asgi:
    path = scope["path"]
    if path not in listeners:
        raise Refused(404, "not found")
    if scope["method"] not in METHODS[path]:
        raise Refused(405, "method not allowed")
    return listeners[path]


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. Raises ``Refused`` where it is too large or slow, ``ConnectionError`` where it is cut off."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if len(length) > 15 or int(length) > MAX_BODY:  # the server lets nothing but digits through
        raise Refused(413, "too large")
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in _parts(receive):
                body += part
                if len(body) > MAX_BODY:
                    raise Refused(413, "too large")
    except TimeoutError:
        raise Refused(408, "too slow") from None
    return bytes(body)


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionError
        more = message.get("more_body", False)
        yield message.get("body", b"")


def _is_certificate_check(scope: Scope, body: bytes) -> bool:
    """Whether Slack only looks at our certificate; it need not sign that, and all it gets is an empty answer."""
    with suppress(Refused):
        return b"ssl_check" in body and _payload(scope, body).get("ssl_check") == "1"
    return False


def _payload(scope: Scope, body: bytes) -> dict[str, Any]:
    """What Slack sent, in the one form that it also has in Socket Mode. Raises ``Refused``.

    Not left to Bolt, which takes any form that mentions the word payload for one that has such a field.
    """
    try:
        text = body.decode()
        if _content_type(scope) == b"application/json":
            read = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
            read = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        raise Refused(400, "malformed") from None
    if not isinstance(read, dict):
        raise Refused(400, "malformed")
    return read


def _content_type(scope: Scope) -> bytes:
    values = (value for name, value in scope["headers"] if name == b"content-type")
    return bytes(next(values, b"")).partition(b";")[0].strip().lower()


async def _handled(bolt: AsyncSlackRequestHandler, scope: Scope, payload: dict[str, Any], send: Send) -> None:
    """Bolt's answer to a delivery."""
    headers = [(b"content-type", b"application/json"), *(pair for pair in scope["headers"] if pair[0] in _RETRIES)]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(payload).encode(), "more_body": False}

    try:
        await bolt({**scope, "headers": headers, "query_string": b""}, receive, send)
    except Exception as error:
        log.error("A request from Slack could not be handled:\n%s", trace(error))
        raise Refused(500, "error") from None


async def _refuse(scope: Scope, receive: Receive, send: Send, refused: Refused) -> None:
    allow = ", ".join(METHODS.get(scope["path"], ())).encode()
    headers = [(b"allow", allow)] if refused.status == 405 else []
    if refused.status not in _UNREAD:
        await _say(send, refused.status, refused.word)
        return
    await _say(send, refused.status, refused.word, *headers, more=True)
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(LINGER):
            async for _ in _parts(receive):
                pass
    await send({"type": "http.response.body", "body": b""})


async def _say(
    send: Send,
    status: int,
    word: str | bytes,
    *headers: tuple[bytes, bytes],
    more: bool = False,
    kind: str = "text/plain; charset=utf-8",
) -> None:
    body = word.encode() if isinstance(word, str) else word
    head = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body, "more_body": more})


def _why_not(where: Where, error: OSError) -> str:
    begin = f"Recap cannot listen on port {where.port} of {where.host}"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{begin}: that is no address of this machine. Leave --host away, or use 0.0.0.0 for all of them."
    if error.errno == errno.EADDRINUSE:
        return f"{begin}: another program uses it already. End that, or choose another port with {where.change}."
    if error.errno == errno.EACCES:
        return f"{begin}: that takes more rights than Recap has. Choose a port above 1023 with {where.change}."
    return f"{begin} ({errno.errorcode.get(error.errno or 0, 'no reason given')}). Choose another with {where.change}."
