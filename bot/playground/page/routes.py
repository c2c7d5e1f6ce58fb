"""The page's addresses: the page itself, its files, what is new, and what people do."""

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.playground.page import charts, guide, inspector, markup
from bot.playground.page.deeds import Done, Form, do
from bot.playground.page.scene import Place, find_place, scene
from bot.playground.record import Delivery, Payload
from bot.playground.server import Playground
from bot.playground.speech import Impossible
from bot.playground.workspace import BOT_USER, Message

STATIC = Path(__file__).parent / "static"
FILES = frozenset(file.name for file in STATIC.iterdir())
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LARGEST = 100_000
LARGEST_DROP = 30_000_000
"""Bytes of what the page sends; files come along in a form that makes them a third larger."""
STILL_THERE = 15.0
"""Seconds after which the stream says something, so that a browser that left is noticed."""
ANSWERED_WITHIN = 5.0

Endpoint = Callable[[Request], Awaitable[Response]]


@cache
def templates() -> Environment:
    """The templates; whatever they are given is escaped."""
    made = Environment(
        loader=PackageLoader("bot.playground.page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["mrkdwn"] = markup.html
    made.globals |= {"bars": charts.bars, "spoken": charts.spoken, "FEW": charts.FEW, "BOT": BOT_USER}
    return made


def routes(slack: Playground, about: guide.Guide = guide.SAMPLES) -> list[BaseRoute]:
    """The page as routes beside the Web API of ``slack``. ``about`` is what it suggests to begin with."""
    pages, token = templates(), secrets.token_urlsafe(24)

    async def page(request: Request) -> Response:
        with slack.workspace.news.lock:
            place = find_place(slack, request.query_params)
            drawn = pages.get_template("page.html").render(on_page(slack, about, place), token=token)
        return HTMLResponse(drawn, headers=HEADERS)

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in FILES:
            return _no("There is no such file.", 404)
        return Response((STATIC / name).read_bytes(), headers=HEADERS, media_type=TYPES[Path(name).suffix])

    async def entry(request: Request) -> Response:
        with slack.workspace.news.lock:
            found = list(inspector.details(slack, request.path_params["name"]))
        return HTMLResponse(pages.get_template("entry.html").render(details=found), headers=HEADERS)

    async def events(request: Request) -> Response:
        return StreamingResponse(_news(slack), media_type="text/event-stream", headers=HEADERS)

    async def act(request: Request) -> Response:
        if not secrets.compare_digest(request.headers.get("X-Playground-Token", "").encode(), token.encode()):
            return _no("This page is out of date.", 403)
        form = await _form(request, LARGEST_DROP if request.path_params["deed"] == "drop" else LARGEST)
        if form is None:
            return _no("That cannot be read.", 400)
        try:
            return JSONResponse(await _done(slack, about, request.path_params["deed"], form), headers=HEADERS)
        except Impossible as why:
            return _no(str(why), 409)

    return [
        Route("/", page),
        Route("/static/{name}", file),
        Route("/entry/{name}", entry),
        Route("/events", events),
        Route("/act/{deed}", act, methods=["POST"]),
    ]


def on_page(slack: Playground, about: guide.Guide, place: Place) -> dict[str, Any]:
    """What the page is drawn from. Hold ``news.lock``."""
    return {
        "scene": scene(slack, place),
        "place": place,
        "guide": about,
        "done": guide.done(slack, about),
        "entries": inspector.entries(slack) if place.inspect else [],
    }


async def _news(slack: Playground) -> AsyncIterator[str]:
    """Tells, again and again, that something has changed."""
    seen = -1
    while True:
        try:
            seen = await _newer(slack, seen)
            yield f"data: {seen}\n\n"
        except TimeoutError:
            yield ": nothing new\n\n"


async def _newer(slack: Playground, seen: int) -> int:
    """The version of the workspace, once it is another one."""
    news = slack.workspace.news
    await news.until(lambda: news.version != seen, STILL_THERE)
    return news.version


async def _form(request: Request, largest: int) -> Form | None:
    """What the page sent; None where that is not what it sends."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > largest:
            return None
    with suppress(ValueError, RecursionError):
        found = json.loads(body)
        return found if isinstance(found, dict) else None
    return None


async def _done(slack: Playground, about: guide.Guide, name: str, form: Form) -> Payload:
    """Do it, wait until the bot has taken notice, and tell what the page should know."""
    made: Done = do(slack, about, name, form)
    if isinstance(made, Message):
        return {"channel": made.channel, "thread": made.thread_ts or made.ts}
    if not isinstance(made, Delivery):
        return {}
    with suppress(TimeoutError):
        await slack.workspace.news.until(lambda: made.acked_at is not None or made.error, ANSWERED_WITHIN)
    told: Payload = {"error": f"Recap did not answer ({made.error})."} if made.error else {}
    return told | ({"options": _offered(made.ack)} if name == "suggest" else {})


def _offered(ack: Payload) -> list[Mapping[str, str]]:
    options = ack.get("options") or []
    return [{"label": option["text"]["text"], "value": option["value"]} for option in options]


def _no(why: str, status: int) -> Response:
    if status == 404:
        return PlainTextResponse(why, status, HEADERS)
    return JSONResponse({"error": why}, status, HEADERS)
