"""The work that is done in processes that are killed: what Recap does, telling meanwhile what is done."""

import itertools
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import store.load
from bot import filing
from bot.ask import ask, replier
from bot.deeds import Deed
from bot.desk import Desk
from bot.reach import Visit
from bot.settings import Settings
from store import drafts, gaps, previous, ratings, sidecar
from store.backup import Places, back_up, restore
from store.drafts import Draft
from store.index import open_index
from store.journal import Journal
from store.load import reload
from store.model import Fixes

Tell = Callable[[object], None]
QUESTIONS = ("what was said about Kuryr", "who spoke in Tokyo", "Prometheus", "what of hummingbirds")
TICKET, NOTE, TEXT = (
    "ticket",
    "manila.md",
    b"# Notes\n\n" + b"Manila shared its first file in Tokyo, and many more. " * 2_000,
)
"""A note that is to be added."""
ENOUGH = 12
"""Answers that are recorded and rated before a process ends by itself."""


def load(tell: Tell, notes: Path, index: Path) -> None:
    """Load, and tell of every file that is done."""
    reload(notes, index, progress=lambda done, *_: tell(done))


def part_of_load(last: str) -> str:
    """What a load was at."""
    if last.startswith("COMMIT"):
        return "committing"
    return "reading" if last.startswith(("open", "os.")) or not last else "writing"


def undo(tell: Tell, index: Path) -> None:
    """Bring back the index of before the last load that removed notes."""
    tell(previous.undo(index))


def open_state(tell: Tell, state: Path) -> None:
    """Bring a state file up to date."""
    Journal(state).close()


def part_of_opening(last: str) -> str:
    """What the state file was at."""
    if last.upper().startswith("COMMIT"):
        return "committing"
    return "opening" if not last or last.lower().startswith(("open", "pragma")) else "writing"


def keep(tell: Tell, file: Path, places: Places) -> None:
    """Make a backup in place of the one that is there."""
    back_up(file, places, with_index=True, force=True)


def put_back(tell: Tell, file: Path, places: Places) -> None:
    """Restore a backup over what is there."""
    restore(file, places, force=True)


def part_of_copying(last: str) -> str:
    """What a backup or restore was at."""
    if last.startswith(("os.rename", "os.link", "os.remove", "os.rmdir")):
        return "naming and tidying up"
    return "copying" if last.startswith(("open", "os.")) or not last else "checking"


def answer(tell: Tell, index: Path, state: Path) -> None:
    """Answer, rate and file questions as the bot does; what somebody would be told is told once it is kept."""
    with closing(open_index(index)) as opened, closing(Journal(state)) as journal:
        for number, text in zip(range(ENOUGH), itertools.cycle(QUESTIONS), strict=False):
            user, now = f"U{number}", time.time()
            asked = ask(text, replier(opened), journal, conversation=f"C:{user}", memory=600.0, surface="dm", user=user)
            tell(("answers", asked.ticket, ""))
            ratings.rate(journal, asked.ticket, user, number % 2 == 0, now)
            tell(("ratings", asked.ticket, user))
            if ratings.explain(journal, asked.ticket, user, "old", f"remark {number}", now):
                tell(("remarks", asked.ticket, f"remark {number}"))
            gaps.file(journal, asked.ticket, user, text, now)
            tell(("gaps", asked.ticket, user))


def part_of_answering(last: str) -> str:
    """What the recording was at."""
    if last.upper().startswith("COMMIT"):
        return "committing"
    writing = last.lower().startswith(("begin", "insert", "update", "delete"))
    return "writing" if writing else "answering"


def waiting(state: Path) -> None:
    """A draft that waits to be added, with details to be written beside the note."""
    draft = Draft("U0ADA", NOTE, TEXT, Fixes(title="Manila", author="Ann", date="2017-05-04"))
    with closing(Journal(state)) as journal:
        drafts.keep(journal, TICKET, draft, time.time())


def add(tell: Tell, notes: Path, state: Path) -> None:
    """Add the note that waits, as an admin's press does."""
    with closing(Journal(state)) as journal, ThreadPoolExecutor(1) as pool:
        desk = Desk(cast("Any", None), cast("Any", None), journal, {}, pool)
        visit = Visit(
            Deed(user="U0ADA", value=TICKET), desk, Settings(notes=notes, db=state, state=state), cast("Any", None)
        )
        tell(filing.stored(visit))


def fix(tell: Tell, notes: Path, version: int) -> None:
    """Fix what is known of a note."""
    sidecar.write(notes / "note.md", fixes(version))
    tell(version)


def fixes(version: int) -> Fixes:
    return Fixes(title=f"Title {version} " + "x" * 150, author=f"Author {version}", date=f"20{version:02}-01-01")


def part_of_writing(last: str) -> str:
    """What the writing of files was at."""
    if last.startswith(("os.rename", "os.link", "os.remove")):
        return "naming"
    return "noting" if last.lower().startswith(("begin", "insert", "delete", "commit")) else "writing"


def warm_up() -> None:
    """Have in memory all that the works need, so that their time is not that of preparations.

    Every note is read by the process itself: another one starts slower than these few notes are read.
    """
    store.load.may_take_long = lambda name, data: False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "recap.db")
        reload(Path(__file__).parent.parent / "notes", path)
        answer(lambda _: None, path, Path(folder, "state.db"))
        waiting(Path(folder, "state.db"))
        add(lambda _: None, Path(folder), Path(folder, "state.db"))
