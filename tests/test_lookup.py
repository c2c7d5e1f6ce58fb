import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.lookup import MOST, events, people, years
from store.model import Facets, KnownEvent

FACETS = Facets(
    events=(
        KnownEvent("OpenStack Summit Tokyo 2015", city="Tokyo", start="2015-10-27", aliases=("Liberty Summit",)),
        KnownEvent("Swift mid-cycle San Antonio 2016", city="San Antonio", start="2016-02"),
        KnownEvent("OpenInfra Days Hanoi 2017", city="Hà Nội", start="2017-12"),
        KnownEvent("OpenStack Summit Berlin 2018", city="Berlin", start="2018", also=("Open Infra Summit",)),
    ),
    absent=(KnownEvent("OpenStack Summit Paris 2014", city="Paris"),),
    years=frozenset({"2015", "2016", "2017", "2018"}),
    people=("Loïc Dachary", "Gal Marrow", "Ann Lee"),
    authors=("Ann Writer", "Đặng Văn Sơn"),
)  # fmt: skip
any_facets = st.builds(
    Facets,
    events=st.lists(st.builds(KnownEvent, st.text(max_size=30), city=st.text(max_size=8)), max_size=150).map(tuple),
    years=st.frozensets(st.text("0123456789", min_size=4, max_size=4), max_size=5),
    people=st.lists(st.text(max_size=20), max_size=150).map(tuple),
)


@pytest.mark.parametrize(
    ("look", "typed", "first"),
    [
        (events, "tok", "OpenStack Summit Tokyo 2015"),
        (events, "tokio", "OpenStack Summit Tokyo 2015"),
        (events, "liberty", "OpenStack Summit Tokyo 2015"),
        (events, "ha noi", "OpenInfra Days Hanoi 2017"),
        (events, "Open Infra", "OpenStack Summit Berlin 2018"),
        (events, "san antnio", "Swift mid-cycle San Antonio 2016"),
        (years, "2", "2018"),
        (years, "2015", "2015"),
        (people, "dachary", "Loïc Dachary"),
        (people, "LOIC d", "Loïc Dachary"),
        (people, "dang", "Đặng Văn Sơn"),
        (people, "marow", "Gal Marrow"),
    ],
)
def test_the_name_that_is_meant_comes_first(look, typed, first):
    assert look(FACETS, typed)[0] == first


def test_nothing_typed_offers_all_and_the_latest_or_the_authors_first():
    assert events(FACETS, "") == [event.name for event in FACETS.events[::-1]]
    assert years(FACETS, " ") == ["2018", "2017", "2016", "2015"]
    assert people(FACETS, "") == [*FACETS.authors, *FACETS.people]


def test_a_name_that_begins_so_comes_before_one_with_such_a_word():
    facets = Facets(people=("Lee Ann", "Ann Lee"))
    assert people(facets, "ann") == ["Ann Lee", "Lee Ann"]


@pytest.mark.parametrize("typed", ["paris", "qqqq", "2014", "xx"])
def test_what_no_note_has_is_not_offered(typed):
    assert [*events(FACETS, typed), *years(FACETS, typed), *people(FACETS, typed)] == []


@given(any_facets, st.text(max_size=20))
def test_whatever_is_typed_gives_few_names_each_once_and_only_real_ones(facets, typed):
    for found, known in (
        (events(facets, typed), {event.name for event in facets.events}),
        (years(facets, typed), facets.years),
        (people(facets, typed), set(facets.people)),
    ):
        assert len(found) == len(set(found)) <= MOST
        assert set(found) <= known


@given(any_facets)
def test_a_name_typed_whole_is_always_offered(facets):
    for name in facets.people[:MOST]:
        assert name in people(facets, name) or len(people(facets, name)) == MOST
