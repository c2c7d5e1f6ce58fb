"""What README, .env.example and docs say is what the code does."""

import re
from pathlib import Path

import click
import pytest
from test_samples import QUESTIONS

from bot.__main__ import cli
from bot.settings import SETTINGS
from intents import INTENTS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    rows = [f"| `{s.name}` | {f'`{s.default}`' if s.default else ''} | {s.help} |" for s in SETTINGS]
    return "\n".join(["| Setting | Default | What it is for |", "|---|---|---|", *rows])


def test_the_readme_lists_every_setting_with_its_default_and_sentence() -> None:
    stated = README.partition("<!-- settings -->")[2].partition("<!-- /settings -->")[0]
    assert stated.strip() == settings_table()


@pytest.mark.parametrize("name", list(cli.commands))
def test_the_readme_names_every_command(name: str) -> None:
    assert f"`recap {name}" in README


@pytest.mark.parametrize("name", list(cli.commands))
def test_every_command_says_what_it_does(name: str) -> None:
    command = cli.commands[name]
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_the_readme_asks_the_questions_that_the_samples_answer() -> None:
    asked = re.findall(r"^\| `([^`]+)` \|", README.partition("| Ask |")[2].partition("\n\n")[0], re.MULTILINE)
    assert asked == [question for question, _, _ in QUESTIONS]


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))],
    ids=lambda page: page.name,
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing


def test_every_intent_has_an_example_and_a_line_of_help() -> None:
    for name, intent in INTENTS.items():
        assert name == intent.name
        assert intent.example
        assert intent.help


def test_make_targets_named_in_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_tests_that_promises_lean_on_are_there() -> None:
    named = re.findall(r"tests/[\w/]+\.py", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    assert not [name for name in named if not (ROOT / name).is_file()]
