from store.index import open_index
from store.load import reload
from store.news import news


def after(notes, path):
    reload(notes, path)
    index = open_index(path)
    found = news(index)
    index.close()
    return found


def test_only_what_the_last_load_brought_is_new(notes, index_path):
    assert after(notes, index_path) == (), "at first everything is new, and so nothing is"
    (notes / "b.md").write_text("# Second\n\nIronic boots metal, and does it well.\n")
    (notes / "a.md").write_text("Without a title, but with a sentence.\n")
    (notes / "hanoi-2017.md").write_text("# Hanoi again\n\nThe city was written about a second time.\n")
    assert after(notes, index_path) == ("Without a title, but with a sentence.", "Second", "Hanoi again")
    (notes / "b.md").unlink()
    assert after(notes, index_path) == ()


def test_a_load_that_changes_nothing_takes_no_news_away(notes, index_path):
    after(notes, index_path)
    (notes / "b.md").write_text("# Second\n\nIronic boots metal, and does it well.\n")
    assert after(notes, index_path) == after(notes, index_path) == ("Second",)
