"""Words that mean the same: the shipped table and a team's own."""

import os
from pathlib import Path

import pytest

from store.aliases import load_aliases
from store.errors import BotError


def own(folder: Path, text: str) -> Path:
    path = folder / "aliases.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_table_knows_common_abbreviations() -> None:
    groups = load_aliases().groups
    assert (("k8s",), ("kubernetes",)) in groups
    assert any({("nfv",), ("network", "functions", "virtualization")} <= set(group) for group in groups)


def test_no_shipped_group_has_fewer_than_two_terms_or_the_same_one_twice() -> None:
    for group in load_aliases().groups:
        assert len(set(group)) > 1
        assert len(set(group)) == len(group)
        assert all(group)


def test_a_teams_table_extends_the_shipped_one(tmp_path: Path) -> None:
    table = load_aliases(own(tmp_path, 'same = [["BBQ", "Big-Büro Quality"]]'))
    assert table.groups[:-1] == load_aliases().groups
    assert table.groups[-1] == (("bbq",), ("big", "buro", "quality"))


def test_the_digest_tells_when_a_table_changed(tmp_path: Path) -> None:
    shipped = load_aliases().digest
    first = load_aliases(own(tmp_path, 'same = [["a1", "b1"]]')).digest
    assert load_aliases(tmp_path / "missing.toml").digest == shipped
    assert load_aliases(own(tmp_path, 'same = [["a1", "b1"]]')).digest == first
    assert len({shipped, first, load_aliases(own(tmp_path, 'same = [["a1", "b2"]]')).digest}) == 3


def test_an_empty_table_adds_nothing(tmp_path: Path) -> None:
    assert load_aliases(own(tmp_path, "")).groups == load_aliases().groups


def test_terms_without_a_word_are_left_out(tmp_path: Path) -> None:
    assert load_aliases(own(tmp_path, 'same = [["c++", "!!"]]')).groups[-1] == (("c",),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("same = [", "not valid TOML"),
        ('same = "K8s"', "should hold one list of lists"),
        ('same = [["K8s"]]', "should hold one list of lists"),
        ('same = [["K8s", 8]]', "should hold one list of lists"),
        ('other = [["K8s", "Kubernetes"]]', "should hold one list of lists"),
        ("same = " + "[" * 50_000, "aliases.toml"),
    ],
)
def test_a_table_that_cannot_be_understood_is_told_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    path = own(tmp_path, text)
    with pytest.raises(BotError, match="load again") as error:
        load_aliases(path)
    assert str(path) in str(error.value)
    assert said in str(error.value)


def test_a_table_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "aliases.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BotError, match="UTF-8"):
        load_aliases(path)


def test_a_folder_a_pipe_or_a_dead_link_is_no_table_and_nothing_waits_for_it(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("folder", "pipe", "link"):
        with pytest.raises(BotError, match="cannot be read"):
            load_aliases(tmp_path / name)
