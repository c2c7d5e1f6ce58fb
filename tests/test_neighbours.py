import pytest

from store.neighbours import around


def ids_by_note(index):
    notes: dict[int, list[int]] = {}
    for note, id in index.rows("SELECT note, id FROM passages ORDER BY id"):
        notes.setdefault(note, []).append(id)
    return notes.values()


@pytest.mark.parametrize("reach", [0, 1, 2])
def test_every_passage_stands_between_its_neighbours_of_the_same_note(index, reach):
    for ids in ids_by_note(index):
        for place, passage in enumerate(ids):
            hits, at = around(index, passage, reach)
            assert [hit.id for hit in hits] == ids[max(0, place - reach) : place + reach + 1]
            assert hits[at].id == passage
            assert len({hit.source.file for hit in hits}) == 1


def test_some_note_has_several_passages(index):
    assert max(map(len, ids_by_note(index))) > 1


def test_a_passage_that_is_gone_has_no_neighbours(index):
    assert around(index, 10**9) == ([], 0)
