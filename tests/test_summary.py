"""Which sentences are picked, and which never are."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.chatter import is_aside, is_chatter, is_personal, leans
from store.model import Hit, KnownEvent, Passage, Source
from store.occasion import bearing, heads
from store.summary import MOST, PASSAGES, Summary, summarise
from store.text import words

SOURCE = Source("a.md", "A report", event="Summit Tokyo 2015", date="2015-10-28")
KURYR = "Kuryr connects Docker networks with Neutron and needs no second encapsulation."
MAGNUM = "Magnum starts Kubernetes and Swarm clusters within one tenant of the cloud."
IRONIC = "Ironic gained support for cleaning disks and for boot from remote volumes."
SWIFT = "Swift moves 20 petabytes between regions with the new container sharding."


def hit(id: int, text: str, *heading: str, source: Source = SOURCE) -> Hit:
    return Hit(id, source, Passage(text, heading, id * 10 + 1, id * 10 + 5))


def even(stem: str) -> float:
    return math.log(1 + len(stem))


def chosen(hits: list[Hit], found: Summary) -> list[str]:
    pieces = [*filter(None, [found.crowd]), *found.pieces]
    return [hits[piece.at].passage.text[piece.start : piece.end] for piece in pieces]


def picked(*texts: str, size: int = 60, **options) -> list[str]:
    hits = [hit(id, text, f"Part {id}") for id, text in enumerate(texts)]
    return chosen(hits, summarise(hits, even, size, **options))


@pytest.mark.parametrize(
    "sentence",
    [
        "Hello again from Tokyo, where the second day has come to an end.",
        "Thanks to everyone who came to our session about Neutron.",
        "Special thanks to Ada and the whole release team for their work.",
        "We flew from Boston to Tokyo and slept through the first keynote.",
        "After the keynote there was lunch with people of the Nova team.",
        "Leave a Reply and tell us what you think of the Magnum project.",
        "Click here for the whole list of sessions about containers.",
        "Photo: the stage during the keynote of the OpenStack foundation.",
        "Tags: openstack, summit, containers, networking, magnum, kuryr",
        "See you in Austin, where the next summit of the project will be.",
        "I cannot help it, I look forward to seeing you all in Barcelona.",
        "The party at the museum was hosted by three of the sponsors.",
    ],
)
def test_chatter_is_never_picked(sentence: str) -> None:
    assert is_chatter(sentence)
    assert sentence not in picked(f"{KURYR} {sentence}", MAGNUM, IRONIC, size=500)


@pytest.mark.parametrize(
    "sentence",
    [
        KURYR,
        MAGNUM,
        "The new driver flies through the tests and lands in the next release.",
        "The hotelier Marriott runs 40 clusters.",
        "Intel signed up to the plan, powered by 2,000 nodes.",
        "Thanks to the new scheduler, placement takes half the time.",
        "Foodpanda moved its tables to Trove.",
    ],
)
def test_substance_is_no_chatter(sentence: str) -> None:
    assert not is_chatter(sentence)
    assert not leans(sentence)


@pytest.mark.parametrize(
    ("sentence", "stands_by_itself"),
    [
        ("He also showed how Kubot scales a game.", False),
        ("This means that upgrades take no downtime.", False),
        ("It was the first time that a telco did so.", False),
        ("They run 50000 instances in five regions.", False),
        ("However, the numbers are from a small cloud.", False),
        ("The speaker then killed a node.", False),
        ("In the demo she killed a node.", False),
        ("This summit a new forum made its debut.", True),
        ("There were 14 tracks over four days.", True),
        ("Via the presentation, Lachlan said he runs it.", True),
        ("The session about cells drew 200 people.", True),
    ],
)
def test_what_leans_on_the_sentence_before_is_known(sentence: str, stands_by_itself: bool) -> None:
    assert leans(sentence) != stands_by_itself


def test_a_sentence_that_leans_comes_with_the_one_before_or_not_at_all() -> None:
    leaning = "It also needs no agent on the compute nodes of the whole cloud."
    together = picked(f"{KURYR} {leaning}", MAGNUM, IRONIC, size=500)
    assert f"{KURYR} {leaning}" in together or all(leaning not in text for text in together)
    alone = picked(leaning, MAGNUM, IRONIC, SWIFT, size=500)
    assert all(leaning not in text for text in alone)


def test_nothing_leans_on_chatter() -> None:
    leaning = "It needs no agent on the 40 compute nodes of the cloud."
    texts = picked(f"After lunch we looked at the new Neutron. {leaning}", MAGNUM, IRONIC, SWIFT, size=500)
    assert all(leaning not in text for text in texts)


def test_what_leads_on_comes_with_what_it_leads_to() -> None:
    lead, point = "The Nova team agreed on three goals for the cycle:", "Cells version two becomes the default."
    texts = picked(f"{lead}\n{point}\nAnother one.", MAGNUM, IRONIC, size=500)
    assert f"{lead}\n{point}" in texts
    assert all(not text.endswith(":") for text in texts)
    assert all(lead not in text for text in picked(lead, MAGNUM, IRONIC, SWIFT, size=500))


def test_code_headings_and_endless_sentences_are_not_picked() -> None:
    code = "$ curl https://host/builds.json | python -m json.tool | less now please"
    table = "| 12 | 14 | 15 | 16 | 17 | 18 | 20 | nova and neutron |"
    endless = " ".join(["neutron"] * (MOST + 1)) + "."
    hits = [hit(0, f"What the teams have planned for it\n{code}\n{table}\n{endless}\n{KURYR}", "What the teams have")]
    hits = [hit(0, hits[0].passage.text, "What the teams have planned for it"), hit(1, MAGNUM), hit(2, IRONIC)]
    assert set(chosen(hits, summarise(hits, even, 900))) == {KURYR, MAGNUM, IRONIC}


def test_every_section_has_its_say_before_one_has_two() -> None:
    long = f"{KURYR}\n{SWIFT}\n{MAGNUM}"
    texts = picked(long, IRONIC, size=25)
    assert len(texts) == 2
    assert IRONIC in texts


def test_every_note_and_event_has_its_say() -> None:
    other = Source("b.md", "Another report", event="Summit Tokyo 2015")
    later = Source("c.md", "A later report", event="Summit Austin 2016")
    hits = [hit(0, KURYR, "One"), hit(1, SWIFT, "Two"), hit(2, f"{MAGNUM}\n{MAGNUM[:-1]} too.", "Three")]
    hits += [hit(3, IRONIC, source=other), hit(4, "Placement left Nova and has an own team now.", source=later)]
    found = summarise(hits, even, 45)
    assert {hits[piece.at].source.file for piece in found.pieces} == {"a.md", "b.md", "c.md"}
    assert {hits[at].source.file for at, _ in found.passages[:4]} == {"a.md", "b.md", "c.md"}


def test_the_same_is_not_told_twice() -> None:
    again = KURYR.replace("and needs", "and it needs")
    assert len(picked(KURYR, again, MAGNUM, IRONIC, size=500)) == 3


def test_asides_come_only_where_nothing_else_is_left() -> None:
    aside = "More details about the 40 new drivers can be found in the release notes."
    assert is_aside(aside)
    assert aside not in picked(aside, KURYR, MAGNUM, IRONIC, SWIFT, size=48)
    assert aside in picked(aside, KURYR, MAGNUM, size=500)


def test_what_the_author_did_counts_less_than_what_was_said() -> None:
    mine = "I spent most of Tuesday in the Kolla room and asked two questions."
    assert is_personal(mine)
    assert picked(mine, mine.replace("I spent", "Colleagues spent").replace("Kolla", "Heat"), size=1) != [mine]


def test_a_topic_leaves_out_what_is_not_about_it() -> None:
    def about(text: str) -> float:
        return float("magnum" in words(text))

    assert picked(KURYR, MAGNUM, IRONIC, size=500, about=about) == [MAGNUM]
    hits = [hit(0, KURYR, "Magnum"), hit(1, SWIFT, "Storage")]
    assert chosen(hits, summarise(hits, even, 500, about=about)) == [KURYR]


def test_passages_that_count_less_come_later() -> None:
    hits = [hit(id, text, text[:5]) for id, text in enumerate((KURYR, MAGNUM, IRONIC, SWIFT))]
    for favourite in hits:
        found = summarise(hits, even, 12, counts=lambda one, of=favourite.id: 1.0 if one.id == of else 0.1)
        assert chosen(hits, found)[:1] == [favourite.passage.text]


def test_too_few_sentences_are_too_little() -> None:
    assert summarise([hit(0, f"{KURYR} {MAGNUM}")], even, 200).too_little
    assert summarise([], even, 200).too_little
    assert not summarise([hit(0, f"{KURYR} {MAGNUM} {IRONIC}")], even, 200).too_little


TOKYO = KnownEvent("Summit Tokyo 2015", city="Tokyo", start="2015-10-27")
AUSTIN = KnownEvent("Summit Austin 2016", city="Austin", start="2016-04-25")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The summit was huge with over 5,000 attendees.", 5000),
        ("About 70 people came to the meetup.", 70),
        ("The total number of people at the conference this year was 184, a new record.", 184),
        ("The first summit drew 75 people to Austin.", 0),
        ("Every day 300 developers commit code.", 0),
        ("It has 50000 instances.", 0),
        ("We were 5 people at the event.", 0),
    ],
)
def test_heads_are_counted_where_they_are_those_of_the_event(text: str, count: int) -> None:
    assert heads([hit(0, text)], [TOKYO, AUSTIN])(text) == count


def test_heads_of_several_events_are_not_told() -> None:
    later = Source("c.md", "A later report", event="Summit Austin 2016")
    told = heads([hit(0, KURYR), hit(1, KURYR, source=later)], [TOKYO, AUSTIN])
    assert told("The summit drew 5000 attendees.") == 0


def test_the_head_count_is_in_and_not_repeated() -> None:
    first, again = "Over 5000 people attended the summit this year.", "The event had 5000 attendees from 56 countries."
    hits = [hit(id, text, text[:9]) for id, text in enumerate((KURYR, first, again, MAGNUM))]
    found = summarise(hits, even, 500, crowd=heads(hits, [TOKYO]))
    assert found.crowd
    assert sum("5000" in text for text in chosen(hits, found)) == 1


def test_a_passage_counts_less_for_an_event_that_it_does_not_name_or_precedes() -> None:
    early = Source("early.md", "Before Tokyo", event=TOKYO.name, date="2015-09-01")
    letter = Source("letter.md", "A newsletter", event=TOKYO.name, date="2015-11")
    hits = [hit(0, KURYR, source=Source("on.md", "Tokyo report", event=TOKYO.name, date="2015-10")), hit(1, KURYR)]
    hits += [hit(2, KURYR, source=early), *(hit(id, KURYR, source=letter) for id in (3, 4, 5))]
    hits.append(hit(6, "In Tokyo there was a meetup.", source=letter))
    counts = bearing(hits, [TOKYO])
    assert [counts(one) for one in hits] == [1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0]


SENTENCES = st.sampled_from(
    [
        KURYR,
        MAGNUM,
        IRONIC,
        SWIFT,
        "It also works with Swarm and other schedulers.",
        "We had lunch.",
        "Hi all!",
        "Goals for the next cycle of the project:",
        "A bare item of a list without an end",
        "Ein Satz über die Netze von Köln und den Süden der Stadt.",
        "5000 people attended the summit in the big hall.",
    ]
)
TEXTS = st.lists(st.tuples(SENTENCES, st.sampled_from([" ", "\n"])), min_size=1, max_size=6).map(
    lambda parts: "".join(sentence + end for sentence, end in parts).strip()
)
SOURCES = st.sampled_from([SOURCE, Source("b.md", "B", event="Summit Austin 2016"), Source("c.md", "C")])
PASSAGES_OF = st.lists(
    st.tuples(TEXTS, SOURCES, st.sampled_from([(), ("Networks",), ("Storage", "Swift")])), max_size=14
)


def made(passages: list[tuple[str, Source, tuple[str, ...]]]) -> list[Hit]:
    ordered = sorted(passages, key=lambda one: one[1].file)
    return [hit(id, text, *heading, source=source) for id, (text, source, heading) in enumerate(ordered)]


@given(PASSAGES_OF, st.integers(1, 300))
def test_pieces_stand_in_their_passages_and_keep_to_the_size(passages, size: int) -> None:
    hits = made(passages)
    found = summarise(hits, even, size, crowd=heads(hits, [TOKYO]))
    assert len(found.passages) <= PASSAGES
    assert all(piece.at in dict(found.passages) for piece in (*found.pieces, *filter(None, [found.crowd])))
    for text in chosen(hits, found):
        assert text == text.strip()
        assert any(text in one.passage.text for one in hits)
        assert not any(is_chatter(line) for line in text.split("\n"))
        assert not leans(text)
    used = sum(piece.words for piece in found.pieces) + (found.crowd.words if found.crowd else 0)
    assert used <= size or len(found.pieces) <= 1


@given(PASSAGES_OF, st.integers(1, 100), st.integers(0, 200))
def test_a_smaller_summary_is_the_beginning_of_a_larger_one(passages, size: int, more: int) -> None:
    hits = made(passages)
    small, large = (summarise(hits, even, words, crowd=heads(hits, [TOKYO])) for words in (size, size + more))
    assert large.pieces[: len(small.pieces)] == small.pieces
    assert (small.passages, small.crowd) == (large.passages, large.crowd)


@given(st.text(max_size=300))
def test_any_text_can_be_summarised(text: str) -> None:
    hits = [hit(0, text), hit(1, KURYR)]
    assert summarise(hits, even, 100) == summarise(hits, even, 100)


@pytest.mark.parametrize(
    "announced",
    [
        "RDO will have a table in the booth of its sponsor.",
        "We'll be answering your questions in the hall on Tuesday.",
        "We are gearing up for the summit in Berlin.",
        "We are still looking for volunteers to spend an hour with us.",
        "Every Wednesday at 15:00 UTC the community has its weekly meeting.",
        "The deadline to complete the survey of the users is Friday.",
    ],
)
def test_what_is_only_announced_stands_back(announced: str) -> None:
    assert is_aside(announced)


@pytest.mark.parametrize("told", ["Nova will have cells by default.", "The deadline was missed by two teams."])
def test_what_is_planned_for_a_project_is_told(told: str) -> None:
    assert not is_aside(told)
