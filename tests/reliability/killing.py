"""Work in a process that is killed before it is done: by the clock, or right before one of its steps."""

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import forkserver
from typing import Any

Work = Callable[..., object]
"""What the process does, given a function to tell with and the arguments of this attempt."""

LAST_PART = 0.2
"""The share of the work from which every other moment is drawn: the last, where things are made to last."""
AT_ONCE = 0.0002
"""Seconds before a kill at the very least: the process has only just told that it begins."""
TRIES = 8
"""Attempts that a kill may take: those that come when the work is done do not count."""
PATIENCE = 60.0
BEGUN, DONE = "begun", "done"
_MARK = 80
"""Bytes that a process leaves behind about what it did last."""
_CHANGES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "open"}
"""What counts as a step, beside statements of SQL."""
_WRITING = {"write", "writelines", "flush", "fsync", "fchmod", "close", "replace", "link", "unlink", "rename"}
"""The built-in functions that count as steps where files are written a little at a time."""

_context = multiprocessing.get_context("forkserver")


@dataclass
class Account:
    """What kills met: how many hit the work, in which part of it, and how many came too late and were repeated."""

    hits: int = 0
    late: int = 0
    parts: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        parts = ", ".join(f"{count} {part}" for part, count in sorted(self.parts.items()))
        return f"{parts}; {self.late} came too late and were repeated"


@dataclass(frozen=True)
class Kill:
    """What a process had been given, and what it had told before it died."""

    arguments: tuple[Any, ...]
    told: list[Any]


def kills(
    work: Work,
    attempts: Iterator[tuple[Any, ...]],
    times: int,
    part: Callable[[str], str],
    account: Account,
    seed: int,
    closely: bool = False,
) -> Iterator[Kill]:
    """Kill *work* that many times before it is done, each time with fresh arguments; gives what came of each.

    Every other kill is by the clock, at a moment drawn from the time that the work takes; the others come right
    before a statement or a change to a folder, and if *closely* before each write to a file. The first two of the
    *attempts* are not killed, but show how long the work takes in seconds and in steps. *part* names the part of the
    work from the last step that was begun, for the *account*.
    """
    chance = random.Random(seed)
    runs = [_run(work, next(attempts), closely) for _ in range(2)]
    lasts, steps = min(run[0] for run in runs), min(run[1] for run in runs)
    for arguments in attempts:
        by_clock = account.hits % 2 == 0
        share = chance.random() if chance.random() < 0.5 else 1 - LAST_PART * chance.random()
        victim = _Victim(work, arguments, closely, 0 if by_clock else 1 + int(share * steps))
        if by_clock:
            time.sleep(max(AT_ONCE, share * lasts))
            victim.process.kill()
        told, code = victim.rest(), victim.wait()
        if DONE in told:
            account.late += 1
            lasts *= 0.97  # the machine is less busy than it was
            assert account.late < TRIES * times, f"hardly a kill is in time: {account}"
            continue
        assert code == -signal.SIGKILL, code
        account.hits += 1
        account.parts[part(victim.last())] += 1
        yield Kill(arguments, told)
        if account.hits == times:
            return


def _run(work: Work, arguments: tuple[Any, ...], closely: bool) -> tuple[float, int]:
    """Seconds from the beginning to the end of the work, and the number of its steps."""
    victim = _Victim(work, arguments, closely)
    begun = time.perf_counter()
    while victim.hear() != DONE:
        pass
    took = time.perf_counter() - begun
    assert victim.wait() == 0
    return took, victim.steps.value


class _Victim:
    """A process that has just begun its work. It dies right before step ``last`` (0: it does not)."""

    def __init__(self, work: Work, arguments: tuple[Any, ...], closely: bool, last: int = 0) -> None:
        _start_parent()
        self.mark, self.steps = _context.RawArray("c", _MARK), _context.RawValue("l")
        self.ours, theirs = _context.Pipe()
        given = (theirs, self.mark, self.steps, closely, last, work, arguments)
        self.process = _context.Process(target=_live, args=given)
        self.process.start()
        theirs.close()
        assert self.hear() == BEGUN

    def hear(self) -> Any:
        assert self.ours.poll(PATIENCE), "the process says nothing"
        return self.ours.recv()

    def rest(self) -> list[Any]:
        """All that it says until its end."""
        told = []
        with suppress(EOFError, OSError):  # the last word may be half
            while True:
                told.append(self.hear())
        self.ours.close()
        return told

    def wait(self) -> int | None:
        self.process.join(PATIENCE)
        return self.process.exitcode

    def last(self) -> str:
        return self.mark.value.decode()


@cache
def _start_parent() -> None:
    """Start the process that all others are forked from."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    try:
        _context.set_forkserver_preload(["reliability.warm"])
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        os.environ.update({"PYTHONPATH": before} if before else {})


def _live(pipe: Any, mark: Any, steps: Any, closely: bool, last: int, work: Work, arguments: tuple[Any, ...]) -> None:
    def step(text: str) -> None:
        mark.value = text[: _MARK - 1].encode("ascii", "replace")
        steps.value += 1
        if steps.value == last:
            os.kill(os.getpid(), signal.SIGKILL)

    pipe.send(BEGUN)
    _watch(step)
    if closely:
        _watch_writing(step)
    work(pipe.send, *arguments)
    pipe.send(DONE)


def _watch_writing(step: Callable[[str], None]) -> None:
    def hear(frame: Any, event: str, function: Any) -> None:
        if event == "c_call" and getattr(function, "__name__", "") in _WRITING:
            step(f"write by {function.__name__}")

    sys.setprofile(hear)


def _watch(step: Callable[[str], None]) -> None:
    """Have every statement, and every change to a folder, told before it is done; in this process, for good."""
    connect = sqlite3.connect

    def connect_and_watch(*values: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*values, **named)
        connection.set_trace_callback(step)
        return connection

    def hear(event: str, values: tuple[Any, ...]) -> None:
        if event in _CHANGES:
            step(f"{event} {values[0]}")

    sqlite3.connect = connect_and_watch  # type: ignore[assignment]
    sys.addaudithook(hear)
