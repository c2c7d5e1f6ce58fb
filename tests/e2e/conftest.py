"""A process for each way to reach Slack, shared by a module; and some of a test's own, with other settings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from e2e.served import HTTP, OPEN_TO_ALL, SOCKET, Served, serving
from store.load import reload


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the notes that ship with the bot."""
    path = tmp_path_factory.mktemp("index") / "recap.db"
    with as_file(files("bot").joinpath("samples")) as notes:
        reload(Path(notes), path)
    return path


@pytest.fixture(scope="module", params=[SOCKET, HTTP])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Iterator[Served]:
    """A bot that serves all tests of a module, without a limit to their questions."""
    with serving(request.param, tmp_path_factory.mktemp("bot"), samples, **OPEN_TO_ALL) as served:
        yield served


@pytest.fixture
def bot(shared: Served) -> Iterator[Served]:
    """The bot that all tests of a module share; what one of them did not expect troubles no other."""
    yield shared
    shared.slack.faults.heal()
    shared.slack.outbox.release()
    unasked = shared.news()
    shared.known += unasked
    assert not unasked, [(one.channel, one.text) for one in unasked]


@pytest.fixture(params=[SOCKET, HTTP])
def serve(request: pytest.FixtureRequest, tmp_path: Path, samples: Path) -> Iterator[Callable[..., Served]]:
    """Starts a bot with settings of a test's own."""
    with ExitStack() as stack:
        begin = partial(serving, request.param, tmp_path, samples)
        yield lambda **settings: stack.enter_context(begin(**settings))
