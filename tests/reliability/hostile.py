"""Input that nobody means well with: texts, what is done to them, and the clock that it is held against."""

import os
import resource
import signal
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from reliability.amounts import SOAK

SLOWEST = 2.0
"""Seconds of work beyond which a person would call it a hang."""
ENDLESS = 60
"""Seconds of work after which something is ended rather than waited for."""

CHARACTERS = [
    "\0", "\x01", "\x1b[2J", "\x7f", "\x85", "\u2028", "\r", "\f", "\ufeff", "\u200b", "\u202e", "\u2066",
    "\u0301" * 40, "\U0001f9d1\u200d\U0001f680", "\ufdfa", "ﬀ", "İ", "ß", "\u0345", "שלום", "مرحبا", "東京。", "ก็็็็",
    "\U000e0041", "\ufffd",
]  # fmt: skip
WORDS = [
    "Kuryr", "kuyr", "what was said about", "compare", "timeline of", "summarise", "who talked about", "vs", "in:",
    "by:", "event:", 'event:"', "year:2016", "-", '"', "'", "NEAR(", "AND", "OR", "NOT", "*", "^", "{title}:", "(",
    ")", ":", ";", "--", "/*", "%", "_", "\\", "<!channel>", "<@U0ANN>", "<#C1|x>", "&lt;", "`", "```", "~", "{{7*7}}",
    "${x}", "Ann Lee", "2015", "Tokyo", "Tokyo and Barcelona", "and in Tokyo?", "more", "how many", "RBAC", "1" * 40,
    "x" * 300, "9,999", "://",
]  # fmt: skip
MARKS = [
    "> " * 30, "- " * 20, "[" * 50, "](x)" * 20, "![a](" * 10, "*" * 30, "_a " * 20, "`" * 20, "```\n", "~~~\n", "# ",
    "=\n", "---\n", "+++\n", "|a|b|\n|-|-|\n", "|" * 30, "<div>" * 40, "</div>" * 40, "<table><tr><td>" * 12, "<b>",
    "<a href='#fn1'>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "&#0;", "&#x110000;", "&lol;",
    "<p class='nav menu'>", "<br>" * 20, "title: x\n", "date: 0000-99-99\n", "a: &a [*a]\n",
    "b: !!python/object/apply:os.system ['true']\n", "<<: *a\n", "? ", "{a: [" * 20, ".. include:: /etc/passwd\n",
    ".. raw:: html\n   :file: /etc/passwd\n", ".. |a| replace:: |a| |a|\n", "|a|_", ":role:`x`", "::\n\n",
    "+--+--+\n|a |b |\n+--+--+\n", "== ==\na  b\n== ==\n", ".. [#] x\n", "__ ", "\n\n", "\t", " " * 200, "{% x %}",
    "{{< x", "[^1]", "[caption id='x']", "(A) ", "Aa Bb, Cc Dd, Ee Ff, Gg Hh ", "by Ann Lee\n", "www." * 20,
    "BT /F1 9 Tf (", "endstream", "obj", "<< /Length 9999999 >>", "/Kids [1 0 R]", "/Filter /FlateDecode",
    "startxref\n1", "xref\n0 99999999\n",
]  # fmt: skip


def trying(times: int) -> settings:
    """So many cases: in a soak other ones each time, else always the same."""
    return settings(
        max_examples=times,
        deadline=None,
        database=None,
        derandomize=not SOAK,
        suppress_health_check=list(HealthCheck),
    )


texts = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(CHARACTERS), st.text(max_size=8)), min_size=1, max_size=12
).map(" ".join)
"""What somebody might type to do harm, in parts that mean something."""


@st.composite
def spoilt(draw: st.DrawFn, seeds: list[bytes], marks: list[bytes]) -> bytes:
    """One of the *seeds* with parts cut, doubled, exchanged and *marks* put in."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 5))):
        start, length = draw(st.integers(0, len(data))), draw(st.integers(0, 200))
        part = data[start : start + length]
        mark = draw(st.one_of(st.sampled_from(marks), st.binary(max_size=6)))
        new = draw(st.sampled_from((b"", mark, mark * 30, part * 3, part[::-1], part + mark + part)))
        data = data[:start] + new + data[start + length :]
    return data


class Watch:
    """The clock and the scales: the slowest case so far, and how much memory was taken since the beginning."""

    def __init__(self) -> None:
        self.slowest = 0.0
        self.what: object = None
        self._before = peak()

    @contextmanager
    def on(self, what: object) -> Iterator[None]:
        """Measure the work that one case takes; one without an end ends the process, which tells where it was."""
        with endless(ENDLESS):
            begun = time.process_time()
            yield
            took = time.process_time() - begun
        if took > self.slowest:
            self.slowest, self.what = took, what

    def check(self, tried: int, megabytes: int) -> str:
        """A remark on the time and memory that it took; in a soak both are held to their bounds."""
        grown = peak() - self._before
        assert not SOAK or self.slowest < SLOWEST, self.what
        assert grown < megabytes, f"{grown} MB for {tried} cases"
        return f"slowest {self.slowest:.2f} s, {grown} MB more at most"


@contextmanager
def endless(seconds: int) -> Iterator[None]:
    """Ends what takes more work than this, be it in Python or in C: there is no other way to tell of it."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def peak() -> int:
    """The most memory that this process had so far, in megabytes."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used // (1024 if os.uname().sysname == "Linux" else 1024 * 1024)


def pdf(drawn: bytes, pages: int = 1) -> bytes:
    """A small PDF, all pages of which show the same."""
    packed = zlib.compress(drawn, 9)
    kids = b" ".join(b"%d 0 R" % (5 + at) for at in range(pages))
    fonts = b"/Resources << /Font << /F1 4 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 3 0 R %b >>" % fonts
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, pages),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *[page] * pages,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + tail
