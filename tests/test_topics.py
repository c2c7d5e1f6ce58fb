"""What notes are about: phrases, topics of a scope, and the answer that lists them."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import reply
from intents.topics import shaped
from store.index import Index, open_index
from store.load import reload
from store.model import Note, Passage, Scope, Source
from store.phrases import phrases
from store.topics import holding, quotable, topics

TOKYO, AUSTIN = "OpenStack Summit Tokyo 2015", "OpenStack Summit Austin 2016"
FRONT = "---\nevent: {}\ndate: {}\nauthor: Ada Vale\n---\n\n"
TEXTS = {
    "a.md": FRONT.format(TOKYO, "2015-10-27")
    + "We saw Kuryr today. Containers get networks from Kuryr.\n\n# Next\n\nMany people had a use for containers "
    "with Magnum.\n\n"
    "# More\n\nNetwork Functions Virtualization (NFV) came up. Telecoms want NFV now.\n\n# Monday\n\nAda Vale met "
    "Bob Marley in Tokyo, and lunch was good.\n",
    "b.md": FRONT.format(TOKYO, "2015-10-28")
    + "Today was all about the container. We talked of Kuryr.\n\n# Telecoms\n\nThere is a team for network functions "
    "virtualization. It needs live migration.\n\n# Later\n\nThey do live migration with Kuryr.\n",
    "c.md": FRONT.format(AUSTIN, "2016-04-26")
    + "The talk of Ironic was full. The Liberty release was out.\n\n# Two\n\nFor bare metal we have Ironic.\n\n"
    "# Three\n\nIt was sponsored by Acme, Banana, Cherry, Dough and Elder.\n\n# Four\n\nWe like bare metal, too.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("topics") / "notes"
    path.mkdir()
    for name, text in TEXTS.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def about(folder: Path) -> Index:
    reload(folder, folder.parent / "recap.db")
    return open_index(folder.parent / "recap.db")


def shown(index: Index, scope: Scope = Scope()) -> list[str]:  # noqa: B008 - frozen
    return [topic.shown for topic in topics(index, scope, 20)]


def test_the_topics_of_an_event_are_its_names_and_recurring_phrases_with_their_counts(about: Index) -> None:
    found = {topic.shown: (topic.passages, topic.notes) for topic in topics(about, Scope(event=TOKYO), 20)}
    assert found["Kuryr"] == (3, 2)
    assert found["live migration"] == (2, 1)


def test_forms_of_a_word_are_one_topic(about: Index) -> None:
    found = [topic for topic in topics(about, Scope(event=TOKYO), 20) if topic.key == "contain"]
    assert [(topic.passages, topic.notes) for topic in found] == [(3, 2)]


def test_an_acronym_and_what_it_stands_for_are_one_topic_that_counts_each_passage_once(about: Index) -> None:
    found = [topic for topic in topics(about, Scope(event=TOKYO), 20) if "nfv" in [" ".join(f) for f in topic.forms]]
    assert len(found) == 1
    assert found[0].passages == 2
    assert {found[0].shown.lower(), found[0].also.lower()} == {"nfv", "network functions virtualization"}


def test_people_places_releases_openings_and_mere_lists_are_no_topics(about: Index) -> None:
    every = " ".join(shown(about)).split()
    assert not {"Ada", "Vale", "Bob", "Marley", "Tokyo", "Liberty", "Monday", "Today", "Many", "Acme", "Cherry"} & {
        *every
    }


def test_a_scope_has_its_own_topics_and_all_notes_have_all_of_them(about: Index) -> None:
    assert "Ironic" in shown(about, Scope(event=AUSTIN))
    assert "Kuryr" not in shown(about, Scope(event=AUSTIN))
    assert {"Ironic", "Kuryr"} <= set(shown(about))
    assert shown(about, Scope(year="1999")) == []


def test_every_passage_given_for_a_topic_holds_it_in_the_sentence_that_is_quoted(about: Index) -> None:
    for topic in topics(about, Scope(event=TOKYO), 20):
        hits = holding(about, topic, Scope(event=TOKYO))
        assert hits
        for hit in hits:
            best = quotable(hit, topic)
            assert hit.source.event == TOKYO
            assert best.score > 0
            assert 0 <= best.start < best.end <= len(hit.passage.text)


def test_topics_do_not_depend_on_the_order_in_which_files_came(folder: Path, tmp_path: Path, about: Index) -> None:
    names = sorted(TEXTS)
    random.Random(7).shuffle(names)
    (tmp_path / "notes").mkdir()
    for name in names:
        (tmp_path / "notes" / name).write_text(TEXTS[name], encoding="utf-8")
        reload(tmp_path / "notes", tmp_path / "recap.db")
    again = open_index(tmp_path / "recap.db")
    for scope in (Scope(), Scope(event=TOKYO), Scope(year="2016")):
        assert topics(again, scope, 20) == topics(about, scope, 20)


def test_a_note_that_goes_takes_its_topics_with_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "notes" / name).write_text(text, encoding="utf-8")
    reload(tmp_path / "notes", tmp_path / "recap.db")
    (tmp_path / "notes" / "c.md").unlink()
    reload(tmp_path / "notes", tmp_path / "recap.db")
    index = open_index(tmp_path / "recap.db")
    assert "Ironic" not in shown(index)
    assert index.rows("SELECT count(*) FROM topic_totals WHERE key = 'iron'") == [(0,)]


@given(st.text(max_size=300), st.sampled_from(("", "en", "de", "fr", "ja")))
def test_any_text_has_phrases_or_none(text: str, language: str) -> None:
    note = Note(Source("a.md", language=language), (Passage(text, ("Heading",)), Passage(text)))
    found = phrases(note)
    assert found == phrases(note)
    assert all(phrase.shown and phrase.key and 0 < phrase.passages <= 2 for phrase in found)


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        ("what are the main topics of Tokyo?", True),
        ("topics in 2016", True),
        ("What was big at Barcelona", True),
        ("which themes came up in Austin", True),
        ("themes", True),
        ("what was big data about", False),
        ("topic maps", False),
        ("what is the topic of the keynote", True),
        ("what was said about topics", False),
    ],
)
def test_a_question_for_topics_is_told_by_its_shape(typed: str, asks: bool) -> None:
    assert (shaped(typed) is not None) == asks


def test_the_answer_quotes_each_topic_under_its_name_and_offers_it(about: Index) -> None:
    answer = reply("what are the main topics of Tokyo?", about)
    assert answer.intent == "topics"
    assert not answer.refused
    assert "Tokyo" in answer.heading
    assert "Kuryr · 3 passages in 2 notes" in {line.section for line in answer.lines}
    held = {hit.passage.text for hit in answer.hits}
    assert all(line.source and any(line.text in text for text in held) for line in answer.lines)
    kuryr = next(choice for choice in answer.choices if choice.label == "Kuryr")
    assert reply(kuryr.question, about).scope.event == TOKYO


def test_a_topic_of_its_own_in_the_question_is_searched_for(about: Index) -> None:
    assert reply("topics about containers", about).intent == "find"


def test_a_year_without_notes_is_refused_with_events_to_go_on(about: Index) -> None:
    answer = reply("topics of 2031", about)
    assert answer.refused
    assert answer.choices


@pytest.mark.parametrize(
    "typed", ["topics \x00", "topics " + "x" * 3000, 'topics of " OR NEAR(', "topics 🎉", "topics of of"]
)
def test_hostile_questions_for_topics_are_answered_or_refused(about: Index, typed: str) -> None:
    assert reply(typed, about).heading


PLAIN = {
    "a.md": FRONT.format(TOKYO, "2015-10-27")
    + "The data of the test went over the port. Chad saw Zephyrine there.\n\n# Two\n\nIn Japan the data is on a "
    "port, said Chad.\n\n# Three\n\nAt the Linux Academy we saw Linux run a test of the data.\n",
    "b.md": FRONT.format(AUSTIN, "2016-04-26").replace("---\n\n", "lang: de\n---\n\n", 1)
    + "Die Menschen kommen aus der Stadt, und die Menschen sind froh.\n\n# Zwei\n\nFast alle Menschen haben Quagga "
    "gesehen, und wer Quagga kennt, ist froh.\n\n# Drei\n\nDas ist alles, was ich von den Menschen dort gehört habe.\n",
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("plain") / "notes"
    path.mkdir()
    for name, text in PLAIN.items():
        (path / name).write_text(text, encoding="utf-8")
    reload(path, path.parent / "recap.db")
    return open_index(path.parent / "recap.db")


def test_names_go_before_the_parts_of_any_software_however_often_these_stand(plain: Index) -> None:
    found = shown(plain, Scope(event=TOKYO))
    assert {"data", "port"} <= set(found)
    assert max(found.index("Zephyrine"), found.index("Linux Academy")) < min(found.index("data"), found.index("port"))


def test_first_names_and_countries_are_no_topics(plain: Index) -> None:
    assert not {"Chad", "Japan"} & set(shown(plain))


def test_a_part_of_a_longer_name_is_no_further_topic(plain: Index) -> None:
    assert "Academy" not in shown(plain, Scope(event=TOKYO))


def test_a_noun_that_only_notes_in_another_language_have_comes_last(plain: Index) -> None:
    found = shown(plain)
    assert found.index("Menschen") > found.index("Zephyrine")
    assert shown(plain, Scope(event=AUSTIN)) == ["Menschen"]


def test_topics_of_an_unknown_place_are_refused_with_events_to_go_on(about: Index) -> None:
    answer = reply("topics at Quagmire", about)
    assert answer.refused
    assert {reply(choice.question, about).intent for choice in answer.choices} == {"topics"}
