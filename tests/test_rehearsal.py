"""The made-up class: what is in it, and that nothing is ever written over."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from lessonkit import open_lesson
from lessonkit.__main__ import main
from lessonkit.article import Article, read_article
from lessonkit.classroom import Class, Pupil
from lessonkit.faults import LessonError
from lessonkit.intake import hand_in
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.marks import CONFIDENCES
from lessonkit.places import data_folder
from lessonkit.rehearsal import _ROUND, made_up, rehearse
from lessonkit.words import Words
from lessonkit.workbook import Workbook

from .test_workbook import posix

FIELDS = ("stuck-first", "headline-headline")


@pytest.fixture(scope="session")
def keys() -> dict[str, Key]:
    """The keys of the kit's article, that of the page too."""
    lesson = open_lesson("idlib")
    return {name: key for name in lesson.layers if (key := lesson.key(name))}


@pytest.fixture(scope="session")
def class_of_sixty(
    tmp_path_factory: pytest.TempPathFactory,
    article: Article,
    layers: dict[str, Layer],
    keys: dict[str, Key],
    words: Words,
) -> dict[str, list[Pupil]]:
    """Sixty made-up pupils by their habit."""
    folder = tmp_path_factory.mktemp("sixty")
    paths = rehearse(60, folder, article, layers, keys, words, fields=FIELDS)
    group = hand_in(folder, article, layers, words)
    assert len(group.pupils) == 60
    by_file = {pupil.file: pupil for pupil in group.pupils}
    habits: dict[str, list[Pupil]] = {}
    for number, path in enumerate(paths):
        habits.setdefault(_ROUND[number % len(_ROUND)].name, []).append(by_file[path.name])
    return habits


def everybody(habits: dict[str, list[Pupil]]) -> list[Pupil]:
    return [pupil for pupils in habits.values() for pupil in pupils]


def agreeing(pupils: Sequence[Pupil], keys: dict[str, Key]) -> float:
    """Give the share of marks that have words in common with a note of the key, and its tag."""
    marks = [mark for pupil in pupils for mark in pupil.marks]
    same = [
        any(
            note.tag == mark.tag and note.span.words & mark.span.words
            for note in keys[mark.layer].of(mark.span.segment)
        )
        for mark in marks
    ]
    return statistics.mean(same)


# The files


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(
    tmp_path: Path, article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words
) -> None:
    made = [
        {path.name: path.read_bytes() for path in rehearse(12, tmp_path / place, article, layers, keys, words, seed)}
        for place, seed in (("a", 7), ("b", 7), ("c", 8))
    ]

    assert made[0] == made[1]
    assert not set(made[0].values()) & set(made[2].values())
    assert list(made_up(12, article, layers, keys, words, 7)) == list(made[0].values())


def test_a_larger_class_begins_with_the_smaller_one(
    article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words
) -> None:
    three, twelve = (list(made_up(number, article, layers, keys, words)) for number in (3, 12))

    assert twelve[:3] == three


def test_nothing_is_written_over(
    tmp_path: Path, article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words
) -> None:
    names = [path.name for path in rehearse(5, tmp_path / "first", article, layers, keys, words)]
    folder = tmp_path / "second"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / names[3]).write_text("mine", encoding="utf-8")

    with pytest.raises(LessonError) as caught:
        rehearse(5, folder, article, layers, keys, words)

    assert names[3] in str(caught.value)
    assert "nothing was written over" in str(caught.value)
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == {
        "notes.txt": "mine",
        names[3]: "mine",
    }


@posix
def test_what_is_put_there_meanwhile_is_not_written_over_either(
    tmp_path: Path, article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words
) -> None:
    (file,) = [path.name for path in rehearse(1, tmp_path / "first", article, layers, keys, words)]
    folder = tmp_path / "second"
    folder.mkdir()

    class Meddling(Mapping[str, Key]):
        """Keys that are asked for after the folder was looked at, and before a file is written."""

        def __getitem__(self, name: str) -> Key:
            (folder / file).write_text("mine", encoding="utf-8")
            raise KeyError(name)

        def __iter__(self) -> Iterator[str]:
            return iter(())

        def __len__(self) -> int:
            return 0

    with pytest.raises(LessonError, match="could not be written"):
        rehearse(1, folder, article, layers, Meddling(), words)

    assert (folder / file).read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_a_file_is_said(
    tmp_path: Path, article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words
) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(LessonError, match="could not be written"):
        rehearse(1, tmp_path / "file", article, layers, keys, words)

    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize("number", [0, -1, 1_000_001])
