"""The workspace as a server on the loopback address, in a thread of its own."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from email.utils import formatdate
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from bot.playground import api, hooks
from bot.playground.delivery import Post
from bot.playground.faults import Fault, Faults
from bot.playground.gestures import Gestures
from bot.playground.installed import installed
from bot.playground.news import PATIENCE
from bot.playground.record import Call, Delivery, Payload
from bot.playground.refusals import Ask
from bot.playground.sockets import BODY, Sockets
from bot.playground.speech import Speech
from bot.playground.workspace import BOT_TOKEN, Workspace

NESTED = frozenset({"blocks", "attachments", "view", "message", "prompts", "loading_messages", "metadata"})
"""Arguments that are JSON within a form."""


class Playground(Speech, Gestures):
    """A workspace that a bot can be pointed at: ``api_url`` is what its Web API is at.

    Entered with ``with``. What the bot is told and may do is what ``manifest`` says. Without ``request_url`` it is
    reached by Socket Mode. What ``routes`` makes of it is served beside the Web API, on ``port`` (0: any that is
    free; entering raises ``OSError`` where it is taken).
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        request_url: str = "",
        port: int = 0,
        routes: Callable[["Playground"], Sequence[BaseRoute]] = lambda slack: (),
    ) -> None:
        super().__init__(Workspace(installed(manifest)))
        self.faults = Faults()
        self.sockets, self.http = Sockets(self.workspace), Post(self.workspace)
        self.outbox = self.workspace.outbox
        self.outbox.carry, self.outbox.failed = self._carry, self.failed
        self.http.url = request_url
        self._routes, self._port = routes, port
        self._ended: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="playground", daemon=True)
        self._ready = threading.Event()

    @property
    def api_url(self) -> str:
        """The address of the Web API."""
        return f"{self.workspace.url}/api/"

    @property
    def calls(self) -> list[Call]:
        """All requests of the bot, in order."""
        return self.workspace.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """All that was sent to the bot, in order."""
        return self.outbox.sent

    def called(self, method: str) -> list[Call]:
        """The requests to one method."""
        return [call for call in self.calls if call.method == method]

    def delivered(self, kind: str) -> list[Delivery]:
        """The deliveries of one type: ``app_mention``, ``block_actions``, ``/recap``…"""
        return [one for one in self.deliveries if one.type == kind]

    def advance(self, seconds: float) -> None:
        """Let time go by."""
        self.workspace.clock.advance(seconds)

    async def until(self, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait until ``condition`` holds. Raises ``TimeoutError`` that tells what happened instead."""
        try:
            return await self.workspace.news.until(condition, patience)
        except TimeoutError:
            raise TimeoutError(self._story()) from None

    def wait(self, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Like ``until``, outside of an event loop."""
        try:
            return self.workspace.news.wait(condition, patience)
        except TimeoutError:
            raise TimeoutError(self._story()) from None

    def __enter__(self) -> "Playground":
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self.workspace.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.workspace.clock.loop is not None
        assert self._ended is not None
        self.workspace.clock.loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def _story(self) -> str:
        calls = [f"{call.method} {call.status} {call.answer}"[:300] for call in self.calls[-5:]]
        waiting = [f"{one.type} {one.error}" for one in self.outbox.unacknowledged()]
        return f"That did not happen. Last calls: {calls}. Not acknowledged: {waiting}."

    def _carry(self, delivery: Delivery) -> None:
        (self.http.carry if self.http.url else self.sockets.carry)(delivery)

    async def _run(self) -> None:
        """Serve until told to end."""
        self.workspace.clock.loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        app = Starlette(
            routes=[
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/response/{name}", self._response, methods=["POST"]),
                Route("/files/{file}/{name:path}", self._file),
                *self._routes(self),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        )
        config = Config(
            app, ws="none", lifespan="off", log_config=None, access_log=False, h11_max_incomplete_event_size=BODY
        )  # slack_sdk puts whole forms into addresses
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: Line(config=config, server_state=state, app_state={}), sock=self._listener
        )
        await self.sockets.start()
        await self.http.start()
        self._ready.set()
        await self._ended.wait()
        server.close()
        for line in list(state.connections):
            line.transport.abort()
        await self.http.stop()
        await self.sockets.stop()

    async def _api(self, request: Request) -> Response:
        method, body = request.path_params["method"], await _body(request)
        if body is None:
            return _unwelcome(request)
        arguments = _arguments(request, body)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        call = self._begin(method, arguments, bearer or str(arguments.pop("token", "")))
        ask = Ask(self.workspace, method, arguments, call.token)
        headers = {
            "X-OAuth-Scopes": ",".join(sorted(ask.scopes)),
            "X-Slack-Req-Id": self.workspace.name("req"),
            "Date": formatdate(self.workspace.clock.now(), usegmt=True),
        }
        return await self._reply(request, call, lambda: (200, api.answer(ask)), headers)

    async def _response(self, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _unwelcome(request)
        arguments = _arguments(request, body)
        call = self._begin("response_url", arguments, "")
        name = request.path_params["name"]
        return await self._reply(request, call, lambda: hooks.respond(self.workspace, name, arguments), {})

    async def _file(self, request: Request) -> Response:
        """A file, or a page to sign in where the token does not allow to read it: also with status 200."""
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        call = self._begin("file", dict(request.path_params), bearer)
        file = self.workspace.files.get(request.path_params["file"])
        allowed = bearer == BOT_TOKEN and "files:read" in self.workspace.app.scopes
        if fault := self.faults.strike("file"):
            return await self._strike(request, call, fault, lambda: (200, "ok"), {})
        self._end(call, 200, "ok" if file and allowed else "sign in")
        if file and allowed:
            return Response(file.content, media_type=str(file.about["mimetype"]))
        return HTMLResponse("<!DOCTYPE html><title>Sign in</title>")

    async def _reply(
        self, request: Request, call: Call, do: Callable[[], tuple[int, Any]], headers: Mapping[str, str]
    ) -> Response:
        if fault := self.faults.strike(call.method):
            return await self._strike(request, call, fault, do, headers)
        return self._finish(call, do, headers)

    async def _strike(
        self, request: Request, call: Call, fault: Fault, do: Callable[[], tuple[int, Any]], headers: Mapping[str, str]
    ) -> Response:
        if fault.done and fault.replaces:
            with self.workspace.news.lock:
                do()
        if fault.until:
            await self.workspace.news.until(fault.until, 60)
        if not fault.replaces:
            return self._finish(call, do, headers)
        if fault.cut:
            self._end(call, 0, None)
            request.state.transport.abort()
            return Response()
        self._end(call, fault.status, fault.answer)
        return _response(fault.status, fault.answer, {**headers, **fault.headers})

    def _finish(self, call: Call, do: Callable[[], tuple[int, Any]], headers: Mapping[str, str]) -> Response:
        with self.workspace.news.lock:
            status, answer = do()
        self._end(call, status, answer)
        return _response(status, answer, headers)

    def _begin(self, method: str, arguments: Payload, token: str) -> Call:
        call = Call(method, arguments, token, self.workspace.clock.now())
        self.workspace.calls.append(call)
        self.workspace.news.tell()
        return call

    def _end(self, call: Call, status: int, answer: Any) -> None:
        call.status, call.answer = status, answer
        call.seconds = self.workspace.clock.now() - call.at
        self.workspace.news.tell()


class Line(H11Protocol):
    """A connection that can be cut: handlers find its transport in ``request.state``."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connects."""
        super().connection_made(transport)
        self.app_state = {"transport": transport}


async def _body(request: Request) -> bytes | None:
    """The body, or None if it is too large or comes from a page in a browser, whose tokens may be anybody's guess."""
    body = bytearray()
    if "Origin" in request.headers:
        return None
    async for part in request.stream():
        body += part
        if len(body) > BODY:
            return None
    return bytes(body)


def _unwelcome(request: Request) -> Response:
    if "Origin" in request.headers:
        return PlainTextResponse("not for pages", 403)
    return PlainTextResponse("too large", 413)


def _arguments(request: Request, body: bytes) -> Payload:
    """What a request says, in its address and as JSON or a form; what cannot be read is nothing."""
    found: Any = {}
    with suppress(ValueError, RecursionError):
        if request.headers.get("Content-Type", "").startswith("application/json"):
            found = json.loads(body or b"{}")
        else:
            found = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    given = {**request.query_params, **(found if isinstance(found, dict) else {})}
    return {name: _nested(name, value) for name, value in given.items()}


def _nested(name: str, value: Any) -> Any:
    """What is JSON within a text; where it is none, a rule will refuse it."""
    if name not in NESTED or not isinstance(value, str):
        return value
    with suppress(ValueError, RecursionError):
        return json.loads(value)
    return value


def _response(status: int, answer: Any, headers: Mapping[str, str]) -> Response:
    if isinstance(answer, str):
        kind = "text/html" if answer.startswith("<") else "text/plain"
        return PlainTextResponse(answer, status, headers, media_type=kind)
    return JSONResponse(answer, status, headers)
