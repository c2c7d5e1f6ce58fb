"""What systemd is told, and what is written into the log."""

import asyncio
import json
import logging
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from bot import service
from bot.line import Line
from bot.log import JsonLines
from bot.service import attend, tell


@pytest.fixture
def manager(tmp_path, monkeypatch):
    """A socket that listens as systemd does."""
    monkeypatch.setattr(service, "IMPATIENT", 0.001)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


async def heard(manager: socket.socket) -> list[str]:
    return (await asyncio.get_running_loop().sock_recv(manager, 4096)).decode().splitlines()


async def fine() -> None:
    pass


async def test_readiness_is_told_once_there_is_a_connection_then_signs_of_life_and_the_end(manager, tmp_path):
    line = Line()
    env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "3000"}
    attending = asyncio.create_task(attend(line, fine, env))
    first = await heard(manager)
    assert "READY=1" not in first
    assert {"EXTEND_TIMEOUT_USEC=60000000", "WATCHDOG=1", "STATUS=Starting."} <= set(first)
    line.signed_in = True
    line.since = 1.0
    while "READY=1" not in (told := await heard(manager)):
        pass
    assert any(fact.startswith("STATUS=Connected to Slack since ") for fact in told)
    assert (await heard(manager))[0] == "WATCHDOG=1"
    line.since = None
    while "STATUS=Not connected to Slack; trying again." not in await heard(manager):
        pass
    attending.cancel()
    with suppress(asyncio.CancelledError):
        await attending
    while "STOPPING=1" not in await heard(manager):
        pass


async def test_while_the_workers_are_stuck_there_is_no_sign_of_life(manager, tmp_path):
    stuck, free = asyncio.Event(), asyncio.Event()

    async def alive() -> None:
        stuck.set()
        await free.wait()

    attending = asyncio.create_task(attend(Line(), alive, {"NOTIFY_SOCKET": str(tmp_path / "notify")}))
    await stuck.wait()
    with pytest.raises(BlockingIOError):
        manager.recv(1)
    free.set()
    assert "WATCHDOG=1" in await heard(manager)
    attending.cancel()


async def test_without_a_manager_nothing_is_told():
    asked = []

    async def alive() -> None:
        asked.append(1)

    attending = asyncio.create_task(attend(Line(), alive, {}))
    await asyncio.sleep(0)
    assert not attending.done()
    assert not asked
    attending.cancel()


def test_a_manager_that_is_gone_is_no_trouble(tmp_path):
    tell(str(tmp_path / "nobody"), "READY=1")
    tell("@recap-nobody-listens-here", "READY=1")


@pytest.mark.parametrize(("told", "seconds"), [("30000000", 10.0), ("", 20.0), ("soon", 20.0), ("1", 0.2)])
def test_signs_of_life_come_three_times_before_the_watchdog_bites(told, seconds):
    assert service._every(told) == seconds


def test_the_log_as_json_is_one_object_a_line_without_secrets():
    try:
        raise ValueError('at "https://hooks.slack.com/actions/T0/1/secret"')
    except ValueError as error:
        record = logging.LogRecord(
            "bot.x", logging.ERROR, __file__, 1, "token %s\nfailed", ("xoxb-1-secret",), (type(error), error, None)
        )
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "secret" not in line
    read = json.loads(line)
    assert read["level"] == "error"
    assert read["logger"] == "bot.x"
    assert read["message"].startswith("token (hidden)\nfailed\n")
    assert read["at"].endswith("+00:00")


def test_the_unit_waits_for_what_is_told():
    unit = (Path(__file__).parent.parent / "deploy" / "recap.service").read_text(encoding="utf-8")
    assert {"Type=notify", "NotifyAccess=main", "Restart=always"} <= set(unit.splitlines())
    assert "WatchdogSec=" in unit
