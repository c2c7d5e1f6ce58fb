"""What is known about a note: title, event, date, release, people and the rest."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.events import load_events
from store.facts import LONGEST, describe
from store.language import language_of
from store.model import Block, Document, Source
from store.people import MOST_PEOPLE, people
from store.read import parse

EVENTS = load_events()


def note(*paragraphs: str, file: str = "note.md", heading: str = "", **meta: object) -> Source:
    blocks = tuple(Block("paragraph", text) for text in paragraphs)
    return describe(Document(blocks, meta, heading), file, EVENTS)


def test_front_matter_comes_first() -> None:
    source = note(
        "The OpenStack Summit in Paris was fine.",
        file="2014-11-05-paris.md",
        heading="Heading",
        Title="Day one",
        Summit="OpenStack Summit Tokyo 2015",
        Where="Tokyo, Japan",
        Published=date(2015, 10, 27),
        Cycle="mitaka",
        By=["Ada Byron", "rbowen"],
        Speakers="Egle Sigler, Lachlan Evenson and Mark Collier",
        Permalink="https://example.org/one",
        Lang="en-GB",
    )
    assert source == Source(
        file="2014-11-05-paris.md",
        title="Day one",
        event="OpenStack Summit Tokyo 2015",
        city="Tokyo",
        date="2015-10-27",
        release="Mitaka",
        author="Ada Byron, rbowen",
        people=("Egle Sigler", "Lachlan Evenson", "Mark Collier"),
        url="https://example.org/one",
        language="en",
    )


def test_a_note_that_says_nothing_has_empty_facts() -> None:
    assert note("Lorem ipsum.", file="x.md") == Source("x.md", title="Lorem ipsum.")
    assert describe(Document(()), "a/b/some-notes_of-mine.txt", EVENTS).title == "Some notes of mine"


def test_front_matter_of_punctuation_says_nothing() -> None:
    bare = note(
        "Lorem ipsum.", file="x.md", title="***", event=": :", city="---", author="-", people=["–"], release="?"
    )
    assert bare == Source("x.md", title="Lorem ipsum.")


@pytest.mark.parametrize(
    ("meta", "title", "expected"),
    [
        ({"post_title": "From front matter"}, "From the page", "From front matter"),
        ({}, "From the page", "From the page"),
        ({}, "", "First line"),
        ({}, "Day 1", "Tokyo report"),
        ({"title": "Day 1"}, "", "Day 1"),
    ],
)
def test_the_title_is_the_best_that_the_note_has(meta: dict[str, object], title: str, expected: str) -> None:
    assert note("First line", file="2015-10-27-tokyo-report.html.md", heading=title, **meta).title == expected


@pytest.mark.parametrize(
    ("meta", "title", "expected"),
    [
        ({"title": "WidgetCon &#8211; day &amp; night"}, "", "WidgetCon – day & night"),
        ({"title": "Microsoft Word - x.doc"}, "", "First heading"),
        ({"title": "untitled"}, "", "First heading"),
        ({"title": "_p.html"}, "", "First heading"),
        ({"title": "our blog | WidgetCon – Day 2", "og:title": "WidgetCon – Day 2"}, "", "WidgetCon – Day 2"),
        ({"title": "WidgetCon • A blog"}, "WidgetCon", "WidgetCon"),
        ({"title": "WidgetCon – Day 2"}, "Something else", "WidgetCon – Day 2"),
    ],
)
def test_a_title_is_what_the_note_is_called_and_no_file_or_site(
    meta: dict[str, object], title: str, expected: str
) -> None:
    blocks = (Block("heading", "First heading", level=1), Block("paragraph", "Text."))
    assert describe(Document(blocks, meta, title), "notes.pdf", EVENTS).title == expected


def test_the_date_of_an_export_is_the_last_resort() -> None:
    exported = {"date": datetime(2026, 11, 20, tzinfo=UTC)}
    assert note("Text.", file="a.pdf", **exported).date == "2026-11-20"
    assert note("Text.", file="a.md", **exported).date == "2026-11-20"
    assert note("Text.", file="a.pdf", heading="OpenStack Summit Tokyo 2015", **exported).date == "2015-10"
    assert note("Text.", file="a.pdf", heading="Widget Summit Graz", **exported).event == ""


def test_a_day_in_the_opening_is_the_date_where_nothing_better_is_known() -> None:
    text = "First published on 31 August 2017."
    assert note(text, heading="Some notes").date == "2017-08-31"
    assert note(text, heading="Widget Summit").event == "Widget Summit 2017"
    assert note(text, heading="Widget Summit 2015").date == "2015"
    assert note(text, heading="OpenStack Summit Tokyo").date == "2015-10"
    assert note(text, heading="Some notes", date="2018-01-02").date == "2018-01-02"
    assert note("Since August 2017 we wait.", heading="Some notes").date == ""


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (datetime(2015, 11, 4, 18, 45, tzinfo=UTC), "2015-11-04"),
        (date(2015, 11, 4), "2015-11-04"),
        ("2015-11-03 18:30:32 UTC", "2015-11-03"),
        ("2015-02-17T12:09:41-06:00", "2015-02-17"),
        ("October 27th, 2015", "2015-10-27"),
        ("27. Oktober 2015", "2015-10-27"),
        ("(5DEC2013)", "2013-12-05"),
        ("le 27 octobre 2015", "2015-10-27"),
        ("Oct 2015", "2015-10"),
        ("2015-10", "2015-10"),
        (2015, "2015"),
        ("2015", "2015"),
        ("2015-02-31", ""),
        ("0001-01-01", ""),
        ("9999-01-01", ""),
        ("yesterday", ""),
        (True, ""),
        ("$Date$", ""),
    ],
)
def test_dates_are_as_precise_as_stated_and_nonsense_is_dropped(stated: object, expected: str) -> None:
    assert note("Text.", date=stated).date == expected


@pytest.mark.parametrize(
    ("file", "title", "expected"),
    [
        ("2015-11-04-meetup.md", "Meetup", "2015-11-04"),
        ("notes_20151104.md", "Meetup", "2015-11-04"),
        ("newsletter__2018-june.md", "News", "2018-06"),
        ("talk.md", "Talks, May 7, 2018", "2018-05-07"),
        ("talk.md", "November 2016 newsletter", "2016-11"),
        ("talk.md", "OpenStack Summit Tokyo", "2015-10"),
        ("talk.md", "Strange Loop 2017", "2017"),
        ("talk.md", "5,000 people, 2.9.0 and 80 talks", ""),
    ],
)
def test_file_name_title_and_event_tell_the_date(file: str, title: str, expected: str) -> None:
    assert note("Text.", file=file, title=title).date == expected


@pytest.mark.parametrize(
    ("title", "text", "release"),
    [
        ("Mike Perez: Cinder in Liberty", "OpenStack Summit in Tokyo.", "Liberty"),
        ("OpenStack Summit Tokyo", "It was good.", "Mitaka"),
        (
            "OpenStack Summit Tokyo",
            "The Liberty release is out. Liberty release notes. OpenStack Liberty.",
            "Liberty",
        ),
        ("OpenStack Mitaka", "Words.", "Mitaka"),
        ("How to train a model", "We took the train. The rocky road to liberty.", ""),
        ("Train travel", "A Train in a station.", ""),
        ("Life in Liberty", "A small town.", ""),
        ("FOSDEM 2019", "Many rooms.", ""),
    ],
)
def test_the_release_is_the_one_that_the_note_is_about(title: str, text: str, release: str) -> None:
    assert note(text, title=title).release == release


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("/2015/11/04/a/", ""),
        ("javascript:alert(1)", ""),
        ("http://", ""),
        ("https://[broken", ""),
        ("https://example.org/" + "a" * 600, ""),
        (["https://example.org/b"], "https://example.org/b"),
    ],
)
def test_only_web_addresses_are_kept(url: object, expected: str) -> None:
    assert note("Text.", url=url).url == expected


def test_a_relative_address_leaves_room_for_a_whole_one() -> None:
    assert note("Text.", url="/a", source="https://example.org/a").url == "https://example.org/a"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We were at the summit and it was good to see that many of the people.", "en"),
        ("Wir waren auf dem Summit, und die Vorträge über Netze waren nicht von gestern.", "de"),
        ("Chúng tôi đã có mặt tại hội nghị và nghe các bài nói về mạng của những người dùng.", "vi"),
        ("Nous avons vu les salles du sommet et des gens qui sont dans le réseau.", "fr"),
        ("Fuimos a la cumbre y las charlas de los usuarios son para no perder, con una demo.", "es"),
        ("Abbiamo visto il summit e le sale del centro, con una demo che non è per tutti.", "it"),
        ("東京サミットに参加しました。とても楽しかったです。", "ja"),
        ("我们参加了东京峰会，非常有意思。", "zh"),
        ("도쿄 서밋에 다녀왔습니다.", "ko"),
        ("Мы были на саммите в Токио.", "ru"),
        ("Kuryr Magnum Zun", ""),
        ("", ""),
    ],
)
def test_the_language_is_told_by_script_or_small_words(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_stated_language_is_believed() -> None:
    assert note("We were at the summit and it was good to see that.", lang="de_AT").language == "de"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lachlan Evenson: Lithium Technologies: Highly energetic", ("Lachlan Evenson",)),
        ("The keynote was from Thierry Carrez, VP of engineering.", ("Thierry Carrez",)),
        ("Egle Sigler, Principal Architect, Rackspace: use devstack", ("Egle Sigler",)),
        ("**Ansible 2.0**, by Lars Kellogg-Stedman and Rich Bowen", ("Lars Kellogg-Stedman", "Rich Bowen")),
        ("Miguel Ángel Ajo talks about QoS.", ("Miguel Ángel Ajo",)),
        ("Steve Hardy and Julien Danjou presented TripleO.", ("Steve Hardy", "Julien Danjou")),
        ("Today Mark Collier said hello.", ("Mark Collier",)),
        ("An interview with Victoria Martínez de la Cruz", ("Victoria Martínez de la Cruz",)),
        ("Jane Austin of Canonical took part.", ("Jane Austin",)),
        ("Herr Müller und Jörg Weiß von SAP sprachen; Jörg Weiß zeigte Zahlen.", ("Jörg Weiß",)),
        ("Nguyễn Văn Nam trình bày về Kuryr.", ("Nguyễn Văn Nam",)),
        ("Best Buy said no. Red Hat presented RDO. The Technical Committee discussed it.", ()),
        ("Das war von Vorteil der Methode, sagte Jan van der Meer von SAP.", ("Jan van der Meer",)),
        ("Jörg von Stein and Jim O’Neill presented.", ("Jörg von Stein", "Jim O’Neill")),
        ("Monday Morning: Keynotes", ()),
        ("San Francisco showed its best side. Hong Kong talked.", ()),
        ("We met Some Body in a corridor.", ()),
        ("OpenStack Summit: what was said", ()),
        ("Identity Crisis: who are you? Saving Sprockets: a talk. Talk Recap: short.", ()),
        ("Thema Geld: nichts. Federal Ministry of Health. Scalable Capital showed an app.", ()),
        ("A talk by Paddy Power Betfair, then one by Shopify Engineering.", ()),
        ("Anh ấy nói: bởi vì chủ đề đang đi nói. Chủ đề: mạng", ()),
        ("OpenStack-Health Dashboard: what it shows. NetApp FlexVol: slow.", ()),
        ("Mark Wood of Acme and Rich Bowen spoke.", ("Mark Wood", "Rich Bowen")),
        ("Fei Long Wang presented; Ashley McNamara of Acme, too.", ("Fei Long Wang", "Ashley McNamara")),
        ("Łukasz Żak said hello. Đỗ Văn Đức trình bày.", ("Łukasz Żak", "Đỗ Văn Đức")),
    ],
)
def test_people_are_those_with_a_cue(text: str, names: tuple[str, ...]) -> None:
    assert note(text, title="Notes of mine").people == names


def test_people_are_capped_and_each_is_named_once() -> None:
    letters = [chr(ord("a") + i) for i in range(26)]
    crowd = [f"Ada By{a}{b}on said something." for a in letters for b in letters[:3]]
    found = people([*crowd, *crowd])
    assert len(found) == MOST_PEOPLE == len(set(found))


def test_german_and_vietnamese_notes_are_described_as_well() -> None:
    german = note("Wir waren im Oktober 2016 beim OpenStack Summit in Barcelona, und es war nicht kalt.")
    assert (german.event, german.language) == ("OpenStack Summit Barcelona 2016", "de")
    vietnamese = note("Chúng tôi đã tham dự OpenStack Summit tại Hồng Kông và Tokyo", title="OpenStack Summit Tokyo")
    assert (vietnamese.event, vietnamese.city) == ("OpenStack Summit Tokyo 2015", "Tokyo")


def test_a_stated_city_tells_the_event_and_is_spelt_as_usual() -> None:
    source = note("Text.", event="OpenStack Summit", city="Tokio")
    assert (source.event, source.city) == ("OpenStack Summit Tokyo 2015", "Tokyo")
    assert note("Text.", city="Klein Posemuckel").city == "Klein Posemuckel"
    assert note("Text.", location="Room 5, ground floor").city == ""


@given(
    meta=st.dictionaries(
        st.sampled_from(("title", "event", "city", "date", "release", "author", "people", "url", "lang", "tags")),
        st.one_of(st.text(max_size=400), st.lists(st.text(max_size=50), max_size=5), st.integers(), st.dates()),
    ),
    text=st.text(max_size=200),
)
def test_no_note_makes_it_fail_and_every_value_is_bounded(meta: dict[str, object], text: str) -> None:
    source = describe(Document((Block("paragraph", text),), meta), "n.md", EVENTS)
    assert len(source.title) <= LONGEST["title"]
    assert max(map(len, (source.author, source.city, source.release, *source.people, ""))) <= LONGEST["name"]
    assert source.date[:4].isdigit() or not source.date


GOLD = {
    "000_ffc83a172dc331c0.txt": "OpenStack Summit Tokyo 2015",
    "001_e2c8848687e7658d.txt": "OpenStack Summit Portland 2013",
    "002_64f7b9fd5b6dc83a.txt": "OpenStack Summit Barcelona 2016",
    "003_7e608f58435544c0.txt": "OpenStack Summit Tokyo 2015",
    "004_0f9730acdde1b033.txt": "OpenStack Days UK 2017",
}


@pytest.mark.parametrize(("file", "event"), GOLD.items())
def test_the_reference_reports_get_their_event(file: str, event: str) -> None:
    folder = os.environ.get("RECAP_REFERENCE")
    if not folder:
        pytest.skip("RECAP_REFERENCE names no folder with the reference notes")
    data = (Path(folder) / "seeds" / file).read_bytes()
    assert describe(parse(file, data), file, EVENTS).event == event


def test_capitalised_words_that_are_no_letters_name_nobody():
    document = Document(
        (Block("paragraph", "The talk by Ⓜ Ⓐ and “ Ⅷ Ⅸ” was shown by \U0001f170 \U0001f171 of Acme.", 1, 1),)
    )
    assert describe(document, "a.md", load_events()).people == ()
