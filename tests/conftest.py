"""Six small made-up notes in as many formats, an index of them, and what several tests of the store need."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import store.aliases
from store import load
from store.index import Index, open_index
from store.load import reload
from store.read import LIGHT

NOTES = Path(__file__).parent / "notes"
NOBODY = 65534

_HELD = {
    "notes": "SELECT file, digest, title, event, city, date, release, author, people, url, language FROM notes",
    "passages": (
        "SELECT n.file, row_number() OVER (PARTITION BY n.id ORDER BY p.id), p.text, p.heading, first, last, page, "
        "s.title, s.heading, s.body FROM passages p JOIN notes n ON n.id = p.note JOIN stems s ON s.rowid = p.id"
    ),
    "stems": "SELECT count(*) FROM stems",
    "stem_counts": "SELECT term, doc, cnt FROM stem_counts",
    "stem_totals": "SELECT stem, passages FROM stem_totals",
    "vocabulary": "SELECT word, shown, passages FROM vocabulary",
    "events": "SELECT * FROM events",
    "acronyms": "SELECT short, long, n.file FROM acronyms a LEFT JOIN notes n ON n.id = a.note",
    "topics": "SELECT n.file, key, shown, passages, named FROM topics t LEFT JOIN notes n ON n.id = t.note",
    "topic_totals": "SELECT key, passages, notes, named FROM topic_totals",
    "aliases": "SELECT * FROM aliases",
    "problems": "SELECT * FROM problems",
}


@pytest.fixture(scope="session", autouse=True)
def _read_here() -> Iterator[None]:
    """Small files are read by the tests' own process, PDFs as well: another one starts slower than most tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "may_take_long", lambda name, data: len(data) > LIGHT)
        yield


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A copy of tests/notes to do anything with."""
    return Path(shutil.copytree(NOTES, tmp_path / "notes"))


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    """Where an index may be made; there is none yet."""
    return tmp_path / "index" / "recap.db"


@pytest.fixture(scope="session")
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("loaded") / "recap.db"
    reload(NOTES, path)
    return path


@pytest.fixture
def index(_loaded: Path, index_path: Path) -> Iterator[Index]:
    """An index of tests/notes at ``index_path``, which a test may change, damage or delete."""
    index_path.parent.mkdir()
    shutil.copyfile(_loaded, index_path)
    opened = open_index(index_path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def held() -> Callable[[Path], dict[str, list[object]]]:
    """What an index file holds, table by table, whatever the numbers of its rows."""

    def read(path: Path) -> dict[str, list[object]]:
        with closing(sqlite3.connect(path)) as connection:
            return {table: sorted(connection.execute(sql)) for table, sql in _HELD.items()}

    return read


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A folder where permissions count: a test that root runs goes on as another user."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        if not os.access(Path(store.aliases.__file__).parent / "data", os.R_OK | os.X_OK, effective_ids=True):
            pytest.skip("the user that root steps back to cannot read the program")
        yield folder
    finally:
        if root:
            os.seteuid(0)
        else:
            for path in (folder, *folder.rglob("*")):
                path.chmod(0o700)
        shutil.rmtree(folder)
