"""Words that stand for one another: the list that ships, how terms are widened, and what comes of it in an answer."""

import pytest

from intents import reply
from intents.find import REWORDED
from store.index import Index, open_index
from store.load import reload
from store.terms import Form, Term, resolve
from store.thesaurus import LONGEST, SYNONYM, entries, widened

NOTES = {
    "a.md": "# Hallway\n\nMany people fear that the redundancies at the big firms go on.\n",
    "b.md": "# Install guides\n\nReaders want comments below each page of the guides again. Marlin was praised.\n",
    "c.md": "# Food\n\nThe soup was cold, and the coffee was gone by noon on both days.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("thesaurus")
    (folder / "notes").mkdir()
    for name, text in NOTES.items():
        (folder / "notes" / name).write_text(text, encoding="utf-8")
    reload(folder / "notes", folder / "index.db")
    return open_index(folder / "index.db")


def test_the_list_holds_groups_of_short_entries():
    groups = entries()
    assert len(groups) > 500
    for group in groups:
        assert len(set(group)) == len(group) >= 2, group
        assert all(1 <= len(entry.split()) <= LONGEST for entry in group), group
        assert all(entry == entry.lower().strip() for entry in group), group
    assert len(set(map(frozenset, groups))) == len(groups)


def terms_of(index: Index, *words: str) -> list[Term]:
    return resolve(words, index.generation.lexicon)[0]


def test_a_word_may_stand_for_others_that_the_notes_have(index: Index):
    (term,) = widened(terms_of(index, "worry"), index.generation.lexicon, lambda term: False)
    assert Form(("fear",), SYNONYM) in term.forms


def test_neighbours_stand_for_something_together(index: Index):
    wide = widened(terms_of(index, "job", "cuts", "soup"), index.generation.lexicon, lambda term: False)
    assert [term.typed for term in wide] == ["job cuts", "soup"]
    assert wide[0].forms == (Form(("redund",), SYNONYM),)


def test_what_is_fixed_stays_as_it_is(index: Index):
    terms = terms_of(index, "worry", "job", "cuts")
    assert widened(terms, index.generation.lexicon, lambda term: True) == terms


def test_a_question_in_other_words_is_answered_and_the_answer_says_so(index: Index):
    answer = reply("is there worry about job cuts?", index)
    assert [hit.source.file for hit in answer.hits] == ["a.md"]
    assert answer.confidence == "nearest"
    assert REWORDED in answer.notices
    (line,) = answer.lines
    assert {line.text[start:end] for start, end in line.marks} == {"fear", "redundancies"}


@pytest.mark.parametrize(
    "text", ["worry about Zanzibar", '"job cuts"', "what did the Kaserne firm fear most about Xanadu", "blockchain"]
)
def test_a_name_or_exact_words_have_no_other_words(text: str, index: Index):
    assert reply(text, index).refused
