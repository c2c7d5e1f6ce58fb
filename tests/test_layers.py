"""The shape of the code: which way imports go, and what every public name says of itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("bot", "intents", "store")
"""From the top down: a package imports what stands after it, never what stands before."""
FRONT_END = {"slack_sdk", "slack_bolt", "aiohttp", "rich", "click", "dotenv"}
MAY_PRINT = {"bot/__main__.py", "bot/terminal.py"}
MODULES = sorted(path.relative_to(ROOT).as_posix() for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imported(module: str) -> set[str]:
    """The top-level packages that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0] if not node.level else module.partition("/")[0])
    return names


def public(node: ast.Module | ast.ClassDef, within: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Public functions, classes and methods of a module, by name."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield f"{within}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{within}{child.name}.")


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 30
    assert imported("bot/__main__.py") >= {"bot", "store", "click", "rich"}
    assert imported("store/schema.py") >= {"store", "sqlite3"}


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down_only(module: str) -> None:
    above = LAYERS[: LAYERS.index(module.partition("/")[0])]
    assert not imported(module) & set(above)


@pytest.mark.parametrize("module", [m for m in MODULES if not m.startswith("bot/")])
def test_only_the_front_ends_know_their_medium(module: str) -> None:
    assert not imported(module) & FRONT_END


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("intents/")])
def test_intents_do_not_lean_on_the_database(module: str) -> None:
    assert not imported(module) & {"sqlite3", "sqlite_utils"}


@pytest.mark.parametrize("module", sorted(set(MODULES) - MAY_PRINT))
def test_nothing_prints_but_the_command_line(module: str) -> None:
    calls = (node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call))
    assert not [call.lineno for call in calls if isinstance(call, ast.Name) and call.id == "print"]


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_says_what_it_is_and_gives(module: str) -> None:
    silent = []
    for name, node in public(tree(module)):
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not ast.get_docstring(node) or (not isinstance(node, ast.ClassDef) and node.returns is None):
            silent.append(name)
    assert not silent


@pytest.mark.parametrize("module", [m for m in MODULES if (ROOT / m).read_text(encoding="utf-8").strip()])
def test_every_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(tree(module))
