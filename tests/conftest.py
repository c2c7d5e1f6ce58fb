"""Six small made-up notes in as many formats, and an index of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.index import Index, open_index
from store.load import reload

NOTES = Path(__file__).parent / "notes"


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
