"""`lessonkit check`: a lesson's folder held against all rules."""

import re
import shutil
from pathlib import Path

import pytest

from lessonkit.__main__ import main
from lessonkit.against_key import Seen, toml_of
from lessonkit.article import read_article
from lessonkit.layers import Layer
from lessonkit.places import data_folder
from lessonkit.rules import faults_of, lessons_in
from lessonkit.words import Words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "idlib"
    shutil.copytree(data_folder() / "idlib", copy)
    return copy


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", [path.name for path in lessons_in(data_folder())] + ["_template"])
def test_every_lesson_of_the_kit_keeps_all_rules(name: str, layers: dict[str, Layer]) -> None:
    assert faults_of(data_folder() / name, layers) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("article.md", "has said.", "has stated.", "article.md, s1: “Turkey expects Moscow"),
        ("article.md", 'language = "en"', "", "does not say language"),
        ("article.md", 'direction = "ltr"', 'direction = "down"', "direction is “down”"),
        ("article.md", "# Turkey Expects", "Turkey Expects", "is not a headline"),
        ("article.md", 'what = "Outlet"', "", "[[known]] number 1"),
        ("article.md", "+++\n\n#", "\n\n#", "never closed"),
        ("rights.md", "", "", "rights.md is empty"),
        (
            "sourcing.toml",
            'hint = "Who could you ask how this picture was made?"',
            'hint = "Ask."',
            "the hint is not a question",
        ),
        ("sourcing.toml", 'tag = "camera"', 'tag = "lens"', "There is no tag “lens”"),
        ("sourcing.toml", "[[note]]", "[[note", "not valid TOML"),
    ],
)
def test_a_broken_rule_is_named_with_its_file(
    folder: Path, layers: dict[str, Layer], file: str, old: str, new: str, said: str
) -> None:
    if old:
        change(folder / file, old, new)
    else:
        (folder / file).write_text("\n", encoding="utf-8")

    found = faults_of(folder, layers)

    assert any(said in fault for fault in found), found
    assert all(str(folder) in fault for fault in found)


@pytest.mark.parametrize("file", ["article.md", "rights.md"])
def test_a_missing_file_is_named(folder: Path, layers: dict[str, Layer], file: str) -> None:
    (folder / file).unlink()

    assert any(f"{file} is missing" in fault for fault in faults_of(folder, layers))


def test_a_key_for_no_layer_is_named(folder: Path, layers: dict[str, Layer]) -> None:
    (folder / "sources.toml").write_text("", encoding="utf-8")

    assert "Rename it to one of" in faults_of(folder, layers)[0]


def test_a_note_pasted_from_the_class_is_refused_until_its_placeholders_are_filled_in(
    folder: Path, layers: dict[str, Layer], words: Words
) -> None:
    (folder / "trace.toml").unlink()  # it would ask whom the new source speaks for
    article, layer = read_article(folder), layers["sourcing"]
    span = article.find("demilitarized zone")
    pasted = toml_of(Seen(span, article.quote(span), "party", 9, 12, None), article, layer, words)
    before = (folder / "sourcing.toml").read_text(encoding="utf-8")
    (folder / "sourcing.toml").write_text(f"{before}\n{pasted}", encoding="utf-8")

    found = faults_of(folder, layers)

    placeholders = [text for line in pasted.splitlines() for text in re.findall(r'^(\w+) = "(.*[?:].*)"', line)]
    assert [name for name, _ in placeholders][-2:] == ["hint", "why"]
    assert len(placeholders) > 2
    assert len(found) == len(placeholders)
    for name, text in placeholders:
        [fault] = [one for one in found if f": {name} still says “{text}”" in one]
        assert fault.startswith(f"{folder / 'sourcing.toml'}, “demilitarized zone” in {span.segment}: ")
        assert "your own words" in fault

    filled = pasted
    for number, (_, text) in enumerate(placeholders):
        filled = filled.replace(text, f"What is told by number {number}?")
    (folder / "sourcing.toml").write_text(f"{before}\n{filled}", encoding="utf-8")
    assert faults_of(folder, layers) == []


def test_the_command_says_what_is_well_and_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "idlib: nothing to put right." in capsys.readouterr().out


def test_the_command_exits_1_on_a_fault(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rights.md").unlink()

    assert main(["check", str(folder)]) == 1
    assert "rights.md is missing" in capsys.readouterr().out


def test_the_command_names_the_lessons_when_it_finds_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere"]) == 1
    assert "There is no lesson “nowhere”. The lessons are idlib." in capsys.readouterr().out
