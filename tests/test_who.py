"""Who spoke about something and what somebody said: only what the notes tie to a name, apart from what is near it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intents import reply
from intents.base import Answer
from intents.names import nearest, people_named, same_person
from intents.who import shaped
from store.index import Index, open_index
from store.load import reload
from store.model import Facets, Hit, Passage, Source
from store.speakers import said

FRONT = "---\nevent: OpenStack Summit {}\ndate: {}\n---\n\n"
TEXTS = {
    "tokyo.md": FRONT.format("Tokyo 2015", "2015-10-27")
    + "Lachlan Evenson: Lithium Technologies: Spoke about fast deployments. He showed a dashboard with honeycombs.\n\n"
    "Erica Brescia, COO of Bitnami, talked about Murano. She wants standard images. I had a coffee then.\n\n"
    "Thanks to Rob Sherwood for a chat on OVN in the corridor.\n\n"
    "The next session was on Magnum by Kenneth Tan of Sardina Systems. It came up in eleven minutes.\n\n"
    "Two speakers from Huawei presented Kuryr. Kuryr runs on Dragonflow now.\n",
    "austin.md": FRONT.format("Austin 2016", "2016-04-26")
    + "# Keynotes\n\nMark Collier's keynote was on collaboration. He counted billions of devices.\n\n"
    "# Panel\n\nMark McClain spoke about Neutron upgrades, too.\n\n"
    "# Interview\n\nRich: What is next?\n\nPriya: My name is Priya Lindqvist. We will rewrite the Glance tasks.\n\n"
    "Rich: Thank you for the tasks.\n",
}
_SOURCE = Source("a.md", people=("Lachlan Evenson", "Egle Sigler"))


def indexed(folder: Path, names: list[str]) -> Index:
    (folder / "notes").mkdir(parents=True)
    for name in names:
        (folder / "notes" / name).write_text(TEXTS[name], encoding="utf-8")
        reload(folder / "notes", folder / "recap.db")
    return open_index(folder / "recap.db")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return indexed(tmp_path_factory.mktemp("who"), sorted(TEXTS))


def told(answer: Answer, section: str) -> list[str]:
    return [line.text for line in answer.lines if line.section.startswith(section)]


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        ("who talked about Kuryr?", True),
        ("Who else presented on NFV in Tokyo", True),
        ("what did Lachlan Evenson demo", True),
        ("What did Mirantis show?", True),
        ("who is Mark Collier", True),
        ("what did Lachlan say about containers", True),
        ("which companies presented Kuryr", True),
        ("speakers in Tokyo", True),
        ("who is the new PTL of Zaqar", False),
        ("who won the game", False),
        ("what did people say about Project Calico", False),
        ("what did we hear about upgrades", False),
        ("what did it cost", False),
        ("who", False),
        ("", False),
    ],
)
def test_a_question_for_people_is_told_by_its_shape(typed: str, asks: bool) -> None:
    assert (shaped(typed) == typed) == asks or not typed


def test_who_spoke_about_a_topic_is_named_with_the_sentences_that_tie_them_to_it(spoken: Index) -> None:
    answer = reply("who talked about Magnum?", spoken)
    assert (answer.intent, answer.heading) == ("who", "Speaking about Magnum: Kenneth Tan")
    assert told(answer, "Whom the notes name")[0].startswith("The next session was on Magnum by Kenneth Tan")


def test_an_organisation_whose_people_spoke_is_named(spoken: Index) -> None:
    assert reply("who presented Kuryr", spoken).heading == "Speaking about Kuryr: Huawei"


def test_who_is_only_named_near_a_topic_is_not_said_to_have_spoken_about_it(spoken: Index) -> None:
    answer = reply("who talked about OVN?", spoken)
    assert "tie nobody by name to OVN" in answer.heading
    assert told(answer, "Whom the notes name") == []
    assert told(answer, "Mentioned near it") == ["Thanks to Rob Sherwood for a chat on OVN in the corridor."]


def test_nobody_speaks_about_what_the_notes_do_not_have(spoken: Index) -> None:
    answer = reply("who talked about Zephyrine?", spoken)
    assert (answer.intent, answer.refused) == ("who", True)


def test_what_somebody_said_goes_on_with_he_and_she_but_not_with_the_writer(spoken: Index) -> None:
    answer = reply("what did Erica Brescia say?", spoken)
    (quote,) = told(answer, "What the notes tie to Erica Brescia")
    assert quote == "Erica Brescia, COO of Bitnami, talked about Murano. She wants standard images."


@pytest.mark.parametrize("typed", ["what did evensen show", "what did Lachlan demo", "what did Lachlan Evensen show?"])
def test_partial_and_misspelt_names_are_understood(spoken: Index, typed: str) -> None:
    answer = reply(typed, spoken)
    assert "Lachlan Evenson" in answer.heading
    assert "honeycombs" in answer.lines[0].text


def test_two_people_of_one_name_are_a_question_back(spoken: Index) -> None:
    answer = reply("what did Mark say about upgrades?", spoken)
    assert answer.refused
    assert "Mark" in answer.heading
    assert [choice.label for choice in answer.choices] == ["Mark Collier", "Mark McClain"]
    chosen = reply(answer.choices[1].question, spoken)
    assert "Neutron upgrades" in chosen.lines[0].text


def test_an_unknown_person_is_refused_with_the_nearest_names(spoken: Index) -> None:
    answer = reply("what did Erika Breschia Olsen show?", spoken)
    assert answer.refused
    assert answer.choices[0].label == "Erica Brescia"


def test_what_a_company_said_is_what_its_people_said(spoken: Index) -> None:
    answer = reply("what did Sardina Systems show?", spoken)
    assert "Kenneth Tan of Sardina Systems" in told(answer, "What the notes tie to Sardina Systems")[0]
    assert "Kuryr" in reply("what did Huawei present", spoken).lines[0].text


def test_direct_speech_is_tied_to_its_speaker_and_to_nobody_else(spoken: Index) -> None:
    answer = reply("what did Priya Lindqvist say about tasks?", spoken)
    quotes = told(answer, "What the notes tie to Priya Lindqvist")
    assert "rewrite the Glance tasks" in quotes[0]
    assert not any("Thank you" in quote for quote in quotes)


def test_who_somebody_is_begins_with_what_introduces_them(spoken: Index) -> None:
    assert "COO of Bitnami" in reply("who is Erica Brescia?", spoken).lines[0].text


def test_the_speakers_of_an_event_are_listed(spoken: Index) -> None:
    answer = reply("who spoke in Tokyo?", spoken)
    assert answer.heading.startswith("Speakers at OpenStack Summit Tokyo 2015: ")
    for name in ("Lachlan Evenson", "Erica Brescia", "Kenneth Tan", "Huawei"):
        assert name in answer.heading
    assert "Rob Sherwood" not in answer.heading


def test_who_takes_the_topic_of_the_question_before(spoken: Index) -> None:
    assert "Kenneth Tan" in reply("who presented it?", spoken, ["what was said about Magnum?"]).heading


QUESTIONS = (
    "who talked about Magnum",
    "who spoke in Austin",
    "what did Mark Collier say",
    "what did Huawei present",
    "who is Priya Lindqvist",
)


@pytest.mark.parametrize("typed", QUESTIONS)
def test_each_quote_stands_in_its_note_with_a_source_and_is_the_same_again(spoken: Index, typed: str) -> None:
    answer = reply(typed, spoken)
    held = {hit.source.file: "" for hit in answer.hits}
    for hit in answer.hits:
        held[hit.source.file] += hit.passage.text
    for line in answer.lines:
        assert line.source
        assert line.text in held[line.source.file]
        assert line.section
    assert reply(typed, spoken) == answer


def test_answers_do_not_depend_on_the_order_in_which_files_came(spoken: Index, tmp_path: Path) -> None:
    again = indexed(tmp_path, sorted(TEXTS, reverse=True))
    for typed in QUESTIONS:
        mine, other = reply(typed, spoken), reply(typed, again)
        assert (mine.heading, [line.text for line in mine.lines]) == (
            other.heading,
            [line.text for line in other.lines],
        )


@pytest.mark.parametrize(
    "typed",
    [
        "who is \x00",
        "who is 🎉",
        'who talked about " OR NEAR(',
        "what did " + "x" * 2000 + " say",
        "what did Robert'); DROP TABLE notes;-- say",
        "who is <@U123>",
        "who said said said said",
        "what did the say",
    ],
)
def test_hostile_questions_for_people_are_answered_or_refused(spoken: Index, typed: str) -> None:
    assert reply(typed, spoken).heading


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="AB ab,.;:()-–\n\"'’—of byX", max_size=400))
def test_any_passage_can_be_read_for_who_speaks(spoken: Index, text: str) -> None:
    hit = Hit(10**9, _SOURCE, Passage(f"{text} Egle Sigler {text}", ("Lachlan Evenson, of X",)))
    found = said(spoken, hit, ("Bitnami",))
    assert all(0 <= one.start < one.end <= len(hit.passage.text) for one in found)
    assert all(not set(one.by) & set(one.near) for one in found)


def test_a_name_means_whom_it_fits_best() -> None:
    facets = Facets(people=("Matthew Treinish", "Mark Collier", "Mark McClain"), authors=("Ada Vale",))
    assert people_named("matt treinish", facets) == ("Matthew Treinish",)
    assert people_named("Mark", facets) == ("Mark Collier", "Mark McClain")
    assert people_named("mark colier", facets) == ("Mark Collier",)
    assert people_named("Vale", facets) == ("Ada Vale",)
    assert people_named("", facets) == ()
    assert nearest("Marc Collyer", facets)[0] == "Mark Collier"
    assert same_person("Matt Treinish", "Matthew Treinish")
    assert not same_person("Mark Collier", "Mark McClain")


LISTS = {
    "blogs.md": FRONT.format("Tokyo 2015", "2015-10-29").replace("---\n\n", "title: Blog posts of the week\n---\n\n", 1)
    + "Quagga at home, by Rob Sherwood\n\nQuagga routes packets in my cellar.\n\n"
    "Mark Collier talked about Quagga in his keynote, and counted routers.\n",
    "show.md": FRONT.format("Tokyo 2015", "2015-10-27") + "# Erica Brescia, Bitnami: Murano\n\n"
    "Erica Brescia showed five images in a catalogue on stage. Then she opened them all at once in the hall.\n",
}


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("listed")
    (folder / "notes").mkdir()
    for name, text in LISTS.items():
        (folder / "notes" / name).write_text(text, encoding="utf-8")
    reload(folder / "notes", folder / "recap.db")
    return open_index(folder / "recap.db")


def test_authors_of_posts_in_a_list_are_not_counted_as_speaking(listed: Index) -> None:
    answer = reply("who talked about Quagga", listed)
    assert answer.heading == "Speaking about Quagga: Mark Collier"
    assert {line.section: line.text for line in answer.lines}["Mentioned near it"].startswith("Quagga at home")


def test_what_somebody_showed_is_told_in_sentences_and_not_by_a_heading(listed: Index) -> None:
    (line,) = reply("what did Erica Brescia show?", listed).lines
    assert line.text.startswith("Erica Brescia showed five images")
    assert line.text.endswith("in the hall.")


@pytest.mark.parametrize(
    "typed", ["who is tomos ronacher", "what did Tomos Ronacher say", "what did tomos ronacher demo?"]
)
def test_a_name_that_the_notes_do_not_have_is_nobody_else(listed: Index, typed: str) -> None:
    answer = reply(typed, listed)
    assert answer.refused
    assert answer.intent == "who"
    assert "onacher" in answer.heading
    assert not answer.corrections


def test_an_unknown_name_offers_the_nearest_people(listed: Index) -> None:
    answer = reply("what did Erika Brascia say", listed)
    assert answer.heading.startswith("What the notes tell of Erica Brescia")
    assert [choice.label for choice in reply("what did erica bretschneider say", listed).choices][:1] == [
        "Erica Brescia"
    ]
