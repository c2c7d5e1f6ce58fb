"""One Chromium for all tests, a workspace for each, and pages that must not complain."""

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from browser.playing import Played, playing
from store.load import reload

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
EXPECTED = ("net::ERR_CONNECTION_REFUSED", "net::ERR_INCOMPLETE_CHUNKED_ENCODING", "net::ERR_CONNECTION_RESET")
"""What a browser says when the server goes away."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser; not the one that Playwright would fetch."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("there is no Chromium here: make browser installs it")
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample_notes() -> Iterator[Path]:
    """The notes that ship with the bot."""
    with as_file(files("bot").joinpath("samples")) as notes:
        yield Path(notes)


@pytest.fixture(scope="session")
def sample_index(sample_notes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of them, to be copied."""
    path = tmp_path_factory.mktemp("samples") / "recap.db"
    reload(sample_notes, path)
    return path


@pytest.fixture
def index(sample_index: Path, tmp_path: Path) -> Path:
    """An index for one test."""
    return Path(shutil.copy(sample_index, tmp_path / "recap.db"))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's libraries would go through a proxy even to the loopback address."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def played(chromium: Browser, tmp_path: Path, index: Path, sample_notes: Path) -> Iterator[Played]:
    """A workspace with the bot in it."""
    with playing(tmp_path, index, sample_notes) as played:
        yield played


@pytest.fixture
def look(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a window of its own. Errors in it, and requests to anywhere else, fail the test."""
    complaints: list[str] = []
    contexts = []

    def opened(address: str, **how: object) -> Page:
        contexts.append(chromium.new_context(**how))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("request", lambda request: _stays(request.url, complaints))
        page.goto(address)
        expect(page.locator("html[data-live]")).to_be_attached()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not [text for text in complaints if not any(known in text for known in EXPECTED)]


def _stays(url: str, complaints: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1:", "data:")):
        complaints.append(f"A request went to {url}.")


@pytest.fixture
def page(look: Callable[..., Page], played: Played) -> Page:
    """The page as a member sees it first."""
    return look(played.address)
