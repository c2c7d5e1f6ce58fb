import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.journal import DAY, Journal
from store.shown import LONGEST, MOST_CHOICES, MOST_EARLIER, Shown, forget, keep, read
from store.text import clean

SHOWN = Shown(
    "and in 2017?",
    surface="mention",
    channel="C1",
    user="U1",
    thread="1.1",
    earlier=("what of Kuryr?", "in Tokyo"),
    intent="find",
    choices=("kuryr", "kubernetes"),
    page=2,
    exact=True,
    drop=("city", "year"),
    size="L",
)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30).map(clean)


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "state.db")
    yield opened
    opened.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    shown=st.builds(
        Shown,
        text=texts,
        surface=texts,
        channel=texts,
        user=texts,
        thread=texts,
        earlier=st.lists(texts, max_size=MOST_EARLIER).map(tuple),
        intent=texts,
        choices=st.lists(texts, max_size=MOST_CHOICES).map(tuple),
        page=st.integers(0, 10**6),
        exact=st.booleans(),
        drop=st.sets(st.sampled_from(["event", "city", "year"])).map(sorted).map(tuple),
        size=st.sampled_from(["", "S", "M", "L"]),
    )
)
def test_what_is_kept_is_read_again(journal, shown):
    keep(journal, f"t {shown}", shown, 1.0, 30)
    assert read(journal, f"t {shown}", 2.0, 30) == shown


def test_every_field_survives_a_restart(tmp_path):
    first = Journal(tmp_path / "state.db")
    keep(first, "t", SHOWN, 1.0, 30)
    first.close()
    second = Journal(tmp_path / "state.db")
    assert read(second, "t", 2.0, 30) == SHOWN
    second.close()


def test_a_ticket_that_nobody_was_given_is_none(journal):
    assert read(journal, "t", 1.0, 30) is None


@pytest.mark.parametrize(("days", "lives"), [(1, 1), (30, 30), (365, 30)])
def test_an_answer_can_be_asked_again_for_the_days_set_and_a_month_at_most(journal, days, lives):
    keep(journal, "t", SHOWN, 0.0, days)
    assert read(journal, "t", lives * DAY, days) == SHOWN
    assert read(journal, "t", lives * DAY + 1, days) is None


def test_a_press_changes_the_row_but_not_how_long_it_stays(journal):
    keep(journal, "t", SHOWN, 0.0, 1)
    keep(journal, "t", replace(SHOWN, page=3, text="x", choices=()), DAY, 1)
    assert read(journal, "t", DAY, 1) == replace(SHOWN, page=3, text="x", choices=())
    assert read(journal, "t", DAY + 1, 1) is None


def test_old_rows_are_deleted_and_not_just_hidden(journal):
    keep(journal, "old", SHOWN, 0.0, 1)
    keep(journal, "new", SHOWN, DAY + 1, 1)
    assert [row for (row,) in journal.db.execute("select ticket from shown")] == ["new"]


def test_texts_are_bounded_and_hold_no_control_characters(journal):
    long = "x\0" + "y" * 2 * LONGEST
    keep(journal, "t", Shown(long, earlier=(long,) * 50, choices=(long,) * 50), 0.0, 1)
    found = read(journal, "t", 0.0, 1)
    assert len(found.text) == len(found.earlier[0]) == len(found.choices[0]) == LONGEST
    assert (len(found.earlier), len(found.choices)) == (MOST_EARLIER, MOST_CHOICES)
    assert "\0" not in found.text


def test_the_latest_questions_are_the_ones_that_are_kept(journal):
    keep(journal, "t", Shown("q", earlier=tuple(map(str, range(50)))), 0.0, 1)
    assert read(journal, "t", 0.0, 1).earlier[-1] == "49"


def test_a_forgotten_answer_is_gone(journal):
    keep(journal, "t", SHOWN, 0.0, 1)
    forget(journal, "t")
    assert read(journal, "t", 0.0, 1) is None


def test_many_threads_keep_and_read_at_once_and_always_see_a_whole_row(journal):
    start = threading.Barrier(8)

    def work(number: int) -> set[Shown | None]:
        start.wait()
        mine = Shown(f"question {number}", earlier=(f"question {number}",), page=number)
        seen = set()
        for _ in range(10):
            keep(journal, "shared", mine, 1.0, 30)
            keep(journal, f"own {number}", mine, 1.0, 30)
            seen.add(read(journal, "shared", 1.0, 30))
            assert read(journal, f"own {number}", 1.0, 30) == mine
        return seen

    with ThreadPoolExecutor(8) as pool:
        for seen in pool.map(work, range(8)):
            assert all(shown.text == f"question {shown.page}" == shown.earlier[0] for shown in seen)
