"""Acronyms that notes explain themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.acronyms import explained


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
