"""Socket Mode: each payload goes through one of the sockets that the bot has open, and faults of lines."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from bot.playground.record import Delivery, Payload
from bot.playground.workspace import APP, Workspace

MOST = 10
BODY = 1_000_000


@dataclass(eq=False)
class Line:
    """A socket. A ``silent`` one neither reads nor writes, and says nothing about that."""

    connection: ServerConnection
    silent: bool = False


class Sockets:
    """The sockets that are open, newest last. All but ``start`` and ``stop`` works from any thread."""

    def __init__(self, workspace: Workspace) -> None:
        self.lines: list[Line] = []
        self.opened = 0
        self.refused = 0
        self._workspace = workspace
        self._server: Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._turn = 0

    async def start(self) -> None:
        """Listen on a free port of the loopback address."""
        self._server = await serve(
            self._serve, "127.0.0.1", 0, process_request=self._admit, ping_interval=None, max_size=BODY
        )
        port = next(iter(self._server.sockets)).getsockname()[1]
        self._workspace.socket_url = f"ws://127.0.0.1:{port}/link"

    async def stop(self) -> None:
        """Hang up on everybody."""
        assert self._server is not None
        for line in self.lines:
            line.connection.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    def carry(self, delivery: Delivery) -> None:
        """Send a delivery through one of the sockets, or fail it where there is none."""
        able = [line for line in self.lines if not line.silent] or self.lines
        if not able:
            self._workspace.outbox.fail(delivery, "no_connection")
            return
        self._turn += 1
        frame: Payload = {
            "envelope_id": delivery.id,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            frame |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason}
        self._write(able[self._turn % len(able)], frame)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell the bot that its sockets will go: warning, refresh_requested or link_disabled."""
        for line in list(self.lines):
            self._write(line, {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})

    def close(self, code: int = 1000) -> None:
        """End all sockets with a close frame."""
        for line in list(self.lines):
            self._soon(line.connection.close, code)

    def reset(self) -> None:
        """Tear all lines down without a word."""
        for line in list(self.lines):
            self._now(line.connection.transport.abort)

    def silence(self) -> None:
        """Let all lines stay open and go dead: what the bot sends is not read, and nothing comes back."""
        for line in list(self.lines):
            line.silent = True
            self._now(line.connection.transport.pause_reading)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Each address works once."""
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        with self._workspace.news.lock:
            if ticket in self._workspace.tickets:
                self._workspace.tickets.remove(ticket)
                return None
            self.refused += 1
        self._workspace.news.tell()
        return connection.respond(HTTPStatus.REQUEST_TIMEOUT, "used or unknown ticket")

    async def _serve(self, connection: ServerConnection) -> None:
        line = Line(connection)
        if len(self.lines) >= MOST:
            await connection.send(json.dumps({"type": "disconnect", "reason": "too_many_websockets"}))
            return
        self.lines.append(line)
        try:
            with suppress(ConnectionClosed):
                await connection.send(json.dumps(self._hello()))
                self.opened += 1
                self._workspace.news.tell()
                async for text in connection:
                    self._read(text)
        finally:
            self.lines.remove(line)
            self._workspace.news.tell()

    def _hello(self) -> Payload:
        return {
            "type": "hello",
            "num_connections": len(self.lines),
            "connection_info": {"app_id": APP},
            "debug_info": {"host": "playground", "approximate_connection_time": 3600},
        }

    def _read(self, text: str | bytes) -> None:
        with suppress(ValueError):  # Slack takes no notice of what it does not understand
            frame = json.loads(text)
            if isinstance(frame, dict) and isinstance(frame.get("envelope_id"), str):
                payload = frame.get("payload")
                self._workspace.outbox.acknowledge(frame["envelope_id"], payload if isinstance(payload, dict) else {})

    def _write(self, line: Line, frame: Payload) -> None:
        if not line.silent:
            self._soon(line.connection.send, json.dumps(frame))

    def _soon(self, act: Callable[..., Coroutine[Any, Any, Any]], *values: Any) -> None:
        async def do() -> None:
            with suppress(ConnectionClosed):
                await act(*values)

        def begin() -> None:
            task = asyncio.ensure_future(do())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        self._now(begin)

    def _now(self, act: Callable[[], Any]) -> None:
        assert self._workspace.clock.loop is not None
        self._workspace.clock.loop.call_soon_threadsafe(act)
