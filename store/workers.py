"""Files read by several processes at once, and told in the order in which they were asked for.

Each process reads one file after the other and sends what it found through a pipe. One that dies or goes on for too
long takes down nothing but the file it was at: that is rejected, and another process goes on with the rest.
"""

import gc
import logging
import logging.handlers
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from store.intake import Intake, Taken, rejected

AHEAD = 3
"""Files that a process knows of: it need not wait for the next one while the others' are written."""
WAITING = 16
"""Files, for each process, that may be read before an earlier one is: they are kept in memory."""
HANGS = 180.0
"""Seconds after which a file that is still being read is given up."""
STARTS = 60.0
"""Seconds within which a process should be there."""

FEW_SWEEPS = 100_000
"""Objects that a process makes between two searches for garbage: it is busy with what it keeps for a whole note."""

log = logging.getLogger(__name__)


class NoWorkers(Exception):
    """No process could be started, as where the program is not a file: read the files here."""


@dataclass(slots=True)
class _Worker:
    """A process, and the places of the files that it was given, the one it is at first, since when."""

    process: BaseProcess
    pipe: "Connection[Any, Any]"
    queue: deque[int] = field(default_factory=deque)
    since: float = 0.0

    def give(self, place: int, file: str) -> None:
        if not self.queue:
            self.since = time.monotonic()
        self.queue.append(place)
        with suppress(OSError):  # it died: that shows when its answers are read
            self.pipe.send(file)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def take_all(intake: Intake, files: Sequence[str], count: int) -> Iterator[Taken]:
    """What comes of each file, in order, read by *count* processes. Raises NoWorkers before anything is read."""
    workers = [_started(intake) for _ in range(count)]
    done: dict[int, Taken] = {}
    left, told = deque(range(len(files))), 0
    try:
        while told < len(files):
            for worker in workers:
                while left and len(worker.queue) < AHEAD and left[0] - told < WAITING * count:
                    place = left.popleft()
                    worker.give(place, files[place])
            for at in _ready(workers):
                worker = workers[at]
                place = worker.queue[0]
                taken = _answer(worker)
                if taken is None:
                    done[place] = _gave_up(files[place], worker)
                    left.extendleft(reversed([other for other in worker.queue if other != place]))
                    worker.stop()
                    workers[at] = _started(intake)
                else:
                    done[place] = taken
            while told in done:
                yield done.pop(told)
                told += 1
    finally:
        for worker in workers:
            worker.stop()


def _started(intake: Intake) -> _Worker:
    context = multiprocessing.get_context("spawn")  # a fork would take over locks that other threads hold
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, intake), daemon=True)
    process.start()
    theirs.close()
    worker = _Worker(process, ours)
    with suppress(EOFError, OSError):
        if ours.poll(STARTS) and ours.recv() == "here":
            return worker
    worker.stop()
    raise NoWorkers


def _ready(workers: Sequence[_Worker]) -> list[int]:
    """Which of them have something to tell, are dead, or should be."""
    busy = {worker.pipe: at for at, worker in enumerate(workers) if worker.queue}
    heard = [busy[pipe] for pipe in wait(list(busy), timeout=1.0)]  # type: ignore[index]
    late = time.monotonic() - HANGS
    return heard or [at for at, worker in enumerate(workers) if worker.queue and worker.since < late]


def _answer(worker: _Worker) -> Taken | None:
    """What it says of the file it was at, or None where it died or went on for too long."""
    try:
        if not worker.pipe.poll():
            return None
        taken, records = worker.pipe.recv()
    except (EOFError, OSError):
        return None
    for record in records:
        logging.getLogger(record.name).handle(record)
    worker.queue.popleft()
    worker.since = time.monotonic()
    found: Taken = taken
    return found


def _gave_up(file: str, worker: _Worker) -> Taken:
    hangs = worker.since < time.monotonic() - HANGS
    log.error("A process that read a note %s", "went on for too long" if hangs else "died")
    reason = f"reading it took longer than {HANGS / 60:g} minutes" if hangs else "Recap broke off while reading it"
    return rejected(file, reason, "split it or save it as plain text, and report this, please")


def _serve(pipe: "Connection[Any, Any]", intake: Intake) -> None:
    """What a process does: answer file names until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides when to stop
    gc.freeze()
    gc.set_threshold(FEW_SWEEPS)
    heard = _Heard()
    logging.getLogger().addHandler(heard)
    with suppress(EOFError, OSError):
        pipe.send("here")
        while True:
            taken = intake.take(pipe.recv())
            pipe.send((taken, heard.taken()))


class _Heard(logging.handlers.QueueHandler):
    """What was logged since it was last asked for, fit to be sent to another process."""

    def __init__(self) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self._records: list[logging.LogRecord] = []

    def enqueue(self, record: logging.LogRecord) -> None:
        self._records.append(record)

    def taken(self) -> list[logging.LogRecord]:
        records, self._records = self._records, []
        return records
