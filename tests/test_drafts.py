"""Notes that wait to be added: kept over a restart, for a day, within bounds, and forgotten with their person."""

from contextlib import closing
from dataclasses import replace

import pytest

from store import drafts, privacy
from store.drafts import Added, Draft
from store.errors import BotError
from store.journal import DAY, Journal
from store.model import Fixes

DRAFT = Draft("U0ADA", "tokyo.md", b"# Tokyo\n", Fixes(title="Tokyo", date=""), made=True, remark="Private.")


@pytest.fixture
def journal(tmp_path):
    with closing(Journal(tmp_path / "state.db")) as made:
        yield made


def test_a_draft_outlives_a_restart_and_is_gone_after_a_day(tmp_path):
    with closing(Journal(tmp_path / "state.db")) as before:
        drafts.keep(before, "t1", DRAFT, 1000.0)
    with closing(Journal(tmp_path / "state.db")) as journal:
        assert drafts.read(journal, "t1", 1000.0 + DAY) == DRAFT
        assert drafts.read(journal, "t1", 1001.0 + DAY) is None
        assert drafts.read(journal, "t2", 1000.0) is None
        journal.purge(1001.0 + DAY)
        assert not journal.db.execute("select 1 from drafts").fetchone()


def test_details_change_and_neither_content_nor_time_do(journal):
    drafts.keep(journal, "t1", DRAFT, 1000.0)
    fixed = replace(DRAFT, name="kyoto.md", fixes=Fixes(event="Kyoto"))
    drafts.keep(journal, "t1", replace(fixed, data=b"other"), 2000.0)
    assert drafts.read(journal, "t1", 1000.0 + DAY) == fixed
    assert drafts.read(journal, "t1", 1001.0 + DAY) is None
    drafts.drop(journal, "t1")
    assert drafts.read(journal, "t1", 1000.0) is None


@pytest.mark.parametrize(("name", "value", "fit"), [("MOST", 3, 3), ("MOST_BYTES", 20, 2)])
def test_more_than_is_kept_is_refused_and_old_ones_make_room(journal, monkeypatch, name, value, fit):
    monkeypatch.setattr(drafts, name, value)
    for number in range(fit):
        drafts.keep(journal, f"t{number}", DRAFT, 1000.0 + number)
    with pytest.raises(BotError, match="Add or discard"):
        drafts.keep(journal, "one more", DRAFT, 1000.0)
    drafts.keep(journal, "t1", replace(DRAFT, name="b.md"), 1000.0)
    drafts.keep(journal, "one more", DRAFT, 1000.5 + DAY)
    assert [drafts.read(journal, ticket, 1000.5 + DAY) for ticket in ("t0", "one more")] == [None, DRAFT]


def test_a_single_draft_may_be_as_large_as_a_note(journal, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_BYTES", 3)
    drafts.keep(journal, "t1", DRAFT, 1000.0)
    assert drafts.read(journal, "t1", 1000.0) == DRAFT


def test_which_file_came_of_it_is_known_until_it_is_taken_out(journal):
    added = Added("U0ADA", "from-slack/tokyo.md", "0" * 64)
    drafts.note_added(journal, "t1", added, 1000.0)
    assert drafts.added(journal, "t1") == added
    drafts.note_taken_out(journal, "t1")
    assert drafts.added(journal, "t1") is None


@pytest.mark.parametrize("days", [30, 0])
def test_whoever_is_forgotten_leaves_no_draft_and_others_theirs(tmp_path, days):
    with closing(Journal(tmp_path / "state.db", days)) as journal:
        drafts.keep(journal, "t1", DRAFT, 1000.0)
        drafts.keep(journal, "t2", replace(DRAFT, user="U0BEN"), 1000.0)
        assert privacy.kept(journal, "U0ADA").drafts == 1
        privacy.forget(journal, "U0ADA")
        assert privacy.kept(journal, "U0ADA").drafts == 0
        assert drafts.read(journal, "t1", 1000.0) is None
        assert drafts.read(journal, "t2", 1000.0).user == "U0BEN"


def test_where_no_text_may_be_written_a_draft_is_in_memory_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("store.unwritten.MOST_DRAFTS", 2)
    with closing(Journal(tmp_path / "state.db", 0)) as journal:
        for number in range(3):
            drafts.keep(journal, f"t{number}", replace(DRAFT, data=b"secret words"), 1000.0)
        assert [drafts.read(journal, f"t{n}", 1000.0) is not None for n in range(3)] == [False, True, True]
        assert drafts.read(journal, "t2", 1001.0 + DAY) is None
        drafts.drop(journal, "t2")
        assert drafts.read(journal, "t2", 1000.0) is None
        files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"secret words" not in files
