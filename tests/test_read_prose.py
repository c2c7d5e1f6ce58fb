"""Notes between fences: prose is read as prose, code stays code."""

import pytest

from store.read import parse
from store.read.prose import is_prose

NOTES = """\
Opening Keynote

    Kuryr connects containers to Neutron networks, and it is now a key project of this cycle.
    Questions from the audience
        When will it be ready? {long}

## Storage Talks

- Ceph got a new messenger, which is still experimental.
""".format(long="They hope for spring, if testing goes well. " * 5)


@pytest.mark.parametrize("info", ["", "text", "markdown"])
def test_a_note_in_a_fence_shows_its_headings_items_and_lines(info):
    text = f"# Day 1\n\n```{info}\n{NOTES}```\n"
    blocks = parse("note.md", text.encode()).blocks
    assert [(b.kind, b.text.split()[0], b.first, b.level) for b in blocks] == [
        ("heading", "Day", 1, 1),
        ("heading", "Opening", 4, 6),
        ("item", "Kuryr", 6, 0),
        ("item", "Questions", 7, 0),
        ("item", "When", 8, 0),
        ("heading", "Storage", 10, 5),
        ("item", "Ceph", 12, 0),
    ]


@pytest.mark.parametrize(
    "code",
    [
        "for name in names:\n    print(name, file=out)\n",
        "sudo apt install python3 git make\ncd recap && make demo\n",
        "# option 1\nfoo = [f(x), f(x)**2, f(x)**3]\n",
        "a: 1\nb: [2, 3]\n",
        "$ git push\nCounting objects: 5, done.\nTotal 5 (delta 4), reused 0\n",
        "",
    ],
)
def test_code_stays_code(code):
    assert not is_prose(code)
    assert [block.kind for block in parse("note.md", f"Text.\n\n```\n{code}x = 1\n```\n".encode()).blocks][1:] == [
        "code"
    ]


def test_a_fence_that_names_a_language_holds_code():
    assert is_prose(NOTES)
    assert not is_prose(NOTES, "python")


@pytest.mark.parametrize("text", ["Aa-" * 50_000 + " b c d e f g h i j k l", "a://" * 50_000, "words, " * 50_000])
def test_endless_text_is_survived(text):
    assert is_prose(text) in (True, False)
