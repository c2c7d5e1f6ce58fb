"""What a service manager (systemd) is told: that Recap is ready, how it is, and that it is not stuck."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from bot.line import Line

IMPATIENT = 0.2
"""Seconds between two looks at whether we are ready."""
USUAL = 20.0
"""Seconds between two signs of life where no watchdog says how often it wants one."""
MORE_TIME = 60
"""Seconds that the start may take from each sign of life on: a first load can take minutes."""


async def attend(line: Line, alive: Callable[[], Awaitable[object]], env: Mapping[str, str] = os.environ) -> None:
    """Tell the manager that started us how things stand, until cancelled; without one, only wait.

    ``alive`` does a small piece of work where answers are worked out: while that is stuck, no sign of life is given.
    """
    address = env.get("NOTIFY_SOCKET", "")
    if not address:
        await asyncio.Event().wait()
    every = _every(env.get("WATCHDOG_USEC", ""))
    ready = False
    try:
        while True:
            await alive()
            began, ready = not ready and line.since is not None, ready or line.since is not None
            told = ["READY=1"] if began else [] if ready else [f"EXTEND_TIMEOUT_USEC={MORE_TIME * 1_000_000}"]
            tell(address, *told, "WATCHDOG=1", f"STATUS={status(line)}")
            await asyncio.sleep(every if ready else IMPATIENT)
    finally:
        tell(address, "STOPPING=1", "STATUS=Finishing the answers at hand.")


def status(line: Line) -> str:
    """How things stand with Slack, in a sentence for people."""
    if line.since is not None:
        return f"Connected to Slack since {time.strftime('%Y-%m-%d %H:%M', time.localtime(line.since))}."
    return "Not connected to Slack; trying again." if line.signed_in else "Starting."


def tell(address: str, *facts: str) -> None:
    """Send facts (``NAME=value``) to a manager; one that does not listen is none of our troubles."""
    where = f"\0{address[1:]}" if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
        to.setblocking(False)
        to.sendto("\n".join(facts).encode(), where)


def _every(microseconds: str) -> float:
    """Seconds between two signs of life: three of them in the time after which the watchdog bites."""
    return max(IMPATIENT, int(microseconds) / 3_000_000) if microseconds.isdecimal() else USUAL
