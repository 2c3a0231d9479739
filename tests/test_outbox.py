"""Files made for people: whole or not at all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessonkit.faults import LessonError
from lessonkit.outbox import put_all
from lessonkit.words import Words


def torn() -> Iterator[bytes]:
    """Give half of a file, and then nothing more, as where the disk is full."""
    yield b"half"
    raise OSError(28, "No space left on device")


def test_a_write_that_fails_half_way_leaves_the_old_file_and_no_draft(words: Words, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"old")

    with pytest.raises(
        LessonError, match=re.escape(words("files.not_written", file=path, error="No space left on device"))
    ):
        put_all({path: torn}, words, replace=True)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_where_one_of_several_is_there_already_none_is_written(words: Words, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"mine")

    with pytest.raises(LessonError, match=re.escape(words("files.there", file=tmp_path / "b"))):
        put_all({tmp_path / name: lambda: [b"new"] for name in "ab"}, words)

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"]


def test_files_are_told_of_one_by_one_in_order(words: Words, tmp_path: Path) -> None:
    told: list[Path] = []
    files = {tmp_path / "deep" / name: lambda name=name: [name.encode(), b"!"] for name in "ab"}

    assert put_all(files, words, tell=told.append) == tuple(files) == tuple(told)
    assert [path.read_bytes() for path in told] == [b"a!", b"b!"]
