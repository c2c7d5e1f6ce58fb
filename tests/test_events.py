"""Which event a note is about, and the table that knows the events."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BotError
from store.event_table import latest
from store.events import Events, find_event, load_events

EVENTS = load_events()


def found(events: Events = EVENTS, **evidence: str) -> str:
    event = find_event(events, **evidence)
    return event.name if event else ""


def own(tmp_path: Path, text: str) -> Events:
    file = tmp_path / "events.toml"
    file.write_text(text, encoding="utf-8")
    return load_events(file)


def complaint(tmp_path: Path, text: str) -> str:
    with pytest.raises(BotError) as caught:
        own(tmp_path, text)
    assert str(tmp_path / "events.toml") in str(caught.value)
    return str(caught.value)


def test_names_of_the_shipped_table_are_unique_and_its_dates_in_order() -> None:
    names = [event.name for event in EVENTS.all]
    assert len(set(names)) == len(names)
    assert all(event.start <= (event.end or event.start) for event in EVENTS.all)


def test_every_shipped_city_has_a_country() -> None:
    assert not [event.name for event in EVENTS.all if event.city and not event.country]


def test_every_shipped_event_is_found_by_its_own_name() -> None:
    for event in EVENTS.all:
        assert found(title=event.name) == event.name
        assert found(named=event.name) == event.name


def test_releases_come_oldest_first() -> None:
    releases = EVENTS.releases
    assert releases[:3] == ("Austin", "Bexar", "Cactus")
    assert releases.index("Liberty") < releases.index("Mitaka") < releases.index("Zed")


@pytest.mark.parametrize(
    ("title", "event"),
    [
        ("OpenStack Summit, Tokyo 2015, Tuesday 27th", "OpenStack Summit Tokyo 2015"),
        ("Three days at the OpenStack Summit in Barcelona", "OpenStack Summit Barcelona 2016"),
        ("OpenStack Summit Barcelna recap", "OpenStack Summit Barcelona 2016"),
        ("Opentsack Summit in Tokyo", "OpenStack Summit Tokyo 2015"),
        ("OpenStack Liberty Summit talks", "OpenStack Summit Vancouver 2015"),
        ("The OpenStack design summit for Mitaka", "OpenStack Summit Tokyo 2015"),
        ("OpenStack Summit Austin 2016", "OpenStack Summit Austin 2016"),
        ("OpenStack Summit, Fall 2012", "OpenStack Summit San Diego 2012"),
        ("Open Infrastructure Summit Shanghai", "Open Infrastructure Summit Shanghai 2019"),
        ("OpenInfra Summit in Berlin: what I saw", "OpenInfra Summit Berlin 2022"),
        ("OpenStack PTG Denver, September 2018", "OpenStack PTG Denver 2018"),
        ("Project Teams Gathering in Dublin", "OpenStack PTG Dublin 2018"),
        ("KubeCon EU 2018", "KubeCon + CloudNativeCon Europe 2018"),
        ("KubeCon Copenhagen trip report", "KubeCon + CloudNativeCon Europe 2018"),
        ("PyCon 2016 in Portland", "PyCon US 2016"),
        ("FOSDEM'19 notes", "FOSDEM 2019"),
        ("LISA14: what the sysadmins said", "USENIX LISA 2014"),
        ("Open Source Summit, Prague", "Open Source Summit Europe 2017"),
        ("OpenStack Summit 東京", "OpenStack Summit Tokyo 2015"),
        ("Bericht vom OpenStack Summit in Tokio", "OpenStack Summit Tokyo 2015"),
        ("Báo cáo OpenStack Summit tại Tokyo, tháng 10 năm 2015", "OpenStack Summit Tokyo 2015"),
    ],
)
def test_a_title_tells_the_event(title: str, event: str) -> None:
    assert found(title=title) == event


@pytest.mark.parametrize(
    ("title", "event"),
    [
        ("Devoxx Antwerp 2014", "Devoxx Antwerp 2014"),
        ("FOSDEM 2031", "FOSDEM 2031"),
        ("Notes from DevOpsDays Ghent 2019", "DevOpsDays Ghent 2019"),
        ("PyCon Italy 2017", "PyCon Italia 2017"),
        ("PyConES 2014", "PyConES 2014"),
        ("PyCon 2014 in Tokyo", "PyCon Tokyo 2014"),
        ("PyCon Atlantis 2014", "PyCon Atlantis 2014"),
        ("DevConf 2015, Brno", "DevConf.cz 2015"),
        ("DevConf 2019, Boston", "DevConf.us 2019"),
        ("Strange Loop 2017", "Strange Loop 2017"),
        ("OpenStack Day Mexico 2016", "OpenStack Days Mexico 2016"),
    ],
)
def test_an_edition_that_is_not_listed_is_made_from_its_year_and_place(title: str, event: str) -> None:
    assert found(title=title) == event


def test_a_made_edition_knows_where_it_was() -> None:
    event = find_event(EVENTS, title="Strange Loop 2017")
    assert event
    assert (event.city, event.country, event.start) == ("St. Louis", "United States", "2017")


@pytest.mark.parametrize(
    "evidence",
    [
        {"title": "Team meeting", "text": "We talked about storage and lunch.", "date": "2015-10-28"},
        {"title": "Lunch in Austin", "text": "The tacos were good.", "date": "2016-04-26"},
        {
            "title": "A talk by Jane Austin",
            "text": "Jane Austin works on OpenStack. We liked it.",
            "date": "2016-04-27",
        },
        {
            "title": "OpenStack training",
            "text": "We took the train, at liberty to read Newton. Rocky, but fine.",
        },
        {"title": "OpenStack Summit in Austin"},
        {"title": "OpenStack Summit Boston 2015"},
        {"title": "OpenStack Summit in Boston 2011 and in Boston 2017"},
        {"title": "What is new in Ocata", "text": "The Ocata release brings cells to OpenStack."},
        {"title": "Security summit in Denver", "text": "OpenStack was mentioned.", "date": "2017-09-15"},
        {"title": "Budget summit", "text": "The budget summit in Tokyo was about money."},
        {"title": "", "text": "", "file": ""},
    ],
)
def test_without_evidence_the_event_stays_unknown(evidence: dict[str, str]) -> None:
    assert found(**evidence) == ""


def test_a_year_alone_is_not_taken_for_the_one_listed_regional_event() -> None:
    assert found(title="OpenStack Days Nordic 2017") == "OpenStack Days Nordic 2017"


@pytest.mark.parametrize(
    ("title", "name", "series", "city"),
    [
        ("Recap - Widget Summit Graz 2019", "Widget Summit Graz 2019", "Widget Summit", "Graz"),
        ("widgetd: Summit in Seattle, Washington", "widgetd Summit Seattle 2018", "widgetd Summit", "Seattle"),
        ("Widgets Conference - WidgetCon 2019 - Day One", "WidgetCon 2019", "WidgetCon", ""),
        (
            "Notes from the Acme Developer Days in Berlin",
            "Acme Developer Days Berlin 2018",
            "Acme Developer Days",
            "Berlin",
        ),
        ("OpenStack ALPS Day (8-6-2016)", "OpenStack ALPS Day 2016", "OpenStack ALPS Day", ""),
        ("OpenStack Day Linz", "OpenStack Days Linz 2018", "OpenStack Days", ""),
        ("WidgetFest’17, the talks", "WidgetFest 2017", "WidgetFest", ""),
        ("The Mobile Widget Congress 2016", "Mobile Widget Congress 2016", "Mobile Widget Congress", ""),
        ("A talk at Strange Loop", "Strange Loop 2018", "Strange Loop", "St. Louis"),
    ],
)
def test_a_conference_that_no_table_knows_is_taken_as_the_title_writes_it(
    title: str, name: str, series: str, city: str
) -> None:
    event = find_event(EVENTS, title=title, date="2018-04-05")
    assert event
    assert (event.name, event.series, event.city) == (name, series, city)


@pytest.mark.parametrize(
    "title",
    [
        "Day 3",
        "Day Two",
        "My week",
        "Weekend reading",
        "Vote for my presentations",
        "Recent Conference Talks: April, 2018",
        "Budget Summit",
        "Sprint Planning",
        "Father's Day",
        "Silicon Valley",
        "Editing httpd.conf",
        "The Linux Conference Circuit",
        "Weekend Project: A Docker Camp Stove",
        "Planning the Neutron Sprint",
        "OpenStack Summit Boston 2015",
    ],
)
def test_an_ordinary_title_is_no_conference(title: str) -> None:
    assert found(title=title, date="2018-04-05", file="notes/2018-04-05-day.md") == ""


def test_without_any_year_no_conference_is_made() -> None:
    assert found(title="Widget Summit Graz") == ""


@pytest.mark.parametrize(
    ("file", "text", "event"),
    [
        ("WidgetConEurope2015-docker.rst", "", "WidgetCon Europe 2015"),
        ("DjangoConEurope2015-docker.rst", "", "DjangoCon Europe 2015"),
        ("WidgetWeekend2014-keynote.rst", "", "Widget Weekend 2014"),
        ("pycon_2019-Saturday.md", "", "PyCon US 2019"),
        ("OpenStackSummitTokyo2015.md", "", "OpenStack Summit Tokyo 2015"),
        ("widgetconf-2016.txt", "My second WiDgEtConf. #widgetconf", "WiDgEtConf 2016"),
        ("acmeconf-2019/day1.md", "", "Acmeconf 2019"),
        ("someone__2016-02-03-acme-day-recap.md", "At the Acme Day we talked.", "Acme Day 2016"),
        ("someone__2016-02-03-acme-day-recap.md", "A day at Acme.", ""),
        ("2016-02-03-what-i-did-last-day.md", "What I did Last Day.", ""),
    ],
)
def test_a_file_name_is_cut_at_capitals_years_and_hyphens(file: str, text: str, event: str) -> None:
    assert found(file=file, text=text) == event


def test_a_summary_or_heading_names_the_event_of_a_note_with_a_title_that_does_not() -> None:
    about = ["A review of the first annual OpenStack ALPS Day Graz"]
    text = "The next OpenStack Summit will be in Tokyo."
    assert found(title="Some history", about=about, text=text, date="2015-06-21") == "OpenStack ALPS Day Graz 2015"


def test_what_the_title_tells_outright_outranks_any_number_of_remarks() -> None:
    text = "\n\n".join(["OpenStack Summit Tokyo 2015", "In Tokyo, at the OpenStack Summit in Tokyo. " * 4] * 9)
    assert found(title="WidgetConf 2016", text=text) == "WidgetConf 2016"
    assert found(title="FOSDEM 2016", text=text) == "FOSDEM 2016"


def test_a_conference_of_the_table_wins_over_one_of_the_same_title() -> None:
    assert found(title="Widget Day at FOSDEM 2016") == "FOSDEM 2016"


@pytest.mark.parametrize(
    ("evidence", "event"),
    [
        ({"title": "DockerCon 2017"}, "DockerCon 2017"),
        ({"title": "DockerCon 2017 in Copenhagen"}, "DockerCon Europe 2017"),
        ({"title": "DockerCon 2017", "text": "We met in Copenhagen at DockerCon."}, "DockerCon Europe 2017"),
        ({"title": "DockerCon 2017", "date": "2017-10-20"}, "DockerCon Europe 2017"),
        ({"title": "DockerCon 2017", "date": "2017-05-01"}, "DockerCon 2017"),
        ({"title": "DockerCon 2017, Austin", "date": "2017-10-20"}, "DockerCon 2017"),
        ({"title": "DockerCon EU 2017"}, "DockerCon Europe 2017"),
    ],
)
def test_editions_of_one_year_are_told_apart_by_place_or_date(evidence: dict[str, str], event: str) -> None:
    assert found(**evidence) == event


def test_a_summit_named_by_its_city_alone_is_the_one_going_on_there() -> None:
    assert found(title="Paris Summit - Day 1", date="2014-11-03") == "OpenStack Summit Paris 2014"
    assert found(title="Paris Summit - Day 1", date="2014-12-30") == ""


def test_an_unlisted_edition_is_in_the_city_that_the_opening_says() -> None:
    text = "Earlier this month I went to SREcon Europe in Dublin.\n\nNext year it will be in Paris."
    event = find_event(EVENTS, title="SREcon Europe 2017", text=text)
    assert event
    assert (event.name, event.city, event.country) == ("SREcon Europe 2017", "Dublin", "Ireland")
    other = find_event(EVENTS, title="SREcon Europe 2017", text="I live in Dublin.")
    assert other
    assert other.city == ""


def test_a_made_events_name_stands_for_it_again() -> None:
    for title in ("Widget Summit Graz 2019", "widgetd Summit 2018", "OpenStack Days Oslo 2017", "SREcon Europe 2017"):
        made, named = find_event(EVENTS, title=title), find_event(EVENTS, named=title)
        assert made
        assert named
        assert (made.name, made.series, made.year) == (named.name, named.series, named.year)


@pytest.mark.parametrize(
    ("posted", "event"),
    [
        ("2010-07-20", "OpenStack Summit Austin 2010"),
        ("2016-05-10", "OpenStack Summit Austin 2016"),
        ("2016-03-30", "OpenStack Summit Austin 2016"),
    ],
)
def test_the_posting_date_chooses_among_the_summits_of_a_city(posted: str, event: str) -> None:
    assert found(title="OpenStack Summit in Austin", date=posted) == event


def test_a_release_chooses_among_the_summits_of_a_city() -> None:
    assert found(title="OpenStack Summit Austin: planning Newton") == "OpenStack Summit Austin 2016"


def test_a_summit_without_a_place_is_the_one_around_the_posting_date() -> None:
    text = "Greetings from the OpenStack Summit! A lot happened today."
    assert found(title="Day 1", text=text, date="2013-04-15") == "OpenStack Summit Portland 2013"
    assert found(title="Day 1", text=text, date="2013-08-15") == ""


def test_a_place_below_the_opening_tells_which_summit_the_title_means() -> None:
    text = "Every six months people get together. The latest summit was held in Tokyo and we were there."
    assert found(title="OpenStack Summit Report", text=text) == "OpenStack Summit Tokyo 2015"


def test_the_file_name_and_its_folder_are_evidence() -> None:
    assert found(file="2017boston-openstack-summit.md") == "OpenStack Summit Boston 2017"
    assert found(file="tokyo-2015/day1.md", text="Nova in OpenStack.") == "OpenStack Summit Tokyo 2015"


def test_tags_are_evidence() -> None:
    assert found(title="Manila", tags="openstack, ptg, atlanta") == "OpenStack PTG Atlanta 2017"


def test_of_two_events_the_one_in_the_title_wins() -> None:
    text = "In Tokyo, at the OpenStack Summit in Tokyo, it was planned. " * 2
    assert found(title="OpenStack Summit Barcelona", text=text) == "OpenStack Summit Barcelona 2016"


def test_of_two_events_in_the_text_the_one_that_opens_it_wins() -> None:
    text = "KubeCon 2018 in Copenhagen was fun; people there know Kubernetes.\n\n" + "Pods and nodes. " * 60
    assert found(text=f"{text}\n\nWe met them at FOSDEM 2018.") == "KubeCon + CloudNativeCon Europe 2018"


def test_one_remark_far_down_is_not_what_a_note_is_about() -> None:
    text = "Pods and nodes and what they do. " * 40 + "As said at the OpenStack Summit in Paris, it works."
    assert found(title="Scheduling", text=text, date="2014-11-20") == ""


@pytest.mark.parametrize(
    ("named", "event"),
    [
        ("openstack summit tokyo 2015", "OpenStack Summit Tokyo 2015"),
        ("Tokyo 2015 OpenStack Summit", "OpenStack Summit Tokyo 2015"),
        ("OpenStack Summit Barcelna 2016", "OpenStack Summit Barcelona 2016"),
        ("KubeCon EU '18, Copenhagen", "KubeCon + CloudNativeCon Europe 2018"),
        ("Minnesota OpenStack Meetup", "Minnesota OpenStack Meetup"),
        ("Offsite Graz 2024", "Offsite Graz 2024"),
    ],
)
def test_what_front_matter_names_is_matched_or_taken_as_written(named: str, event: str) -> None:
    assert found(named=named, title="OpenStack Summit Paris") == event


def test_a_named_event_without_an_edition_is_told_by_city_or_date() -> None:
    assert found(named="OpenStack Summit", tags="Tokyo") == "OpenStack Summit Tokyo 2015"
    assert found(named="OpenStack Summit", date="2014-11-05") == "OpenStack Summit Paris 2014"


def test_an_event_taken_as_written_keeps_the_place_and_year_in_its_name() -> None:
    event = find_event(EVENTS, named="Offsite Graz 2024")
    assert event
    assert (event.city, event.country, event.year) == ("Graz", "Austria", "2024")


def test_a_team_adds_its_own_events(tmp_path: Path) -> None:
    events = own(
        tmp_path,
        """
        [[event]]
        name = "Acme Cloud Day Linz 2024"
        city = "Linz"
        country = "Austria"
        start = 2024-05-06
        aliases = ["ACD"]

        [[series]]
        name = "Widget Con"
        editions = [{ city = "Linz", start = "2023-03" }]
        """,
    )
    assert found(events, title="ACD: the notes") == "Acme Cloud Day Linz 2024"
    assert found(events, title="Widget Con in Linz") == "Widget Con Linz 2023"
    assert found(events, title="OpenStack Summit Tokyo") == "OpenStack Summit Tokyo 2015"


def test_a_teams_event_replaces_the_one_of_the_same_name(tmp_path: Path) -> None:
    text = '[[event]]\nname = "FOSDEM 2019"\nseries = "FOSDEM"\ncity = "Ghent"\nstart = "2019-02"'
    events = own(tmp_path, text)
    assert [e.city for e in events.all if e.name == "FOSDEM 2019"] == ["Ghent"]


def test_the_digest_changes_with_the_teams_table_only(tmp_path: Path) -> None:
    first = own(tmp_path, '[[event]]\nname = "One"').digest
    assert first == own(tmp_path, '[[event]]\nname = "One"').digest
    assert len({first, own(tmp_path, '[[event]]\nname = "Two"').digest, EVENTS.digest}) == 3
    assert load_events(tmp_path / "none.toml").digest == EVENTS.digest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[event]\n", "not valid TOML"),
        ('[[events]]\nname = "A"', "unknown key “events”"),
        ('[[event]]\ncity = "Graz"', "has no name"),
        ('[[event]]\nname = "A"\ntown = "Graz"', "the event “A” has an unknown key “town”"),
        ('[[event]]\nname = "A"\nstart = "May 2024"', "no date: “May 2024”. Write it as 2024-05-06"),
        ('[[event]]\nname = "A"\nstart = "2024-13"', "no date"),
        ('[[event]]\nname = "A"\nstart = "2024-05"\nend = "2024-04"', "ends before it starts"),
        ('[[event]]\nname = "A"\ncity = 7', "“city”"),
        ('[[event]]\nname = "A"\naliases = "B"', "“aliases”"),
        ('event = "A"', "must be a list of tables"),
        ('[[series]]\nname = "S"\nyearly = "yes"', "the series “S” has a “yearly”"),
        ('[[series]]\nname = "S"\neditions = [{ city = "Graz" }]', "neither a name nor a start"),
        ("places = 3", "must be a table"),
        ('[places]\nGraz = "Gradec"', "“Graz”"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_with_file_entry_and_remedy(tmp_path: Path, text: str, told: str) -> None:
    assert told in complaint(tmp_path, text)


def test_a_table_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "events.toml").write_bytes(b'[[event]]\nname = "M\xfcnchen"')
    with pytest.raises(BotError, match="UTF-8"):
        load_events(tmp_path / "events.toml")


def test_a_folder_in_place_of_the_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(BotError, match="cannot be read"):
        load_events(tmp_path)


def test_days_are_counted_from_the_nearer_end() -> None:
    event = next(e for e in EVENTS.all if e.name == "OpenStack Summit Tokyo 2015")
    days = [event.days_from(date(2015, *day)) for day in ((10, 20), (10, 27), (10, 30), (11, 2))]
    assert days == [-7, 0, 0, 3]
    assert latest("2016-02") == date(2016, 2, 29)
    assert latest("2015") == date(2015, 12, 31)


@given(title=st.text(max_size=80), text=st.text(max_size=300), posted=st.text(max_size=12))
def test_no_text_makes_the_finder_fail(title: str, text: str, posted: str) -> None:
    find_event(EVENTS, file=title, title=title, text=text, date=posted, tags=title)
    find_event(EVENTS, named=title, date=posted)
