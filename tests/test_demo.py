"""``recap demo`` as a process in a terminal of its own: where the page is, and how it ends."""

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import termios
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from bot.playground.page import demo

ROOT = Path(__file__).parent.parent
NOTES = Path(__file__).parent / "notes"


class Terminal:
    """A process that believes to be in a terminal. ``text`` is what it has written so far."""

    def __init__(self, place: Path, *words: str) -> None:
        self._master, slave = pty.openpty()
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "TERM": "dumb"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", *words], stdin=slave, stdout=slave, stderr=slave, cwd=place,
            env={**env, "TMPDIR": str(place)}, start_new_session=True, preexec_fn=lambda: _control(slave),
        )  # fmt: skip
        os.close(slave)
        self.text = ""

    def until(self, words: str) -> str:
        """Read on until these words are written, and give the line that has them."""
        while words not in self.text:
            assert self._read(), self.text
        return next(line for line in self.text.splitlines() if words in line)

    def write(self, text: str) -> None:
        """Type something; ``\\x03`` is Ctrl-C."""
        os.write(self._master, text.encode())

    def ended(self) -> int:
        """Wait until it ended; gives its exit code."""
        while self._read():
            pass
        return self.process.wait(20)

    def close(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def _read(self) -> bool:
        """Take in what comes next; false at the end."""
        with suppress(OSError):  # raised where the other end is closed
            part = os.read(self._master, 4096)
            self.text += part.decode(errors="replace")
            return bool(part)
        return False


def _control(terminal: int) -> None:
    """Make a terminal the one whose Ctrl-C ends the process."""
    import fcntl

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


@pytest.fixture
def demo_in(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    started: list[Terminal] = []

    def begin(*words: str) -> Terminal:
        started.append(Terminal(tmp_path, *words))
        return started[-1]

    yield begin
    for terminal in started:
        terminal.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def opened(address: str) -> str:
    with build_opener(ProxyHandler({})).open(address, timeout=20) as answer:
        return answer.read().decode()


def test_the_page_is_where_it_says_and_ends_with_control_c(demo_in, tmp_path):
    port = free_port()
    terminal = demo_in("--port", str(port))
    assert f"http://127.0.0.1:{port}/ " in terminal.until("Recap answers at")
    page = opened(f"http://127.0.0.1:{port}/")
    assert "Your first minute" in page
    terminal.write("\x03")
    assert terminal.ended() == 0
    assert "Traceback" not in terminal.text
    assert not list(tmp_path.iterdir())


def test_another_port_is_taken_where_that_one_is_not_free_and_a_service_manager_may_end_it(demo_in):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        terminal = demo_in("--port", str(port), "--notes", str(NOTES))
        address = re.search(r"http://\S+", terminal.until("Recap answers at")).group()
        assert not address.endswith(f":{port}/")
        assert str(NOTES) in opened(address)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ended() == 0


def test_the_chat_in_the_terminal_is_still_there(demo_in):
    terminal = demo_in("--terminal")
    terminal.until("/quit ends")
    terminal.write("/quit\n")
    assert terminal.ended() == 0


def test_notes_that_are_not_there_are_told_of_in_a_line(demo_in):
    terminal = demo_in("--notes", "nowhere")
    assert terminal.ended() == 1
    assert "nowhere" in terminal.until("recap: ")


@pytest.mark.parametrize(
    ("platform", "screen", "expected"),
    [("linux", "", False), ("linux", ":0", True), ("darwin", "", True), ("win32", "", True)],
)
def test_a_browser_is_opened_where_there_is_a_screen(monkeypatch, platform, screen, expected):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert demo.has_display() is expected


def test_the_browser_is_shown_the_page_once_the_bot_is_there(monkeypatch, capsys, tmp_path):
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    monkeypatch.setattr(demo, "has_display", lambda: True)
    demo.tell("http://127.0.0.1:1/")
    assert shown == ["http://127.0.0.1:1/"]
    assert "Recap answers at http://127.0.0.1:1/ " in capsys.readouterr().out


def test_no_proxy_gets_to_know_of_it(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("http_proxy", "http://proxy.example")
    demo.leave_proxies()
    assert not [name for name in os.environ if name.lower().endswith("_proxy")]
