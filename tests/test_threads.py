import pytest

from store.following import branch, follow, greet, is_followed, stop
from store.journal import DAY, MONTH, Journal

HERE = ("C0ENG", "170.1", "U0ANN")


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "state.db")
    yield opened
    opened.close()


def test_a_person_is_followed_in_one_thread_for_a_day(journal):
    assert not is_followed(journal, *HERE, 0.0)
    follow(journal, *HERE, 0.0)
    assert is_followed(journal, *HERE, DAY)
    assert not is_followed(journal, *HERE, DAY + 1)
    for other in (("C0OPS", *HERE[1:]), ("C0ENG", "170.2", "U0ANN"), ("C0ENG", "170.1", "U0BEN")):
        assert not is_followed(journal, *other, 0.0)


def test_each_answer_makes_the_day_begin_anew(journal):
    follow(journal, *HERE, 0.0)
    follow(journal, *HERE, 100.0)
    assert is_followed(journal, *HERE, DAY + 100)


def test_several_people_can_be_followed_in_a_thread(journal):
    follow(journal, *HERE, 0.0)
    follow(journal, "C0ENG", "170.1", "U0BEN", 0.0)
    assert is_followed(journal, *HERE, 1.0)


def test_stopping_holds_for_a_day_whatever_is_asked(journal):
    follow(journal, *HERE, 0.0)
    stop(journal, *HERE, 10.0)
    assert not is_followed(journal, *HERE, 10.0)
    follow(journal, *HERE, 20.0)
    assert not is_followed(journal, *HERE, 20.0)
    follow(journal, *HERE, DAY + 11)
    assert is_followed(journal, *HERE, DAY + 11)


def test_threads_that_are_over_leave_nothing_behind(journal):
    follow(journal, *HERE, 0.0)
    follow(journal, "C0ENG", "171.1", "U0ANN", DAY + 1)
    assert journal.db.execute("select count(*) from threads").fetchone() == (1,)


def test_a_channel_is_greeted_once(journal, tmp_path):
    assert greet(journal, "C0ENG", 0.0)
    again = Journal(tmp_path / "state.db")
    assert not greet(again, "C0ENG", 5 * MONTH)
    assert greet(again, "C0OPS", 0.0)
    again.close()


def test_a_branch_leans_on_the_last_questions_of_the_trunk(journal):
    branch(journal, "D:U", "D:1", "Kuryr", 0.0, 600)
    journal.remember("D:1", "Kuryr", 0.0)
    branch(journal, "D:U", "D:2", "and in 2017?", 500.0, 600)
    assert journal.earlier("D:2", 500.0, MONTH) == ("Kuryr",)
    assert journal.earlier("D:1", 500.0, MONTH) == ("Kuryr",)
    branch(journal, "D:U", "D:3", "and Tokyo?", 1000.0, 600)
    assert journal.earlier("D:3", 1000.0, MONTH) == ("Kuryr", "and in 2017?")
    branch(journal, "D:U", "D:4", "Nova", 9000.0, 600)
    assert journal.earlier("D:4", 9000.0, MONTH) == ()
