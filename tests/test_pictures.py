"""The pictures in docs are all shown, and none is heavy."""

import re
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def test_every_picture_is_shown_and_small():
    page = (DOCS / "slack-pictures.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\n]+\]\(pictures/([a-z_]+\.png)\)", page)
    kept = {path.name: path.stat().st_size for path in (DOCS / "pictures").iterdir()}
    assert sorted(shown) == sorted(kept)
    assert not [name for name, size in kept.items() if size > 150_000]
