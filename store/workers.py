"""Files read by other processes, and told in the order in which they were asked for.

Each process reads one file after the other and sends what it found through a pipe. One that dies, takes too long or
does not answer takes down nothing but the file it was at: that is rejected, and another process goes on with the rest.
It is the system that ends one which takes too long, since nothing in it would: a parser written in C heeds no clock.
"""

import gc
import logging
import logging.handlers
import multiprocessing
import resource
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from store.intake import Intake, Taken, rejected

AHEAD = 3
"""Files that a process knows of: it need not wait for the next one while the others' are written."""
WAITING = 16
"""Files, for each process, that may be read before an earlier one is: they are kept in memory."""
SECONDS, SECONDS_PER_MB = 20.0, 3.0
"""Processor time that a file may take, and what each megabyte of it adds: several times what honest notes need.

Longer than a reader of PDFs goes on by itself.
"""
MEMORY, MEMORY_PER_BYTE = 1_500_000_000, 100
"""Bytes of address space that a process may have, and what each byte of the file that it reads adds."""
HANGS = 180.0
"""Seconds after which a file is given up that takes no processor time, as on a disk that does not answer."""
STARTS = 30.0
"""Seconds within which a process should be there."""

FEW_SWEEPS = 100_000
"""Objects that a process makes between two searches for garbage: it is busy with what it keeps for a whole note."""

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
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
    """What comes of each file, in order, read by *count* processes; where none can be started, by this one."""
    workers = _started(intake, count)
    done: dict[int, Taken] = {}
    left, told = deque(range(len(files))), 0
    try:
        while told < len(files) and workers:
            for worker in workers:
                while left and len(worker.queue) < AHEAD and left[0] - told < WAITING * count:
                    place = left.popleft()
                    worker.give(place, files[place])
            for worker in _ready(workers):
                place = worker.queue[0]
                taken = _answer(worker)
                done[place] = taken or _gave_up(files[place], worker)
                if taken is None:
                    left.extendleft(reversed([other for other in worker.queue if other != place]))
                    worker.stop()
                    workers.remove(worker)
                    workers += _started(intake, 1)
            while told in done:
                yield done.pop(told)
                told += 1
        for place in range(told, len(files)):
            yield done[place] if place in done else intake.take(files[place])
    finally:
        for worker in workers:
            worker.stop()


def _started(intake: Intake, count: int) -> list[_Worker]:
    """So many processes, or those of them that can be started: the program may be no file, or processes too many."""
    begun = [worker for worker in (_begun(intake) for _ in range(count)) if worker]
    end = time.monotonic() + STARTS
    here = [worker for worker in begun if _is_here(worker, end)]
    for worker in begun:
        if worker not in here:
            worker.stop()
    if len(here) < count:
        log.warning("No process could be started to read notes; one that takes too long would not be stopped")
    return here


def _begun(intake: Intake) -> _Worker | None:
    context = multiprocessing.get_context("spawn")  # a fork would take over locks that other threads hold
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, intake, SECONDS), daemon=True)
    try:
        process.start()
    except (OSError, AssertionError):  # no room for another one; or we are one ourselves, which may start none
        ours.close()
        return None
    finally:
        theirs.close()
    return _Worker(process, ours)


def _is_here(worker: _Worker, end: float) -> bool:
    """Whether it is ready to read, by *end* at the latest; one that ended is not waited for."""
    with suppress(EOFError, OSError):
        wait([worker.pipe, worker.process.sentinel], timeout=max(0.0, end - time.monotonic()))
        return worker.pipe.poll() and worker.pipe.recv() == "here"
    return False


def _ready(workers: Sequence[_Worker]) -> list[_Worker]:
    """Which of them have something to tell, are dead, or should be."""
    busy = {worker.pipe: worker for worker in workers if worker.queue}
    heard = [busy[pipe] for pipe in wait(list(busy), timeout=1.0)]  # type: ignore[index]
    late = time.monotonic() - HANGS
    return heard or [worker for worker in workers if worker.queue and worker.since < late]


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
    """What is told of a file whose process was ended, by the clock or by what the file did to it."""
    hangs = worker.since < time.monotonic() - HANGS
    worker.process.join(0 if hangs else 1)
    if hangs or worker.process.exitcode == -signal.SIGPROF:
        log.warning("A process that read a note was ended because it took too long")
        return rejected(file, "takes too long to read", "split it, or save its text as plain text (.txt)")
    log.error("A process that read a note died")
    remedy = "split it or save it as plain text, and report this, please"
    return rejected(file, "Recap broke off while reading it", remedy)


def _serve(pipe: "Connection[Any, Any]", intake: Intake, seconds: float) -> None:
    """What a process does: answer file names until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides when to stop
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # which ends the process, whatever it is at
    gc.freeze()
    gc.set_threshold(FEW_SWEEPS)
    heard = _Heard()
    logging.getLogger().addHandler(heard)
    with suppress(EOFError, OSError):
        pipe.send("here")
        while True:
            file = pipe.recv()
            _bound(intake.folder / file, intake.limit, seconds)
            taken = intake.take(file)
            signal.setitimer(signal.ITIMER_PROF, 0)
            pipe.send((taken, heard.taken()))


def _bound(note: Path, limit: int, seconds: float) -> None:
    """From now on, give this process as much time and memory as a note of that size may take."""
    size = 0
    with suppress(OSError):  # who reads it will tell
        size = min(note.stat().st_size, limit)
    with suppress(OSError, ValueError):  # a system without such limits, or with a lower one
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY + MEMORY_PER_BYTE * size, most))
    signal.setitimer(signal.ITIMER_PROF, seconds + SECONDS_PER_MB * size / 1e6)


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
