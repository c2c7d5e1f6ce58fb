import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.journal import Journal
from store.ratings import LONGEST_REASON, LONGEST_REMARK, Usage, explain, rate, usage
from store.shown import Shown, keep


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "state.db")
    yield opened
    opened.close()


@pytest.fixture
def ticket(journal):
    return journal.record(surface="dm", intent="find", milliseconds=1, refused=False, now=0.0)


def rows(journal):
    return journal.db.execute("select user, helpful, reason, remark from ratings order by user").fetchall()


def test_the_last_press_wins_and_everybody_has_one_row(journal, ticket):
    for user, helpful in (("U1", True), ("U2", True), ("U1", False), ("U1", False)):
        assert rate(journal, ticket, user, helpful, 1.0)
    assert rows(journal) == [("U1", 0, "", ""), ("U2", 1, "", "")]


def test_a_reason_belongs_to_a_thumb_down_and_goes_with_it(journal, ticket):
    rate(journal, ticket, "U1", False, 1.0)
    assert explain(journal, ticket, "U1", "old", "It is of 2013.", 2.0)
    rate(journal, ticket, "U1", False, 3.0)
    assert rows(journal) == [("U1", 0, "old", "It is of 2013.")]
    rate(journal, ticket, "U1", True, 4.0)
    assert rows(journal) == [("U1", 1, "", "")]


def test_a_reason_without_a_thumb_down_of_the_same_person_is_not_kept(journal, ticket):
    rate(journal, ticket, "U1", True, 1.0)
    rate(journal, ticket, "U2", False, 1.0)
    assert not explain(journal, ticket, "U1", "old", "", 2.0)
    assert not explain(journal, ticket, "U3", "old", "", 2.0)
    assert rows(journal) == [("U1", 1, "", ""), ("U2", 0, "", "")]


def test_an_answer_that_nobody_got_cannot_be_rated(journal):
    assert not rate(journal, "made up", "U1", True, 1.0)
    assert rows(journal) == []


def test_an_answer_that_was_only_shared_can_be_rated(journal):
    keep(journal, "shared", Shown("q"), 0.0, 30)
    assert rate(journal, "shared", "U1", True, 1.0)


def test_reason_and_remark_are_bounded(journal, ticket):
    rate(journal, ticket, "U1", False, 1.0)
    explain(journal, ticket, "U1", "r\0" + "r" * 9_999, "m" * 9_999, 1.0)
    ((_, _, reason, remark),) = rows(journal)
    assert (len(reason), len(remark)) == (LONGEST_REASON, LONGEST_REMARK)


@settings(max_examples=25, deadline=None)
@given(presses=st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["up", "down", "why"])), max_size=12))
def test_presses_in_any_order_leave_what_a_plain_dictionary_would(tmp_path_factory, presses):
    journal = Journal(tmp_path_factory.mktemp("ratings") / "state.db")
    ticket = journal.record(surface="dm", intent="find", milliseconds=1, refused=False, now=0.0)
    expected: dict[str, tuple[int, str]] = {}
    for user, press in presses:
        if press == "why":
            told = explain(journal, ticket, user, "old", "", 1.0)
            assert told is (expected.get(user, (1, ""))[0] == 0)
            expected |= {user: (0, "old")} if told else {}
        else:
            helpful = int(press == "up")
            rate(journal, ticket, user, bool(helpful), 1.0)
            before = expected.get(user, (-1, ""))
            expected[user] = (helpful, before[1] if before[0] == helpful else "")
    assert {user: (helpful, reason) for user, helpful, reason, _ in rows(journal)} == expected
    journal.close()


def test_presses_from_many_threads_leave_one_row_a_person(journal, ticket):
    start = threading.Barrier(8)

    def press(number: int) -> None:
        start.wait()
        for turn in range(10):
            rate(journal, ticket, f"U{number % 4}", turn % 2 == 1, float(turn))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(8)))
    assert [user for user, *_ in rows(journal)] == ["U0", "U1", "U2", "U3"]


def test_answers_refusals_and_thumbs_are_counted_from_a_time_on(journal):
    assert usage(journal, 0.0) == Usage(0, 0, 0, 0)
    for at, refused in ((1.0, True), (5.0, True), (6.0, False)):
        last = journal.record(surface="dm", intent="find", milliseconds=1, refused=refused, now=at)
    rate(journal, last, "U1", True, 2.0)
    rate(journal, last, "U2", False, 7.0)
    assert usage(journal, 0.0) == Usage(3, 2, 1, 1)
    assert usage(journal, 5.0) == Usage(2, 1, 0, 1)
