"""The saved page as a layer: its lines, its key, and marks on it."""

import dataclasses
import json
import shutil
from html import unescape
from pathlib import Path

import pytest

from lessonkit import Lesson, open_lesson
from lessonkit.article import Article, read_article
from lessonkit.faults import LessonError
from lessonkit.feedback import hold_against
from lessonkit.key import Key
from lessonkit.layers import Layer, read_layers
from lessonkit.places import data_folder
from lessonkit.rules import faults_of
from lessonkit.words import Words
from lessonkit.workbook import Mark, Workbook

REPEATED = ("p4", "p5", "p9", "p10")


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


@pytest.fixture
def page_key(lesson: Lesson) -> Key:
    key = lesson.key("page")
    assert key is not None
    return key


def whole(workbook: Workbook, line: str, tag: str, mark_id: str = "") -> Mark:
    last = len(workbook.article.segment(line).words) - 1
    raw = {"id": mark_id or line, "segment": line, "first": 0, "last": last, "tag": tag}
    mark = workbook.mark_from(raw, "page")
    assert mark is not None
    return mark


def test_every_line_of_the_page_that_holds_a_word_can_be_marked(article: Article) -> None:
    lines = [line.strip() for line in (article.page or "").splitlines() if line.strip()]

    assert [segment.text for segment in article.page_segments] == lines
    assert [segment.id for segment in article.page_segments] == [f"p{number}" for number in range(1, len(lines) + 1)]
    assert {segment.kind for segment in article.page_segments} == {"line"}
    assert article.segment("p1").text == "Accessibility links"
    assert article.has("p1")
    assert article.find("Breaking News", "p2").segment == "p2"


def test_the_page_is_no_part_of_the_article(article: Article) -> None:
    bare = dataclasses.replace(article, page=None)

    assert bare.text_hash == article.text_hash
    assert bare.page_segments == ()
    assert not any(segment.id.startswith("p") for segment in article.segments)
    with pytest.raises(LessonError, match="do not stand in any one segment"):
        article.find("Accessibility links")


def test_the_key_of_the_page_follows_from_the_article(page_key: Key, article: Article) -> None:
    tags = {note.span.segment: note.tag for note in page_key.notes}

    assert list(tags) == [segment.id for segment in article.page_segments]
    assert [tags[line] for line in ("p1", "p2", "p3", "p4", "p5", "p6")] == [
        *("furniture", "furniture", "headline", "caption", "furniture", "body"),
    ]
    assert [tags[line] for line in ("p18", "p19", "p20", "p21")] == ["furniture"] * 4
    assert all(note.quote == article.segment(note.span.segment).text for note in page_key.notes)
    assert all(note.hint.endswith("?") and note.why.endswith(".") for note in page_key.notes)


def test_a_caption_that_is_shown_twice_can_be_read_both_ways(page_key: Key) -> None:
    both = {note.span.segment: {note.tag, *(other.tag for other in note.also)} for note in page_key.notes}

    assert {line for line, tags in both.items() if tags == {"caption", "furniture"}} == set(REPEATED)
    assert all(len(tags) == 1 for line, tags in both.items() if line not in REPEATED)


def test_marks_on_the_page_are_held_against_its_key(lesson: Lesson, page_key: Key) -> None:
    tags = {"p1": "furniture", "p4": "furniture", "p5": "caption", "p6": "caption"}
    lesson.workbook.put([whole(lesson.workbook, line, tag) for line, tag in reversed(tags.items())])

    marks = lesson.workbook.marks("page")
    found = {one.span.segment: one.kind for one in hold_against(marks, page_key, lesson.article) if one.mark}

    assert [mark.span.segment for mark in marks] == ["p1", "p4", "p5", "p6"]
    assert found == {"p1": "agrees", "p4": "also defensible", "p5": "also defensible", "p6": "differs"}


def test_all_verbs_work_on_the_page(lesson: Lesson) -> None:
    lesson.workbook.put([whole(lesson.workbook, "p10", "furniture")])

    assert "Line 10" in lesson.check("page").page
    assert unescape(lesson.reveal("page").page).count("<section") > len(lesson.article.page_segments)
    assert "Line 21" in lesson.compare("page").page
    assert len(lesson.mark("page").article["segments"]) == 21
    assert lesson.marks("page")["segment"].tolist() == ["p10"]
    assert len(lesson.marks("page", of="key")) == 21


