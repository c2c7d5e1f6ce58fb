"""A table of conversations: what the last question takes from the ones before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_filters import BOSTON, FACETS, IN_BARCELONA, IN_TOKYO

from intents.understand import Question, follow, read, understand
from store.model import Facets, KnownEvent, Scope

KURYR_IN_TOKYO = "what was said about Kuryr in Tokyo"
TWENTY_17 = Scope(year="2017")


def asked(*conversation: str) -> Question:
    *earlier, last = conversation
    return understand(last, earlier, FACETS)


@pytest.mark.parametrize(
    ("conversation", "about", "scope", "page"),
    [
        ([KURYR_IN_TOKYO], "kuryr", IN_TOKYO, 0),
        ([KURYR_IN_TOKYO, "and in 2017?"], "kuryr", TWENTY_17, 0),
        ([KURYR_IN_TOKYO, "in 2017?"], "kuryr", TWENTY_17, 0),
        ([KURYR_IN_TOKYO, "und 2017?"], "kuryr", TWENTY_17, 0),
        ([KURYR_IN_TOKYO, "and in 2017?", "who presented it?"], "kuryr presented", TWENTY_17, 0),
        ([KURYR_IN_TOKYO, "and in 2017?", "only Barcelona"], "kuryr", IN_BARCELONA, 0),
        ([KURYR_IN_TOKYO, "and in Boston in 2017?"], "kuryr", Scope(BOSTON.name, "Boston", "2017"), 0),
        ([KURYR_IN_TOKYO, "cool, and in 2017?"], "kuryr", TWENTY_17, 0),
        ([KURYR_IN_TOKYO, "ok thanks. only Barcelona"], "kuryr", IN_BARCELONA, 0),
        ([KURYR_IN_TOKYO, "thanks, more please"], "kuryr", IN_TOKYO, 1),
        ([KURYR_IN_TOKYO, "more"], "kuryr", IN_TOKYO, 1),
        ([KURYR_IN_TOKYO, "more", "More, please", "mehr"], "kuryr", IN_TOKYO, 3),
        ([KURYR_IN_TOKYO, "more please", "More!", "weiter"], "kuryr", IN_TOKYO, 3),
        ([KURYR_IN_TOKYO, "more", "thanks", "more"], "kuryr", IN_TOKYO, 2),
        ([KURYR_IN_TOKYO, "more", "and in 2017?"], "kuryr", TWENTY_17, 0),
        ([KURYR_IN_TOKYO, "hi", "help", "and in 2017?"], "kuryr", TWENTY_17, 0),
        ([KURYR_IN_TOKYO, "what about breakouts?"], "breakouts", IN_TOKYO, 0),
        ([KURYR_IN_TOKYO, "how about Magnum in Barcelona"], "magnum", IN_BARCELONA, 0),
        ([KURYR_IN_TOKYO, "only by Evenson"], "kuryr", Scope(IN_TOKYO.event, "Tokyo", person="Lachlan Evenson"), 0),
        ([KURYR_IN_TOKYO, "by:evenson"], "kuryr", Scope(IN_TOKYO.event, "Tokyo", person="Lachlan Evenson"), 0),
        ([KURYR_IN_TOKYO, "only in Mitaka"], "kuryr", Scope(IN_TOKYO.event, "Tokyo", release="Mitaka"), 0),
        (["kuryr by Evenson in Tokyo", "and in 2017?"], "kuryr", Scope(year="2017", person="Lachlan Evenson"), 0),
        ([KURYR_IN_TOKYO, "what did Zane Bitter say"], "zane bitter", Scope(), 0),
        ([KURYR_IN_TOKYO, "lessons for an IT department"], "lessons it department", Scope(), 0),
        ([KURYR_IN_TOKYO, "how does it work with Magnum"], "kuryr work magnum", IN_TOKYO, 0),
        ([KURYR_IN_TOKYO, "what did they say about Magnum?"], "magnum", IN_TOKYO, 0),
        ([KURYR_IN_TOKYO, "what do they say about it in Barcelona?"], "kuryr", IN_BARCELONA, 0),
        ([KURYR_IN_TOKYO, "what did they say about their work with Magnum?"], "kuryr work magnum", IN_TOKYO, 0),
        (["more"], "", Scope(), 1),
        (["thanks", "and Kuryr?"], "kuryr", Scope(), 0),
        (["in Tokyo", "and Kuryr?"], "kuryr", IN_TOKYO, 0),
        (["anything by Evenson?"], "lachlan evenson", Scope(person="Lachlan Evenson"), 0),
        (["anything by Evenson?", "and in 2017?"], "lachlan evenson", Scope(year="2017", person="Lachlan Evenson"), 0),
        (["anything by Evenson?", "and Kuryr?"], "kuryr", Scope(person="Lachlan Evenson"), 0),
        (["and in Tokyo?"], "", IN_TOKYO, 0),
    ],
)
def test_a_follow_up_changes_just_what_it_names(conversation: list[str], about: str, scope: Scope, page: int) -> None:
    question = asked(*conversation)
    assert (" ".join(question.about), question.scope, question.page) == (about, scope, page)
    assert question.intent == "find"


def test_small_talk_is_answered_as_such_in_any_conversation() -> None:
    assert asked(KURYR_IN_TOKYO, "thanks").intent == "thanks"
    assert asked(KURYR_IN_TOKYO, "help").intent == "help"


def test_what_is_wanted_stays_with_the_topic() -> None:
    assert asked("how many people were in Tokyo?", "and in Barcelona?").wants == "crowd"
    assert asked("how many people were in Tokyo?", "and who spoke about Kuryr?").wants == "person"
    assert asked("how many people were in Tokyo?", "what about Kuryr?").wants == ""


def test_a_phrase_stays_with_its_topic() -> None:
    assert asked('"live migration"', "and in Tokyo?").phrases == (("live", "migration"),)
    assert asked('"live migration"', "what about Kuryr?").phrases == ()
    assert asked("kuryr", 'and "live migration"?').about == ()


def test_what_was_left_out_stays_out() -> None:
    assert asked("upgrades -nova", "and in Tokyo?", "only -cinder").without == ("nova", "cinder")


def test_a_place_is_named_by_the_last_words_for_it() -> None:
    assert asked(KURYR_IN_TOKYO, "only Barcelona").places == ("barcelona",)
    assert asked(KURYR_IN_TOKYO, "who presented it?").places == ("tokyo",)
    assert asked(KURYR_IN_TOKYO, "and in 2017?").places == ("2017",)


@given(st.lists(st.sampled_from([KURYR_IN_TOKYO, "more", "and in 2017?", "thanks", "it", "", "nova", "-x", '"y z"'])))
def test_a_conversation_is_a_fold(earlier: list[str]) -> None:
    before = Question()
    for text in earlier:
        before = follow(before, read(text, FACETS))
    assert understand("only Tokyo", earlier, FACETS) == follow(before, read("only Tokyo", FACETS))


@given(st.lists(st.text(max_size=30), max_size=5))
def test_a_question_with_a_topic_forgets_what_was_before(earlier: list[str]) -> None:
    assert understand("kuryr containers", earlier, FACETS) == read("kuryr containers", FACETS)


def test_after_an_event_without_notes_only_the_topic_is_left() -> None:
    absent = KnownEvent("OpenStack Summit Sydney 2017", "OpenStack Summit", "Sydney", "2017-11-06")
    held = KnownEvent("OpenStack Summit Tokyo 2015", "OpenStack Summit", "Tokyo", "2015-10-27")
    facets = Facets(events=(held,), absent=(absent,))
    asked = ("kuryr at the Sydney summit",)
    assert understand(asked[0], (), facets).absent == "OpenStack Summit Sydney"
    followed = understand("and in Tokyo?", asked, facets)
    assert (followed.about, followed.scope.event, followed.absent) == (("kuryr",), held.name, "")
