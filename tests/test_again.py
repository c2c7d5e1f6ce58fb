import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.again import TOO_OLD, again, change, find, tweak_of
from bot.ask import ask
from intents.base import Answer, Choice, Tweak
from store.errors import BotError
from store.journal import Journal
from store.shown import Shown, read

DAYS = 30


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "state.db")
    yield opened
    opened.close()


class Replier:
    """Answers with what it was asked, and notes how."""

    def __init__(self, *choices):
        self.choices = tuple(Choice(question, question) for question in choices)
        self.calls = []

    def __call__(self, text, earlier, *, intent="", tweak=None):
        tweak = tweak or Tweak()
        self.calls.append((text, earlier, intent, tweak))
        return Answer("find", f"{text} {tweak.page}", choices=self.choices)

    @property
    def last(self):
        return self.calls[-1]


def first(journal, reply, text="kuryr", **where):
    asked = {"conversation": "C1:1.1", "memory": 600.0, "surface": "mention", "channel": "C1", "user": "U1"}
    return ask(text, reply, journal, clock=lambda: 1.0, thread="1.1", **(asked | where)).ticket


def press(journal, ticket, action, reply, now=2.0):
    return again(journal, ticket, change(action), reply, now, DAYS)


def test_presses_add_up(journal):
    reply = Replier()
    ticket = first(journal, reply)
    for action in ("recap:page:2", "recap:drop:city", "recap:drop:year", "recap:exact", "recap:size:L", "recap:page:1"):
        new = press(journal, ticket, action, reply)
        assert new.ticket == ticket
    assert reply.last == ("kuryr", (), "", Tweak(1, True, frozenset({"city", "year"}), "L"))
    assert new.tweak == reply.last[3]


@pytest.mark.parametrize("action", ["recap:drop:city", "recap:exact", "recap:size:S"])
def test_what_changes_the_list_begins_at_its_first_page(journal, action):
    reply = Replier()
    ticket = first(journal, reply)
    press(journal, ticket, "recap:page:3", reply)
    assert press(journal, ticket, action, reply).row.page == 0


@pytest.mark.parametrize("action", ["recap:page:2", "recap:drop:city", "recap:exact", "recap:size:M"])
def test_the_same_press_twice_is_as_good_as_once(journal, action):
    reply = Replier("a")
    ticket = first(journal, reply)
    assert press(journal, ticket, action, reply) == press(journal, ticket, action, reply)


def test_what_was_asked_before_and_by_which_name_is_asked_with_it_again(journal):
    reply = Replier()
    first(journal, reply)
    ticket = first(journal, reply, "and in 2017?", intent="timeline")
    press(journal, ticket, "recap:page:1", reply)
    assert reply.last == ("and in 2017?", ("kuryr",), "timeline", Tweak(1))


def test_a_choice_stands_alone_under_a_ticket_of_its_own_and_the_old_one_lives_on(journal):
    reply = Replier("ironic", "zun")
    first(journal, reply)
    ticket = first(journal, reply, "and in 2017?")
    new = press(journal, ticket, "recap:choice:1", reply)
    assert reply.last == ("zun", (), "", Tweak())
    assert new.ticket not in ("", ticket)
    assert journal.earlier("C1:1.1", 3.0, 600.0) == ("kuryr", "and in 2017?", "zun")
    other = press(journal, ticket, "recap:choice:0", reply)
    assert other.row.text == "ironic"
    assert read(journal, new.ticket, 3.0, DAYS).text == "zun"


def test_a_choice_goes_to_the_intent_that_was_called_by_name_unless_it_calls_one_itself(journal):
    reply = Replier("zun", "what was said about zun", "timeline of zun")
    ticket = first(journal, reply, intent="timeline")
    assert press(journal, ticket, "recap:choice:0", reply).row.intent == "timeline"
    assert press(journal, ticket, "recap:choice:2", reply).row.intent == ""


def test_the_choices_of_what_is_shown_now_are_the_ones_to_press(journal):
    reply = Replier("ironic")
    ticket = first(journal, reply)
    reply.choices = (Choice("zun", "zun"),)
    press(journal, ticket, "recap:exact", reply)
    assert press(journal, ticket, "recap:choice:0", reply).row.text == "zun"


def test_an_answer_lives_as_long_as_the_setting_says(journal):
    ticket = first(journal, Replier())
    assert find(journal, ticket, 1.0 + 86_400, 1).text == "kuryr"
    with pytest.raises(BotError, match=TOO_OLD):
        find(journal, ticket, 2.0 + 86_400, 1)


@pytest.mark.parametrize("ticket", ["", "made up"])
def test_a_ticket_that_nobody_was_given_is_too_old(journal, ticket):
    with pytest.raises(BotError, match=TOO_OLD):
        press(journal, ticket, "recap:exact", Replier())


def test_a_choice_that_was_never_offered_is_refused(journal):
    ticket = first(journal, Replier("zun"))
    with pytest.raises(BotError, match=TOO_OLD):
        press(journal, ticket, "recap:choice:1", Replier())


def test_an_answer_whose_new_state_cannot_be_kept_is_shown_all_the_same(journal, monkeypatch, caplog):
    reply = Replier("zun")
    ticket = first(journal, reply)

    def full(*values):
        raise sqlite3.OperationalError("disk is full")

    monkeypatch.setattr("store.shown.keep", full)
    assert press(journal, ticket, "recap:page:1", reply).answer.heading == "kuryr 1"
    assert press(journal, ticket, "recap:choice:0", reply).ticket == ""
    assert "kuryr" not in caplog.text


@given(st.text(max_size=40) | st.text("recap:pgedosizchx0123456789SML", max_size=30).map("recap:".__add__))
def test_a_name_of_any_kind_is_a_change_or_nothing(action):
    wanted = change(action)
    if wanted:
        row = Shown("q", choices=("c",) * 1_000)
        assert isinstance(tweak_of(wanted(row)), Tweak)
