"""A district: counted by several workers, it has the very figures that one worker gets of all files."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import process
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lessonkit.__main__ import main
from lessonkit.agreement import alpha, cautions
from lessonkit.article import Article
from lessonkit.calibration import calibration
from lessonkit.classroom import Class, Pupil
from lessonkit.district import MOST_WORKERS, District, _workers, count_district
from lessonkit.divided import divided
from lessonkit.exports import report
from lessonkit.faults import LessonError
from lessonkit.intake import hand_in, size_of
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.rehearsal import made_up, rehearse
from lessonkit.tally import counts, marks_in, readers, votes_in
from lessonkit.words import Words

PUPILS = 130
ELSEWHERE = 5
"""Learners who went on elsewhere under another id, and brought their work in there."""


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    article: Article,
    layers: dict[str, Layer],
    keys: dict[str, Key],
    words: Words,
) -> Path:
    """Three schools: learners who handed in twice, in another school or under another id, a zip, and files that are none."""
    folder = tmp_path_factory.mktemp("district")
    paths = rehearse(PUPILS, folder / "one", article, layers, keys, words, seed=5)
    (folder / "two").mkdir()
    for number, path in enumerate(paths[::9]):
        later(path, folder / "two" / f"again-{number}.json", marks=number % 2 == 0)
    with zipfile.ZipFile(folder / "three.zip", "w") as archive:
        for number, content in enumerate(made_up(12, article, layers, keys, words, seed=6)):
            archive.writestr(f"{number}.json", content)
        archive.write(paths[0], "first-again.json")
    for number, path in enumerate(paths[1 : 1 + 3 * ELSEWHERE : 3]):
        fresh = folder / "two" / f"fresh-{number}.json"
        later(path, fresh, marks=True)
        kept = json.loads(fresh.read_bytes())
        fresh.write_text(json.dumps({**kept, "id": f"fresh-{number}", "joined": [kept["id"]]}))
    (folder / "two" / "empty.json").touch()
    (folder / "two" / "list.json").write_text("[]")
    (folder / "two" / "essay.docx").write_text("An essay")
    return folder


def later(path: Path, to: Path, *, marks: bool) -> None:
    """Hand the same work in once more, a day later, without a mark that was there."""
    kept = json.loads(path.read_bytes())
    kept["saved"] = kept["saved"].replace("2026-01-12", "2026-01-13")
    kept["marks"] = kept["marks"][1:] if marks else kept["marks"]
    to.write_text(json.dumps(kept))


@pytest.fixture(scope="module")
def one_way(folder: Path, article: Article, layers: dict[str, Layer], words: Words) -> Class:
    return hand_in(folder, article, layers, words)


@pytest.fixture(scope="module")
def other_way(folder: Path, article: Article, layers: dict[str, Layer], words: Words) -> District:
    return count_district(folder, article, layers, words, 2)


def test_two_workers_count_as_one_does(one_way: Class, other_way: District) -> None:
    pd.testing.assert_frame_equal(other_way.counted, counts(one_way.pupils, one_way.article, one_way.layers))


def test_every_figure_is_the_same_to_the_last_digit(
    one_way: Class, other_way: District, keys: Mapping[str, Key], words: Words
) -> None:
    article, layers = one_way.article, one_way.layers

    def figures(counted: pd.DataFrame) -> list[Any]:
        found: list[Any] = [report(counted, article, layers, words)]
        for layer in layers.values():
            votes, behind = votes_in(counted, article, layer), readers(counted, layer)
            figure = alpha(votes)
            assert figure is not None
            found += [figure.hex(), behind, cautions(votes, marks_in(counted, layer), behind, layer)]
            found += [divided(counted, article, layer), calibration(counted, article, layer, keys.get(layer.name))]
        return found

    assert figures(other_way.counted) == figures(counts(one_way.pupils, article, layers))


def test_each_learner_counts_once_and_it_is_said_what_was_not_taken(one_way: Class, other_way: District) -> None:
    assert other_way.pupils == len(one_way.pupils) == PUPILS + 12
    assert other_way.made_up == PUPILS + 12 - ELSEWHERE
    assert len(other_way.replaced) == len(one_way.replaced) == len(range(0, PUPILS, 9)) + 1 + ELSEWHERE
    assert sorted(other_way.replaced, key=repr) == sorted(one_way.replaced, key=repr)
    assert other_way.passed == one_way.passed
    assert len(other_way.passed) == 3


def test_a_learner_who_hands_in_a_hundred_times_counts_once(
    tmp_path: Path, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    [first, second] = rehearse(2, tmp_path, article, layers, {}, words)
    for number in range(99):
        (tmp_path / f"copy-{number}.json").write_bytes(first.read_bytes())

    found = count_district(tmp_path, article, layers, words, 2)
    group = hand_in(tmp_path, article, layers, words)

    pd.testing.assert_frame_equal(found.counted, counts(group.pupils, article, layers))
    assert found.pupils == 2
    assert len(found.replaced) == 99
    assert second.exists()


def test_a_damaged_journal_is_said_once(
    tmp_path: Path, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    mark = {"id": "m1", "layer": "sourcing", "segment": "s1", "first": 0, "last": 0, "quote": "Turkey", "tag": "party"}

    def journal(learner: str) -> str:
        opened = {"v": 1, "event": "open", "id": learner, "article": article.name, "text": article.text_hash}
        marked = {"v": 1, "event": "mark", "mark": {**mark, "rev": 1}}
        return "\n".join([json.dumps(opened), "{broken", json.dumps(marked), ""])

    # One is in the zip and beside it, so the zip is read twice; the other one in it is there once.
    with zipfile.ZipFile(tmp_path / "school.zip", "w") as archive:
        archive.writestr("twice.jsonl", journal("twice"))
        archive.writestr("once.jsonl", journal("once"))
    (tmp_path / "twice.jsonl").write_text(journal("twice"))

    found = count_district(tmp_path, article, layers, words, 1)
    group = hand_in(tmp_path, article, layers, words)

    assert len(group.partly) == found.pupils == 2
    assert sorted(found.partly, key=repr) == sorted(group.partly, key=repr)
    assert found.replaced == group.replaced
    pd.testing.assert_frame_equal(found.counted, counts(group.pupils, article, layers))


def test_without_a_number_dask_decides_and_no_worker_holds_all_its_pupils_at_once(
    folder: Path, one_way: Class, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dask

    monkeypatch.setattr("lessonkit.district._AT_ONCE", 7)

    with dask.config.set(scheduler="synchronous"):
        found = count_district(folder, one_way.article, one_way.layers, words)

    pd.testing.assert_frame_equal(found.counted, counts(one_way.pupils, one_way.article, one_way.layers))


def test_it_is_told_how_far_it_is(folder: Path, one_way: Class, words: Words) -> None:
    told: list[tuple[int, int]] = []

    count_district(folder, one_way.article, one_way.layers, words, 1, lambda done, all_: told.append((done, all_)))

    assert len(told) > 2
    assert all(0 < done <= all_ for done, all_ in told)
    assert told[-1][0] == told[-1][1]


def test_an_empty_folder_is_an_empty_district(
    tmp_path: Path, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    found = count_district(tmp_path, article, layers, words, 1)

    pd.testing.assert_frame_equal(found.counted, counts([], article, layers))
    assert (found.pupils, found.passed, found.replaced) == (0, (), ())


def test_no_folder_and_no_workers_are_refused(
    tmp_path: Path, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    with pytest.raises(LessonError, match="There is no folder or file"):
        count_district(tmp_path / "none", article, layers, words, 1)
    for workers in (0, -1, MOST_WORKERS + 1):
        with pytest.raises(LessonError, match=f"{workers} workers cannot be started"):
            count_district(tmp_path, article, layers, words, workers)


def test_no_more_workers_are_started_than_windows_can_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import dask
    import dask.system

    monkeypatch.setattr("dask.system.CPU_COUNT", 256)
    asked = []
    for workers, own in ((None, None), (None, 100), (None, 3), (MOST_WORKERS, None)):
        with dask.config.set(num_workers=own), _workers(workers) as settings:
            pool = settings.get("pool")
            asked.append(pool._max_workers if pool else dask.config.get("num_workers"))  # type: ignore[attr-defined]

    assert MOST_WORKERS == process._MAX_WINDOWS_WORKERS
    assert asked == [61, 61, 3, 61]


def test_what_a_worker_holds_at_once_is_bounded_in_bytes_too(
    folder: Path, one_way: Class, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dask

    most, held = max(map(size_of, one_way.pupils)), []

    def counted(pupils: Sequence[Pupil], *more: Any) -> pd.DataFrame:
        held.append(sum(map(size_of, pupils)))
        return counts(pupils, *more)

    monkeypatch.setattr("lessonkit.district.MOST_HELD_BYTES", 3 * most)
    monkeypatch.setattr("lessonkit.district.counts", counted)
    with dask.config.set(scheduler="synchronous"):
        found = count_district(folder, one_way.article, one_way.layers, words)

    assert len(held) > len(one_way.pupils) / 20
    assert max(held) < 4 * most  # the one that goes over it is in memory already
    pd.testing.assert_frame_equal(found.counted, counts(one_way.pupils, one_way.article, one_way.layers))
    assert sorted(found.replaced, key=repr) == sorted(one_way.replaced, key=repr)


def test_of_learners_whose_files_no_worker_can_hold_it_is_said_that_they_may_count_more_than_once(
    folder: Path, one_way: Class, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dask

    monkeypatch.setattr("lessonkit.district.MOST_HELD_BYTES", 1_000)
    with dask.config.set(scheduler="synchronous"):
        found = count_district(folder, one_way.article, one_way.layers, words)

    said = [one for one in found.passed if "may count more than once" in one.why]
    assert found.replaced == ()
    assert len(said) == len(range(0, PUPILS, 9)) + ELSEWHERE  # one for each learner, however many files
    assert {one.file for one in said} <= {str(path.relative_to(folder)) for path in folder.rglob("*.json")} | {
        "three.zip/first-again.json"
    }
    assert found.pupils == len(one_way.pupils) + ELSEWHERE


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path: Path, words: Words) -> None:
    code = """
import sys
sys.modules["dask"] = None
from lessonkit.__main__ import main
main(["rehearse", "3", "--to", sys.argv[1]])
sys.exit(main(["class", sys.argv[1], "--workers", "2"]))
"""
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )

    assert run.returncode == 1
    assert run.stdout.splitlines()[-1] == words("exports.no_dask")
    assert "uv sync --extra scale" in words("exports.no_dask")
    assert run.stderr == ""


def test_the_command_counts_with_workers_as_without(
    folder: Path, tmp_path: Path, words: Words, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["class", str(folder), "--to", str(tmp_path / "all")]) == 0
    alone = capsys.readouterr().out.splitlines()
    assert main(["class", str(folder), "--to", str(tmp_path / "report"), "--workers", "2"]) == 0
    shared = capsys.readouterr().out.splitlines()

    assert f"Pupils: {PUPILS + 12}." in alone
    assert set(alone) - set(shared) == {
        words("exports.done", number=9, folder=tmp_path / "all"),
        words("exports.careful"),
    }
    assert set(shared) - set(alone) == {words("exports.only_report"), str(tmp_path / "report" / "report.html")}
    assert (tmp_path / "report" / "report.html").read_bytes() == (tmp_path / "all" / "report.html").read_bytes()
