import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from store.gaps import LONGEST, Gap, file, unanswered
from store.journal import Journal


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "state.db")
    yield opened
    opened.close()


def test_a_question_is_filed_once_a_person_and_ticket(journal):
    assert file(journal, "t1", "U1", "what of Ironic?", 1.0)
    assert not file(journal, "t1", "U1", "what of Ironic?", 2.0)
    assert file(journal, "t1", "U2", "what of Ironic?", 3.0)
    assert file(journal, "t2", "U1", "what of Zun?", 4.0)
    assert len(unanswered(journal)) == 3


def test_open_questions_are_listed_newest_first_and_only_so_many(journal):
    for number in range(5):
        file(journal, f"t{number}", "U1", f"question {number}", float(number))
    assert unanswered(journal, 2) == (Gap("question 4", "U1", 4.0), Gap("question 3", "U1", 3.0))
    journal.db.execute("update gaps set done = 1 where text = 'question 4'")
    assert [gap.text for gap in unanswered(journal, 1)] == ["question 3"]


def test_a_filed_question_is_bounded_and_survives_a_restart(tmp_path):
    first = Journal(tmp_path / "state.db")
    file(first, "t", "U1", "x\0" + "y" * 2 * LONGEST, 1.0)
    first.close()
    second = Journal(tmp_path / "state.db")
    (gap,) = unanswered(second)
    assert gap.text == "x" + "y" * (LONGEST - 1)
    second.close()


def test_presses_at_the_same_time_file_one_question(journal):
    start = threading.Barrier(8)

    def press(number: int) -> bool:
        start.wait()
        return file(journal, "t", f"U{number % 2}", "what of Ironic?", float(number))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press, range(8))) == 2
    assert len(unanswered(journal)) == 2
