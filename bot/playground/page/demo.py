"""Recap in a workspace of its own: the stand-in, the page, and the bot as it runs in Slack."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import click

from bot.manifest import manifest
from bot.playground import Playground
from bot.playground.page.guide import Guide
from bot.playground.page.routes import routes
from bot.playground.workspace import ADMIN, APP_TOKEN, BOT_TOKEN
from bot.serve import serve
from bot.settings import Settings

READY_WITHIN = 120.0
"""Seconds within which the bot is connected, also where there are many notes to read first."""


def run(settings: Settings, guide: Guide, port: int) -> None:
    """Serve the page and the bot until told to end; tell where, and open a browser where there is one.

    ``settings`` say where the notes are and where to put the index and the state. Raises ``BotError``.
    """
    leave_proxies()
    with opened(in_the_playground(settings), guide, port) as slack:
        asyncio.run(_serve(replace(in_the_playground(settings), api_url=slack.api_url), slack))


def in_the_playground(settings: Settings) -> Settings:
    """The settings of a bot that is installed in the playground."""
    return replace(settings, admins=frozenset({ADMIN}), bot_token=BOT_TOKEN, app_token=APP_TOKEN)


@contextmanager
def opened(settings: Settings, guide: Guide, port: int) -> Iterator[Playground]:
    """A workspace with the page at ``port``, or at another one where that is taken."""
    open_at = partial(Playground, manifest(settings), routes=partial(routes, about=guide))
    try:
        slack = open_at(port=port).__enter__()
    except OSError:
        slack = open_at(port=0).__enter__()
    try:
        yield slack
    finally:
        slack.__exit__(None, None, None)


def leave_proxies() -> None:
    """Nothing here is to leave the machine, and Slack's library would ask a proxy even for the loopback address."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]


async def _serve(settings: Settings, slack: Playground) -> None:
    told = asyncio.create_task(_tell_when_ready(slack))
    try:
        await serve(settings)
    finally:
        told.cancel()


async def _tell_when_ready(slack: Playground) -> None:
    await slack.until(lambda: slack.sockets.opened, READY_WITHIN)
    await asyncio.to_thread(tell, f"{slack.workspace.url}/")


def tell(address: str) -> None:
    """Say where the page is, and open it where that can be seen."""
    click.echo(f"Recap answers at {address} in a small workspace like Slack's, on this machine only. Ctrl-C ends it.")
    if has_display():
        webbrowser.open(address)


def has_display() -> bool:
    """Whether a browser would have a screen to open on."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
