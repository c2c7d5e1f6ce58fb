"""Which words of a question limit where to look, over a few made-up events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.base import Correction
from intents.event_filters import pinned
from intents.filters import MAX_TOKENS, filtered, merged, operator
from intents.tokens import Filtered, tokens
from intents.understand import Question, read
from store.model import Facets, KnownEvent, Scope

TOKYO = KnownEvent("OpenStack Summit Tokyo 2015", "OpenStack Summit", "Tokyo", "2015-10-27", ("Liberty", "Mitaka"))
BARCELONA = KnownEvent("OpenStack Summit Barcelona 2016", "OpenStack Summit", "Barcelona", "2016-10-25", ("Ocata",))
BOSTON = KnownEvent("OpenStack Summit Boston 2017", "OpenStack Summit", "Boston", "2017-05-08", ("Pike",))
OLD_BOSTON = KnownEvent("OpenStack Summit Boston 2011", "OpenStack Summit", "Boston", "2011-10-03", ("Essex",))
ATLANTA = KnownEvent("OpenStack PTG Atlanta 2017", "OpenStack PTG", "Atlanta", "2017-02-20", ("Pike",))
OLD_ATLANTA = KnownEvent("OpenStack Summit Atlanta 2014", "OpenStack Summit", "Atlanta", "2014-05-12", ("Juno",))
SWIFT = KnownEvent("Swift mid-cycle San Antonio 2016", "Swift mid-cycle", "San Antonio", "2016-07")
SHANGHAI = KnownEvent(
    "Open Infrastructure Summit Shanghai 2019", "Open Infrastructure Summit", "Shanghai", "2019-11-04"
)
FOSDEM = KnownEvent("FOSDEM 2016", "FOSDEM", "Brussels", "2016-01-30", aliases=("Free Software Meeting",))
FACETS = Facets(
    events=(TOKYO, BARCELONA, BOSTON, OLD_BOSTON, ATLANTA, OLD_ATLANTA, SWIFT, SHANGHAI, FOSDEM),
    years=frozenset(("2011", "2014", "2015", "2016", "2017", "2019")),
    releases=frozenset(("Liberty", "Mitaka", "Ocata", "Pike", "Train", "Queens")),
    people=("Doug Hellmann", "Lachlan Evenson", "Loïc Dachary", "Zane Bitter"),
    authors=("Rich Bowen",),
)
IN_TOKYO = Scope(event=TOKYO.name, city="Tokyo")
IN_BARCELONA = Scope(event=BARCELONA.name, city="Barcelona")


def left(found: Filtered) -> str:
    return " ".join(token.typed for token in found.tokens)


def scope_of(text: str) -> Scope:
    return read(text, FACETS).scope


@pytest.mark.parametrize(
    ("spoken", "grammar", "scope"),
    [
        ("kuryr at Tokyo", "kuryr in:tokyo", IN_TOKYO),
        ("kuryr in tokyo", "kuryr at:Tokyo", IN_TOKYO),
        ("kuryr at the Tokyo summit", "kuryr event:tokyo", IN_TOKYO),
        ("kuryr San Antonio", 'kuryr in:"san antonio"', Scope(event=SWIFT.name, city="San Antonio")),
        ("kuryr San Antonio", "kuryr in:“San Antonio”", Scope(event=SWIFT.name, city="San Antonio")),
        ("kuryr in 2016", "kuryr year:2016", Scope(year="2016")),
        ("kuryr in 2016", "kuryr in:2016", Scope(year="2016")),
        ("kuryr in Tokyo 2015", "kuryr in:tokyo year:2015", Scope(TOKYO.name, "Tokyo", "2015")),
        ("kuryr Tokyo 2015", "year:2015 kuryr in:tokyo", Scope(TOKYO.name, "Tokyo", "2015")),
        ("kuryr Boston", "kuryr in:boston", Scope(city="Boston")),
        ("kuryr in Boston in 2017", "kuryr in:boston year:2017", Scope(BOSTON.name, "Boston", "2017")),
        ("kuryr in Tokyo in 2016", "kuryr IN:tokyo YEAR:2016", Scope(city="Tokyo", year="2016")),
        ("kuryr by Evenson", "kuryr by:evenson", Scope(person="Lachlan Evenson")),
        ("kuryr by lachlan evenson", 'kuryr person:"Lachlan Evenson"', Scope(person="Lachlan Evenson")),
        ("kuryr by Loic", "kuryr by:loïc", Scope(person="Loïc Dachary")),
        ("kuryr by Bowen", "kuryr author:Bowen", Scope(person="Rich Bowen")),
        ("kuryr Liberty release", "kuryr release:liberty", Scope(release="Liberty")),
        ("kuryr in Mitaka", "kuryr release:mitaka", Scope(release="Mitaka")),
        ("kuryr FOSDEM", "kuryr in:fosdem", Scope(event=FOSDEM.name)),
        ("kuryr free software meeting", 'kuryr event:"free software meeting"', Scope(event=FOSDEM.name)),
    ],
)
def test_plain_words_and_the_grammar_mean_the_same(spoken: str, grammar: str, scope: Scope) -> None:
    said, exact = read(spoken, FACETS), read(grammar, FACETS)
    assert said.scope == scope
    assert exact.scope == scope
    assert said.about == exact.about == ("kuryr",)
    assert said.places == exact.places


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Tokio", "Tokyo"), ("barcelna", "Barcelona"), ("in:barcelna", "Barcelona"), ("San Antonia", "San Antonio")],
)
def test_a_misspelt_city_is_corrected_and_told(typed: str, meant: str) -> None:
    question = read(f"kuryr {typed}", FACETS)
    assert question.scope.city == meant
    assert question.about == ("kuryr",)
    assert question.corrections == (Correction(typed.removeprefix("in:"), meant),)


def test_a_city_spelt_right_is_no_correction() -> None:
    assert read("kuryr in TOKYO", FACETS).corrections == ()


@pytest.mark.parametrize(
    "typed", ["Tokyo or Barcelona", "containers in tokyo and barcelona", "2015 and 2016", "Liberty vs Mitaka"]
)
def test_two_of_a_kind_are_a_comparison_and_no_filter(typed: str) -> None:
    question = read(typed, FACETS)
    assert not question.scope
    assert len(question.about) >= 2


@pytest.mark.parametrize(
    "typed",
    [
        "liberty to choose",
        "the liberty to choose a vendor",
        "Liberty to choose",
        "train",
        "train the operators",
        "Train the operators",
        "queens and kings",
        "ocata",
        "deploying by hand",
        "boast about it",
        "tok",
        "the summit",
        "1066",
        "port 2376",
        "version 2.0.2015",
    ],
)
def test_ordinary_words_are_no_filter(typed: str) -> None:
    assert not scope_of(typed)


@pytest.mark.parametrize(
    ("typed", "release"),
    [
        ("cells in liberty", "Liberty"),
        ("what changed for the Train release", "Train"),
        ("the train cycle for operators", "Train"),
        ("upgrading to queens with tripleo", "Queens"),
        ("what is new in Liberty", "Liberty"),
        ("Mitaka cells", "Mitaka"),
        ("cells of Train", "Train"),
    ],
)
def test_a_release_is_known_by_its_capital_or_its_company(typed: str, release: str) -> None:
    assert scope_of(typed) == Scope(release=release)


def test_what_people_call_an_event_tells_two_of_one_city_apart() -> None:
    assert scope_of("upgrades in Atlanta") == Scope(city="Atlanta")
    ptg = read("upgrades at the Atlanta PTG", FACETS)
    assert ptg.scope.event == ATLANTA.name
    assert ptg.about == ("upgrades",)
    assert scope_of("upgrades at the Atlanta summit").city == "Atlanta"


def test_a_year_decides_between_two_events_of_one_city() -> None:
    assert scope_of("kuryr Boston 2011").event == OLD_BOSTON.name
    assert scope_of("kuryr Boston 2017").event == BOSTON.name
    assert scope_of("kuryr Boston 2016") == Scope(city="Boston", year="2016")


def test_a_series_is_an_event_where_its_name_is_telling() -> None:
    assert scope_of("kuryr at the Open Infrastructure Summit").event in (SHANGHAI.series, SHANGHAI.name)
    assert not scope_of("kuryr at the OpenStack Summit")


def test_a_season_beside_a_year_says_nothing_more() -> None:
    question = read("kuryr autumn 2015", FACETS)
    assert (question.about, question.scope) == (("kuryr",), Scope(year="2015"))


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ("in:atlantis", Scope(city="Atlantis")),
        ("year:1066", Scope(year="1066")),
        ("year:soon", Scope(year="soon")),
        ("by:nobody", Scope(person="nobody")),
        ("release:zebra", Scope(release="Zebra")),
    ],
)
def test_an_exact_filter_that_fits_nothing_is_kept_and_not_dropped(typed: str, scope: Scope) -> None:
    assert scope_of(f"kuryr {typed}") == scope


@pytest.mark.parametrize("name", ["in", "at", "event", "city", "year", "by", "author", "person", "release"])
@pytest.mark.parametrize("value", ['""', "“”", '"', ":", "-", '" "'])
def test_an_exact_filter_without_a_value_limits_nothing_much(name: str, value: str) -> None:
    question = read(f"kuryr {name}:{value}", FACETS)
    assert "kuryr" in question.about
    assert not question.scope or all(len(getattr(question.scope, slot)) <= 1 for slot in Scope.__slots__)


@given(
    st.sampled_from(["in", "at", "event", "city", "year", "by", "author", "person", "release"]), st.text(max_size=300)
)
def test_any_value_of_an_exact_filter_gives_a_short_scope(name: str, value: str) -> None:
    scope = operator(name, value, FACETS).scope
    assert all(len(getattr(scope, slot)) <= 200 for slot in Scope.__slots__)


@given(st.text())
def test_filters_and_topic_together_are_what_was_typed(text: str) -> None:
    all_tokens, found = tokens(text)[:MAX_TOKENS], filtered(text, FACETS)
    rest = iter(all_tokens)
    assert all(token in rest for token in found.tokens)
    assert bool(found.scope) or found.tokens == all_tokens


def test_a_pasted_page_is_read_to_a_limit() -> None:
    assert len(filtered("by Evensen " * 5000, FACETS).tokens) <= MAX_TOKENS


def test_tokens_lose_the_punctuation_around_them() -> None:
    assert [token.typed for token in tokens("“Kuryr”, (*really*)? C++ & co. — 2.9.0!")] == [
        "Kuryr",
        "really",
        "C++",
        "co",
        "2.9.0",
    ]


def test_what_is_left_stands_in_its_order() -> None:
    assert (
        left(filtered("what did Zane say in Tokyo about Heat by Evenson", FACETS)) == "what did Zane say in about Heat"
    )


def test_scopes_merge_slot_by_slot() -> None:
    assert merged(Scope(city="Tokyo", year="2015"), Scope(year="2016", person="x")) == Scope(
        city="Tokyo", year="2016", person="x"
    )


def test_a_scope_is_pinned_only_to_the_one_event_that_fits() -> None:
    assert pinned(Scope(city="Tokyo"), FACETS) == IN_TOKYO
    assert pinned(Scope(city="Boston"), FACETS) == Scope(city="Boston")
    assert pinned(Scope(year="2019"), FACETS) == Scope(year="2019")
    assert pinned(Scope(), FACETS) == Scope()


def test_without_notes_nothing_is_a_filter() -> None:
    assert read("kuryr in Tokyo by Evenson", Facets()).scope == Scope()
    assert read("kuryr in:tokyo", Facets()).scope == Scope(city="Tokyo")
    assert isinstance(read("kuryr", Facets()), Question)


DOCKERCON = KnownEvent("DockerCon 2017", "DockerCon", "Austin", "2017-04-17")
DOCKERCON_EUROPE = KnownEvent("DockerCon Europe 2017", "DockerCon", "Copenhagen", "2017-10-16")
SYDNEY = KnownEvent("OpenStack Summit Sydney 2017", "OpenStack Summit", "Sydney", "2017-11-06")
MORE = Facets(
    events=(DOCKERCON, DOCKERCON_EUROPE, BARCELONA),
    absent=(SYDNEY,),
    people=("Robert Haas", "David Fetter", "Ann Lee"),
)


def test_a_series_and_a_year_mean_all_its_editions_of_that_year() -> None:
    assert read("kubernetes news from DockerCon 2017", MORE).scope == Scope(event="DockerCon", year="2017")


def test_a_part_of_the_world_tells_editions_apart() -> None:
    question = read("swarm at DockerCon Europe 2017", MORE)
    assert question.scope.event == DOCKERCON_EUROPE.name
    assert question.about == ("swarm",)


def test_a_misspelt_series_is_corrected_and_told() -> None:
    question = read("swarm at dockerconn", MORE)
    assert question.scope.event == "DockerCon"
    assert question.corrections == (Correction("dockerconn", "DockerCon"),)


def test_the_name_of_an_event_beside_its_city_is_no_topic() -> None:
    question = read("how many people came to the OpenStack Summit in Barcelona", MORE)
    assert question.scope.event == BARCELONA.name
    assert "openstack" not in question.about


@pytest.mark.parametrize(
    ("typed", "absent"),
    [
        ("how many people came to the Sydney summit", "OpenStack Summit Sydney"),
        ("keynotes in Sydney 2017", "OpenStack Summit Sydney 2017"),
        ("OpenStack Summit Sydney 2017 keynotes", "OpenStack Summit Sydney 2017"),
        ("keynotes in Sydney 2016", ""),  # no event of the table
        ("the opera house of Sydney", ""),  # a place, not an event
        ("keynotes in Barcelona 2016", ""),
    ],
)
def test_an_event_that_no_note_is_about_is_recognised(typed: str, absent: str) -> None:
    assert read(typed, MORE).absent == absent


@pytest.mark.parametrize(
    ("typed", "strangers"),
    [
        ("David Haas on vacuum", ("David Haas",)),
        ("Robert Haas on vacuum", ()),
        ("david haas on vacuum", ()),  # nothing tells that this is a name
        ("what did Ann Fetter say", ("Ann Fetter",)),
        ("Docker Swarm", ()),
        ("Postgres Haas", ()),  # nobody is called Postgres
    ],
)
def test_a_known_surname_with_another_first_name_is_somebody_else(typed: str, strangers: tuple[str, ...]) -> None:
    question = read(typed, MORE)
    assert question.strangers == strangers
    assert not {"haas", "fetter"} & set(question.about) or not strangers


def test_a_short_name_of_a_series_wins_over_another_gathering_in_that_city() -> None:
    kubecon = KnownEvent(
        "KubeCon + CloudNativeCon 2018", "KubeCon + CloudNativeCon", "Seattle", "2018", also=("KubeCon",)
    )
    other = KnownEvent("Brew Summit Seattle 2017", "Brew Summit", "Seattle", "2017-08")
    question = read("the contributor summit at kubecon seattle", Facets(events=(kubecon, other)))
    assert question.scope.event == kubecon.name
    assert question.about == ("contributor",)


def test_the_name_of_an_event_without_its_place_is_no_topic_beside_its_city() -> None:
    event = KnownEvent("OpenInfra Summit Berlin 2022", "Open Infrastructure Summit", "Berlin", "2022-06-07")
    question = read("how many people came to the OpenInfra Summit in Berlin?", Facets(events=(event,)))
    assert (question.scope.event, question.about) == (event.name, ("people",))


@pytest.mark.parametrize("typed", ["kuryr in Shang Hai", "kuryr in shang hai", "kuryr in:“Shang Hai”"])
def test_a_city_may_be_written_in_two_words(typed: str) -> None:
    question = read(typed, FACETS)
    assert (question.about, question.scope) == (("kuryr",), Scope(event=SHANGHAI.name, city="Shanghai"))


@pytest.mark.parametrize("nothing", ["", "***", ": :"])
def test_an_event_or_a_city_without_a_word_in_its_name_is_named_by_no_question(nothing: str) -> None:
    facets = Facets(events=(KnownEvent(nothing, nothing, nothing, aliases=(nothing,)), TOKYO))
    assert read("kuryr", facets).scope == Scope()
    assert read("kuryr in Tokyo", facets).scope == IN_TOKYO


DAYS = KnownEvent("OpenStack Days UK 2017", "OpenStack Days", "London", "2017-09-26", also=("OpenStack Day",))
CLOUD_INIT = KnownEvent("cloud-init Summit 2018", "cloud-init Summit", "", "2018")
LATER_CLOUD_INIT = KnownEvent("cloud-init Summit 2023", "cloud-init Summit", "", "2023")
DEVCONF = KnownEvent("DevConf.cz 2016", "DevConf.cz", "Brno", "2016")
CEE, LATER_CEE = (KnownEvent(f"OpenStack CEE Day {year}", "OpenStack CEE Day", "", year) for year in ("2015", "2016"))
CALLED = Facets(events=(TOKYO, BARCELONA, SWIFT, DAYS, CLOUD_INIT, LATER_CLOUD_INIT, DEVCONF, CEE, LATER_CEE))


@pytest.mark.parametrize(
    ("typed", "event"),
    [
        ("topics at OpenStack Days UK", DAYS.name),
        ("topics at OpenStack Day UK", DAYS.name),
        ("topics at Days UK", DAYS.name),
        ("topics of OpenStack Days", DAYS.name),
        ("topics of cloud-init summit 2023", LATER_CLOUD_INIT.name),
        ("topics of the cloud init summit", "cloud-init Summit"),
        ("topics of devconf 2016", DEVCONF.name),
        ("topics of the CEE day 2016", LATER_CEE.name),
        ("topics of the CEE day", "OpenStack CEE Day"),
        ("topics of swift mid-cycle", SWIFT.name),
    ],
)
def test_an_event_is_known_without_its_year_place_or_brand(typed: str, event: str) -> None:
    found = filtered(typed, CALLED)
    assert pinned(found.scope, CALLED).event == event
    assert left(found) in ("topics at", "topics of", "topics of the")


@pytest.mark.parametrize(
    "typed", ["the summit", "OpenStack Summit", "openstack", "day", "cloud computing", "uk", "swift"]
)
def test_what_fits_many_events_is_none_of_them(typed: str) -> None:
    assert not filtered(typed, CALLED).scope


def test_two_events_of_one_city_keep_the_city_as_a_limit() -> None:
    assert filtered("topics at OpenStack Summit Boston", FACETS).scope.city == "Boston"
    assert filtered("topics at Boston summit", FACETS).scope.city == "Boston"
