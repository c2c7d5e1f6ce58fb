"""Acronyms that notes explain themselves, and that every kind of question takes for their words and back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import reply
from store.acronyms import explained
from store.index import Index, open_index
from store.load import reload
from store.model import Scope
from store.topics import topics


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Network Functions Virtualization (NFV) needs alarms", [("nfv", "network functions virtualization")]),
        ("the Internet of Things (IoT)", [("iot", "internet of things")]),
        ("a Platform as a Service (PaaS)", [("paas", "platform as a service")]),
        ("Quality of Service (QS)", [("qs", "quality of service")]),
        ("Open vSwitch (OVS)", []),
        ("a plain remark (NFV)", []),
        ("(NFV) comes first", []),
        ("Kubernetes (K)", []),
        ("software defined networks (sdn)", []),
        ("of the in (OTI)", [("oti", "of the in")]),
        ("OpenStack (OS)", []),
        ("NFV (network functions virtualization)", [("nfv", "network functions virtualization")]),
        ("QoS (Quality of Service, as they say)", [("qos", "quality of service")]),
        ("Virtual Net Functions (VNFs)", [("vnf", "virtual net functions"), ("vnfs", "virtual net functions")]),
        ("VNFs (Virtual Net Functions)", [("vnf", "virtual net functions"), ("vnfs", "virtual net functions")]),
        ("TLS (terminated at the load balancer)", []),
        ("Operating Systems (OSs)", [("os", "operating systems"), ("oss", "operating systems")]),
        ("x" * 200 + " Load Balancing (LB) and High Availability (HA)", [("lb", "load balancing")] * 1
         + [("ha", "high availability")]),
    ],
)  # fmt: skip
def test_explained(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(explained(text)) == expected


@given(st.text(st.characters() | st.sampled_from("(AB) \u3099\u309aab")))
def test_any_text_may_be_read(text: str) -> None:
    for short, long in explained(f"{text} (AB)"):
        assert 2 <= len(short) <= 8 * 2
        assert " " in long


def test_marks_without_a_letter_before_an_acronym_do_no_harm() -> None:
    assert list(explained("\u3099\u309a (AB)")) == []


TOKYO = "---\nevent: OpenStack Summit Tokyo 2015\ndate: 2015-10-27\n---\n\n"
AUSTIN = "---\nevent: OpenStack Summit Austin 2016\ndate: 2016-04-26\n---\n\n"
TEXTS = {
    "explained.md": TOKYO + "Some carriers spoke of zonal packet forwarding (ZPF) in a small room.\n",
    "short.md": AUSTIN + "Ada Vale talked about ZPF and what carriers pay.\n\n# Two\n\nThe ZPF demo failed.\n",
    "long.md": AUSTIN + "Ben Quill presented zonal packet forwarding to us.\n\n# Two\n\nIt was about gateways.\n",
}


@pytest.fixture
def carriers(tmp_path: Path) -> Index:
    (tmp_path / "notes").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "notes" / name).write_text(text, encoding="utf-8")
    reload(tmp_path / "notes", tmp_path / "recap.db")
    return open_index(tmp_path / "recap.db")


@pytest.mark.parametrize("name", ["ZPF", "zonal packet forwarding"])
@pytest.mark.parametrize("question", ["what was said about {}?", "timeline of {}", "who talked about {}"])
def test_an_acronym_and_its_words_find_each_other_whatever_is_asked(carriers: Index, question: str, name: str) -> None:
    answer = reply(question.format(name), carriers)
    assert not answer.refused
    assert {hit.source.file for hit in answer.hits} == set(TEXTS)


@pytest.mark.parametrize("name", ["ZPF", "zonal packet forwarding"])
def test_who_spoke_about_an_acronym_spoke_about_its_words(carriers: Index, name: str) -> None:
    heading = reply(f"who talked about {name}?", carriers).heading
    assert "Ada Vale" in heading
    assert "Ben Quill" in heading


def test_an_acronym_and_its_words_are_one_topic(carriers: Index) -> None:
    (topic,) = [topic for topic in topics(carriers, Scope(), 20) if ("zpf",) in topic.forms]
    assert (topic.passages, topic.notes) == (4, 3)
    assert {topic.shown, topic.also} == {"ZPF", "zonal packet forwarding"}