def test_the_panel_does_not_give_away_what_a_line_is(lesson: Lesson) -> None:
    assert {segment["kind"] for segment in lesson.mark("page").article["segments"]} == {"line"}


def test_looking_at_a_line_counts_for_the_page_alone(lesson: Lesson) -> None:
    panel = lesson.mark("page")
    panel.looked = ["p2", "s1", "p1"]

    assert panel.looked == ["p1", "p2"]
    assert lesson.workbook.looked("page") == {"p1", "p2"}
    assert lesson.mark("sourcing").looked == []


@pytest.mark.parametrize(("layer", "segment"), [("page", "s1"), ("page", "h1"), ("sourcing", "p6")])
def test_a_mark_belongs_to_the_page_or_to_the_article(lesson: Lesson, layer: str, segment: str) -> None:
    tag = lesson.layers[layer].tags[0].name
    raw = {"id": "a", "segment": segment, "first": 0, "last": 1, "tag": tag}

    assert lesson.workbook.mark_from(raw, layer) is None


def test_page_marks_come_back_in_the_next_notebook_and_from_a_kept_file(
    lesson: Lesson, article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path
) -> None:
    marks = [whole(lesson.workbook, line, "caption") for line in REPEATED]
    lesson.workbook.put(marks)
    other = Workbook(article, layers, tmp_path / "other", words)
    other.restore(json.dumps(lesson.workbook.kept()))

    assert open_lesson("idlib").workbook.marks("page") == tuple(marks)
    assert other.marks("page") == tuple(marks)
    assert other.set_aside == ()


def test_a_mark_finds_its_line_again_when_the_page_was_saved_anew(
    lesson: Lesson, layers: dict[str, Layer], words: Words, tmp_path: Path
) -> None:
    lesson.workbook.put([whole(lesson.workbook, line, "body") for line in ("p3", "p4", "p6", "p21")])
    folder = shutil.copytree(data_folder() / "idlib", tmp_path / "idlib")
    page = (folder / "page.txt").read_text(encoding="utf-8")
    (folder / "page.txt").write_text("Menu\nSearch\n" + page.removesuffix("LG"), encoding="utf-8")
    again = Workbook(read_article(folder), layers, tmp_path / "work", words)

    # The line of p6 is p8 now, that of p3 is p5. Of the caption's two showings the mark was on
    # one, and p4 and p5 are p6 and p7: nobody guesses which. The last line is gone.
    assert [(mark.span.segment, mark.id) for mark in again.marks("page")] == [("p5", "p3"), ("p8", "p6")]
    assert set(again.set_aside) == {again.article.segment("p6").quote(0, 31), "LG"}


@pytest.mark.parametrize("verb", ["mark", "check", "reveal", "compare", "marks", "key"])
def test_an_article_without_its_page_says_so(tmp_path: Path, verb: str) -> None:
    shutil.copytree(data_folder() / "_template", tmp_path / "mine")
    mine = open_lesson(str(tmp_path / "mine"))

    with pytest.raises(LessonError, match=r"the page of “mine” was not kept\. Save its text as page\.txt"):
        getattr(mine, verb)("page")


def test_a_typed_key_of_the_page_is_told_to_be_useless(layers: dict[str, Layer], tmp_path: Path) -> None:
    folder = shutil.copytree(data_folder() / "idlib", tmp_path / "idlib")
    (folder / "page.toml").write_text("", encoding="utf-8")

    assert [fault for fault in faults_of(folder, layers) if "page.toml" in fault]


def test_a_layer_can_be_laid_over_nothing_else(tmp_path: Path) -> None:
    text = (data_folder() / "layers.toml").read_text(encoding="utf-8")
    (tmp_path / "layers.toml").write_text(text.replace('over = "page"', 'over = "moon"'), encoding="utf-8")

    with pytest.raises(LessonError, match="over is “moon”"):
        read_layers(tmp_path)


def test_a_layer_that_stays_apart_from_none_there_is_refused(tmp_path: Path) -> None:
    text = (data_folder() / "layers.toml").read_text(encoding="utf-8")
    (tmp_path / "layers.toml").write_text(
        text.replace('apart_from = "sourcing"', 'apart_from = "sorcing"'), encoding="utf-8"
    )

    with pytest.raises(LessonError, match=r"\[claims\]: apart_from is “sorcing”\. Name one of the layers here"):
        read_layers(tmp_path)
