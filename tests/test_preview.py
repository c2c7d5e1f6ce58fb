"""What a preview tells of a note is what a load makes of it, wherever the event is from and whatever details say."""

from dataclasses import asdict, replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from store import sidecar
from store.drafts import Draft
from store.errors import BotError, NoteError
from store.folder import MAX_NOTE_BYTES
from store.index import open_index
from store.load import reload
from store.model import Fixes
from store.new_notes import INBOX, add
from store.preview import checked_name, preview, written
from store.read import parse
from store.text import clean
from store.workers import SECONDS_PER_MB

TEXT = b"# Keynotes\n\nKuryr was shown on stage by two engineers.\n\n## After\n\nThen there was rain.\n"
TOKYO = "OpenStack Summit Tokyo 2015"
SEEN = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co"])
DETAIL = st.text(SEEN, max_size=60).map(lambda text: " ".join(clean(text).split()))


def draft(name="keynotes.md", data=TEXT, **fixes):
    return Draft("U0ADA", name, data, Fixes(**fixes))


def message(**fixes):
    return replace(draft(**fixes), made=True)


def loaded(notes, path, one):
    """What an index knows of a draft once it is stored and loaded."""
    data, beside = written(one)
    file = add(notes, one.name, data)
    sidecar.write(notes / file, beside)
    reload(notes, path)
    index = open_index(path)
    (row,) = index.rows("SELECT id, title, event, date, author, url FROM notes WHERE file = ?", [file])
    (count,) = index.rows("SELECT count(*) FROM passages WHERE note = ?", [row[0]])
    index.close()
    return (*row[1:], count[0])


@pytest.mark.parametrize(
    ("one", "event", "found"),
    [
        (draft(), "", ""),
        (draft(event="openstack summit tokyo 2015"), TOKYO, "fixed"),
        (message(event="openstack summit tokyo 2015", date="2026-11-21"), TOKYO, "fixed"),
        (draft(data=b"---\nevent: OpenStack Summit Tokyo 2015\n---\n" + TEXT), TOKYO, "front matter"),
        (draft(data=TEXT.replace(b"Keynotes", b"OpenStack Summit Tokyo keynotes")), TOKYO, "title"),
        (draft("openstack-summit-tokyo-2015.txt"), TOKYO, "file name"),
        (draft(data=TEXT + b"\nThis was at the OpenStack Summit in Tokyo in October 2015.\n"), TOKYO, "text"),
        (draft(data=b"---\nevent: OpenStack Summit Tokyo 2015\n---\n" + TEXT, event=""), "", ""),
        (draft(title="A <b>title</b>", date="2015-10", author="Ann “A” Writer", url="https://x.org/a"), "", ""),
        (message(title="At the OpenStack Summit Tokyo 2015", date="2015-10-27", event="", author=""), "", ""),
        (message(title="Keynotes by Ann Lee", date="", author=""), "", ""),
        (message(title="yes", date="2015-10-27", author="null", url="https://x.org/a?b=1#c"), "", ""),
    ],
)
def test_a_preview_tells_what_a_load_will_make_of_it(notes, index_path, one, event, found):
    told = preview(notes, one, MAX_NOTE_BYTES)
    assert (told.source.event, told.found, told.twin) == (event, found, "")
    source = told.source
    known = (source.title, source.event, source.date, source.author, source.url, told.passages)
    assert known == loaded(notes, index_path, one)
    assert "Kuryr was shown on stage" in told.opening


def test_a_preview_leaves_the_folder_as_it_is(notes):
    before = sorted(notes.rglob("*"))
    preview(notes, draft(), MAX_NOTE_BYTES)
    assert sorted(notes.rglob("*")) == before
    assert not (notes / INBOX).exists()


def test_what_takes_too_long_is_ended_and_told(notes, monkeypatch):
    text = b"word *x* [a](b) " * 20_000
    monkeypatch.setattr("store.workers.SECONDS", 0.02 - SECONDS_PER_MB * len(text) / 1e6)
    with pytest.raises(NoteError, match="takes too long to read"):
        preview(notes, draft(data=text), MAX_NOTE_BYTES)


def test_what_was_read_is_known_until_it_or_the_tables_change(notes, monkeypatch):
    monkeypatch.setattr("store.preview.MOST_KNOWN", 2)
    events, table = (
        notes / "events.toml",
        '[[event]]\nname = "Day {} 2019"\nstart = "2019-05"\naliases = ["the burrow"]\n',
    )
    one, told = draft(data=b"# Notes of the burrow\n\nThere were marmots.\n"), []
    for name in ("One", "One", "Two"):
        events.write_text(table.format(name))
        told.append(preview(notes, one, MAX_NOTE_BYTES).source.event)
    assert told == ["Day One 2019", "Day One 2019", "Day Two 2019"]
    for title in "abc":
        preview(notes, draft(title=title), MAX_NOTE_BYTES)
    assert preview(notes, draft(title="d"), MAX_NOTE_BYTES).source.title == "d"


def test_what_may_take_long_is_read_the_same(notes):
    text = TEXT + b"Marmots guard clusters at night.\n\n" * 3_000
    told = preview(notes, draft(data=text, author="Ann"), MAX_NOTE_BYTES)
    assert (told.source.title, told.source.author) == ("Keynotes", "Ann")
    assert told.words > 15_000


def test_the_same_content_is_told_with_its_file(notes):
    (notes / "there.md").write_bytes(TEXT)
    assert preview(notes, draft("other.md"), MAX_NOTE_BYTES).twin == "there.md"


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (draft(data=b""), "empty"),
        (draft("a.docx"), "format"),
        (draft("a.pdf", b"%PDF-1.7 nothing"), "PDF"),
        (draft(data=b"x" * 1001), "larger than 0.001 MB"),
        (draft(data=b"![](x.png)\n"), "no text"),
    ],
)
def test_what_a_load_would_reject_is_told_with_a_remedy(notes, one, reason):
    with pytest.raises(NoteError, match=reason) as told:
        preview(notes, one, 1_000)
    assert told.value.remedy


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.fixed_dictionaries({"title": DETAIL, "author": DETAIL, "event": DETAIL}), st.text(SEEN, max_size=100))
@example({"title": "--- a: [b", "author": "*x", "event": "!!python/object:os.system"}, "---\ntitle: mine\n---\n")
@example({"title": "2015-10-27", "author": "null", "event": "yes"}, "event: other\n")
@example({"title": "a" * 200, "author": "#no", "event": '"'}, "+++\n")
def test_nothing_a_message_says_becomes_one_of_its_details(said, text):
    data, beside = written(
        Draft("U0ADA", "a.md", f"{text}\n\nwords".encode("utf-8", "replace"), Fixes(**said), made=True)
    )
    meta = parse("a.md", data).meta
    assert {key: meta.get(key, "") for key in said} == said
    assert set(meta) <= {"title", "author", "event"} | {"language"}
    assert {key: value for key, value in asdict(beside).items() if value is not None} == {
        key: "" for key, value in said.items() if not value
    }


def test_a_typed_name_goes_with_or_without_its_suffix():
    assert checked_name(" Tokyo.MD ", "a.md") == "Tokyo"
    assert checked_name("Tokyo 1.5", "a.md") == "Tokyo 1.5"
    for typed in ("", " ", ".md"):
        with pytest.raises(BotError, match="needs a name"):
            checked_name(typed, "a.md")
