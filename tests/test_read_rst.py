"""reStructuredText: structure, Sphinx's leftovers, and lines that are right."""

import pytest

from store.read import parse

TEXT = """\
Newton summit recap
===================

:Author: Ada Byron
:Date: 2016-10-27
:Event: OpenStack Summit Barcelona

First paragraph with :ref:`some label`, :doc:`the text <page>`, `etherpad`_ and |unknown|,
which goes on ``here`` [1]_.

Design sessions
---------------

* item one
  goes on

* item two

Deeper
~~~~~~

term
  its definition

.. note:: Mind the gap.

.. unknown:: argument

   dropped

.. code-block:: python

   x = 1
   y = 2

+------+------+
| a    | b    |
+------+------+

.. comment that nobody reads
.. include:: /etc/passwd
.. raw:: html

   <b>raw</b>

Last words.

.. _etherpad: https://example.org
.. [1] A footnote.
"""


def test_structure_is_read_and_lines_are_those_of_the_file():
    blocks = parse("note.rst", TEXT.encode()).blocks
    assert [(b.kind, b.level, b.text, b.first, b.last) for b in blocks] == [
        ("heading", 1, "Newton summit recap", 1, 1),
        ("paragraph", 0, "First paragraph with some label, the text, etherpad and unknown, which goes on here .", 8, 9),
        ("heading", 2, "Design sessions", 11, 11),
        ("item", 0, "item one goes on", 14, 15),
        ("item", 0, "item two", 17, 17),
        ("heading", 3, "Deeper", 19, 19),
        ("paragraph", 0, "term", 22, 22),
        ("item", 0, "its definition", 23, 23),
        ("paragraph", 0, "Mind the gap.", 25, 25),
        ("code", 0, "x = 1\ny = 2", 33, 34),
        ("item", 0, "a | b", 37, 37),
        ("paragraph", 0, "Last words.", 46, 46),
        ("paragraph", 0, "A footnote.", 49, 49),
    ]


def test_fields_below_the_title_become_meta():
    document = parse("note.rst", TEXT.encode())
    assert document.meta == {"author": "Ada Byron", "date": "2016-10-27", "event": "OpenStack Summit Barcelona"}
    assert document.title == "Newton summit recap"


def test_fields_above_the_title_become_meta_too():
    document = parse("note.rst", b":orphan:\n\nTitle\n=====\n\n:Author: Ada\n\nText.")
    assert document.meta["author"] == "Ada"
    assert [block.text for block in document.blocks] == ["Title", "Text."]


def test_errors_in_the_markup_are_neither_printed_nor_quoted(capfd):
    blocks = parse("note.rst", b"Title\n==\n\n*unclosed and `open_ :nope:`x`\n\n.. nope::\n\n``a").blocks
    assert not any("ERROR" in block.text or "WARNING" in block.text or "Unknown" in block.text for block in blocks)
    assert capfd.readouterr() == ("", "")


def test_no_other_file_is_read(tmp_path):
    (tmp_path / "secret.txt").write_text("secret words")
    directives = f".. include:: {tmp_path}/secret.txt\n\n.. csv-table::\n   :file: {tmp_path}/secret.txt\n\nText."
    assert [block.text for block in parse("note.rst", directives.encode()).blocks] == ["Text."]


@pytest.mark.parametrize("text", ["word " * 5_000, "\n".join(" " * i + "- a" for i in range(400)) + "\n\nThe end."])
def test_what_docutils_cannot_take_is_read_as_plain_text(text):
    document = parse("note.rst", text.encode())
    assert "plain text" in document.remarks[0]
    assert document.blocks


def test_substitutions_that_go_round_in_a_circle_are_read_as_plain_text():
    document = parse("note.rst", b".. |a| replace:: |a| |a|\n\nKuryr was shown in Tokyo |a| to all.\n")
    assert any("Kuryr was shown in Tokyo" in block.text for block in document.blocks)
    assert "was read as plain text" in document.remarks[0]