def test_a_number_that_cannot_be_is_said(
    number: int, tmp_path: Path, article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words
) -> None:
    with pytest.raises(LessonError, match="1 to 1000000"):
        rehearse(number, tmp_path / "new", article, layers, keys, words)

    assert not (tmp_path / "new").exists()


def test_a_thousand_pupils_have_a_thousand_names_and_the_files_are_called_as_kept_ones_are(
    tmp_path: Path, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    few = {"sourcing": layers["sourcing"]}
    paths = rehearse(1000, tmp_path, article, few, {}, words)

    kept = [json.loads(path.read_bytes()) for path in paths]
    assert len({one["pseudonym"] for one in kept}) == len({one["id"] for one in kept}) == 1000
    # As panels/keeper.js makes it of letters and digits: idlib-blue-otter.json, idlib-blue-otter-2.json.
    assert [path.name for path in paths] == [f"idlib-{one['pseudonym'].replace(' ', '-')}.json" for one in kept]
    assert all(set(one["pseudonym"].split(" ")[0:1]) <= set(words.list("pseudonym.first")) for one in kept)


# What is in them


def test_a_made_up_file_is_made_as_a_real_one_is(
    workbook: Workbook, article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words
) -> None:
    (made,) = (json.loads(one) for one in made_up(1, article, layers, keys, words, fields=FIELDS))

    restored = workbook.restore(made)
    again = workbook.kept()

    assert restored.set_aside == ()
    assert {**again, "saved": made["saved"]} == made


def test_every_mark_stands_where_it_says(class_of_sixty: dict[str, list[Pupil]]) -> None:
    for pupil in everybody(class_of_sixty):
        assert pupil.aside == 0
        assert pupil.marks
        assert all(pupil.reached(mark.layer) for mark in pupil.marks)
        assert {mark.confidence for mark in pupil.marks} <= {*CONFIDENCES, ""}


def test_nobody_is_taken_for_a_learner(class_of_sixty: dict[str, list[Pupil]], workbook: Workbook) -> None:
    workbook.write("stuck-first", "one")

    assert all(pupil.made_up for pupil in everybody(class_of_sixty))
    assert not Pupil(workbook.id, "", "", "").made_up


def test_careful_careless_and_contrary_pupils_can_be_told_apart(
    class_of_sixty: dict[str, list[Pupil]], keys: dict[str, Key], layers: dict[str, Layer]
) -> None:
    careful, careless, contrary = (class_of_sixty[name] for name in ("careful", "careless", "contrary"))

    def mean(pupils: list[Pupil], of: Callable[[Pupil], float]) -> float:
        return statistics.mean(of(pupil) for pupil in pupils)

    def marks(pupil: Pupil) -> int:
        return len(pupil.marks)

    def reasons(pupil: Pupil) -> float:
        return statistics.mean(bool(mark.reason) for mark in pupil.marks)

    def reached(pupil: Pupil) -> int:
        return sum(len(pupil.reached(layer)) for layer in layers)

    assert len(careful) == 24
    assert len(careless) == len(contrary) == 18
    assert agreeing(careful, keys) > 0.75
    assert 0.3 < agreeing(contrary, keys) < 0.6
    assert agreeing(careless, keys) < 0.6
    assert mean(careful, marks) > mean(contrary, marks) > 2 * mean(careless, marks)
    assert mean(careful, reasons) > 0.7 > mean(contrary, reasons) > 0.4 > mean(careless, reasons)
    assert mean(careful, reached) > mean(careless, reached)


def test_contrary_pupils_take_readings_that_the_key_calls_defensible(
    class_of_sixty: dict[str, list[Pupil]], keys: dict[str, Key]
) -> None:
    readings = {
        (layer, other.span.segment, other.tag): 0
        for layer, key in keys.items()
        for one in key.notes
        for other in one.also
    }
    for pupil in class_of_sixty["contrary"]:
        for mark in pupil.marks:
            if (place := (mark.layer, mark.span.segment, mark.tag)) in readings:
                readings[place] += 1

    assert statistics.mean(number > 0 for number in readings.values()) > 0.9


def test_the_class_is_divided_somewhere_and_of_one_mind_elsewhere(
    class_of_sixty: dict[str, list[Pupil]], keys: dict[str, Key]
) -> None:
    shares = []
    for note in keys["sourcing"].notes:
        tags = [
            mark.tag
            for pupil in everybody(class_of_sixty)
            for mark in pupil.marks
            if mark.layer == "sourcing" and mark.span.segment == note.span.segment and mark.span.words & note.span.words
        ]
        shares.append(max(tags.count(tag) for tag in set(tags)) / len(tags))

    assert min(shares) < 0.6
    assert max(shares) > 0.7


def test_work_is_kept_in_the_course_of_one_lesson(class_of_sixty: dict[str, list[Pupil]]) -> None:
    saved = [pupil.saved for pupil in everybody(class_of_sixty)]

    assert len(set(saved)) == 60
    assert all("2026-01-12T09:10" < moment < "2026-01-12T10:00" for moment in saved)


def test_what_they_say_and_write_stands_in_the_words_and_nowhere_in_the_code(
    class_of_sixty: dict[str, list[Pupil]], words: Words
) -> None:
    for habit, pupils in class_of_sixty.items():
        said = {mark.reason for pupil in pupils for mark in pupil.marks} - {""}
        assert said == set(words.list(f"rehearse.{habit}"))
    written = {text for pupil in everybody(class_of_sixty) for text in pupil.texts.values()}
    assert written == set(words.list("rehearse.texts"))
    assert {name for pupil in everybody(class_of_sixty) for name in pupil.texts} == set(FIELDS)


def test_an_article_without_keys_and_without_a_page_can_be_rehearsed(layers: dict[str, Layer], words: Words) -> None:
    template = read_article(data_folder() / "_template")
    assert not template.page_segments

    kept = [json.loads(one) for one in made_up(10, template, layers, {}, words)]

    assert all(one["marks"] for one in kept[:2])
    assert {mark["layer"] for one in kept for mark in one["marks"]} == {"sourcing", "claims", "framing"}


# The command


def test_the_command_makes_a_class_that_the_command_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], article: Article, layers: dict[str, Layer], words: Words
) -> None:
    folder = tmp_path / "new" / "class"

    assert main(["rehearse", "6", "--to", str(folder), "--seed", "3"]) == 0
    assert main(["class", str(folder)]) == 0
    said = capsys.readouterr().out
    assert main(["rehearse", "6", "--to", str(folder), "--seed", "3"]) == 1

    assert "Workbooks made: 6." in said
    assert "Pupils: 6." in said
    assert "nothing was written over" in capsys.readouterr().out
    group: Class = hand_in(folder, article, layers, words)
    assert {name for pupil in group.pupils for name in pupil.texts} >= {"stuck-first", "retelling-text"}
    assert {mark.layer for pupil in group.pupils for mark in pupil.marks} == set(layers)
    assert len(list(folder.iterdir())) == 6


def test_a_rehearsal_that_is_killed_leaves_no_half_class(tmp_path: Path) -> None:
    work = tmp_path / "work"
    environment = {**os.environ, "LESSONKIT_WORK": str(work)}
    code = "from lessonkit import open_lesson; open_lesson('idlib').rehearse(3000)"
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as process:
        end = time.monotonic() + 60
        while time.monotonic() < end and len(list(work.rglob("*.json"))) < 20:
            time.sleep(0.01)
        process.kill()

    made = list(work.rglob("*.json"))
    assert 20 <= len(made) < 3000
    assert not (work / "rehearsed-idlib-3000").exists()
