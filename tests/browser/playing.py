"""A workspace with the page and the bot in it, in threads of this process, and ways around the page."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

import intents
from bot.ask import replier
from bot.playground import Playground
from bot.playground.page import demo, guide
from bot.serve import Recap, serve_with
from bot.settings import Settings
from store.index import Index
from store.load import Changes, reload

KURYR = "What the notes say about Kuryr"
PATIENCE = 30.0


@dataclass
class Played:
    """The workspace, and whether a load of the notes may go on."""

    slack: Playground
    settings: Settings
    loading: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"{self.slack.workspace.url}/"


@contextmanager
def playing(folder: Path, index: Path, notes: Path, port: int = 0) -> Iterator[Played]:
    """A workspace at ``port`` with a bot that answers from ``index`` and loads ``notes``."""
    settings = demo.in_the_playground(Settings(notes=notes, db=index, state=folder / "state.db"))
    with demo.opened(settings, guide.SAMPLES, port) as slack:
        played = Played(slack, replace(settings, api_url=slack.api_url))
        played.loading.set()
        with _bot(played):
            yield played


@contextmanager
def _bot(played: Played) -> Iterator[None]:
    index, loop, settings = Index(played.settings.db), asyncio.new_event_loop(), played.settings

    def load(force, progress) -> Changes:
        if not played.loading.is_set():
            progress(3, 14)
        played.loading.wait(PATIENCE)
        return reload(settings.notes, settings.db, force=force, progress=progress)

    recap = Recap(replier(index), load, lambda: True, intents.INTENTS, index)
    serving = loop.create_task(serve_with(settings, recap))
    thread = threading.Thread(target=partial(_run, loop, serving))
    thread.start()
    try:
        played.slack.wait(lambda: played.slack.sockets.opened, PATIENCE)
        yield
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join()


def _run(loop: asyncio.AbstractEventLoop, serving: asyncio.Task[None]) -> None:
    asyncio.set_event_loop(loop)
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(serving)
    loop.close()


def say(page: Page, text: str, pane: str = "#main") -> None:
    """Type into a composer and send it off."""
    page.locator(f"{pane} .composer textarea").fill(text)
    page.keyboard.press("Enter")


def ask(page: Page, question: str) -> Locator:
    """Mention the bot where one is, and open the thread; gives the answer in it."""
    say(page, f"@recap {question}")
    page.locator("#main .message", has_text=question).last.get_by_role("link", name="reply").click()
    return answer(page)


def answer(page: Page) -> Locator:
    """The last thing that the bot said in the thread."""
    return page.locator("#thread .message", has_text="Recap APP").last


def dialog(page: Page, title: str) -> Locator:
    """Wait for the window of that title."""
    window = page.get_by_role("dialog", name=title)
    expect(window).to_be_visible()
    return window
