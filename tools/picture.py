"""Draw the conversation in the README from the running program: answers from the sample notes, as an SVG."""

import io
import re
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.terminal import show
from intents import reply
from store.index import open_index
from store.load import reload

CONVERSATION = (
    "what was said about kuyr",
    "and in Tokyo?",
    "how many people were registered for Austin?",
    "what was said about StarlingX?",
)
FONT = 'font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace'


def draw(path: Path) -> None:
    """Write the picture to *path*; it holds no address, so that nothing is fetched to show it."""
    console = Console(record=True, width=100, force_terminal=True, file=io.StringIO())
    with as_file(files("bot").joinpath("samples")) as samples, tempfile.TemporaryDirectory() as folder:
        reload(samples, Path(folder, "recap.db"))
        index = open_index(Path(folder, "recap.db"))
        for number, question in enumerate(CONVERSATION):
            console.print(Text(f"› {question}", style="bold magenta"))
            show(console, reply(question, index, CONVERSATION[:number]))
            console.print()
    svg = console.export_svg(title="recap demo", unique_id="recap")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: Fira Code", FONT, svg)
    path.write_text(re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    draw(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/conversation.svg"))
