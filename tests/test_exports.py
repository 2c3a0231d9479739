"""The class as files for other programs: each file is read back by another way than it was written."""

import base64
import csv
import hashlib
import html
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pandas as pd
import pytest

from lessonkit.__main__ import main
from lessonkit.agreement import alpha
from lessonkit.article import Article, read_article
from lessonkit.classroom import Class, Pupil
from lessonkit.divided import most_divided, question
from lessonkit.exports import (
    annotations,
    as_csv,
    canvas,
    class_table,
    collection,
    columns_of,
    moodle,
    report,
    source_of,
    write_exports,
    write_parquet,
)
from lessonkit.faults import LessonError
from lessonkit.key import Key, read_key
from lessonkit.layers import Layer, read_layers
from lessonkit.places import data_folder
from lessonkit.tally import counts, marks_table, votes_in
from lessonkit.words import Words, read_words
from lessonkit.workbook import Mark

from .pupils import HOSTILE, a_crowd, a_mark, a_pupil, everything

FIELDS = ("stuck-first", "stuck-second")
MODEL = json.loads((Path(__file__).parent / "web_annotation.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def crowd(article: Article, layers: dict[str, Layer]) -> Class:
    keys = {name: key for name in layers if (key := read_key(article, layers[name]))}
    return a_crowd(30, article, layers, keys)


@pytest.fixture
def hostile(article: Article) -> list[Pupil]:
    """Pupils who try formulas, markup, other scripts and rows of a table in every text there is."""
    texts = (
        '=HYPERLINK("https://example.org","x")',
        "+1",
        "-1+2",
        "@SUM(A1)",
        "＝1+1",
        'a;=1+2"',
        'she said "no", and left',
        HOSTILE,
        "Türkçe, العربية, 中文, 😀",
        "{layer} {number} \\",
    )
    return [
        replace(
            a_pupil(number, [a_mark(article, "sourcing", ("s1", 0, number), "party", text, "sure")]), pseudonym=text
        )
        for number, text in enumerate(texts)
    ]


def rows_of(data: bytes) -> list[list[str]]:
    """Read CSV as the standard library does."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


# Tables


def test_the_table_has_a_row_a_mark_and_made_up_names(crowd: Class) -> None:
    table = class_table(crowd.pupils)

    assert list(table.columns[:3]) == ["pupil", "pseudonym", "layer"]
    pd.testing.assert_frame_equal(table.drop(columns="pseudonym"), marks_table(crowd.pupils))
    names = {pupil.id: pupil.pseudonym for pupil in crowd.pupils}
    assert [names[one] for one in table["pupil"]] == list(table["pseudonym"])


def test_csv_and_parquet_hold_the_same_table(crowd: Class, words: Words) -> None:
    table = class_table(crowd.pupils)

    from_csv = pd.read_csv(io.BytesIO(as_csv(table)), keep_default_na=False, dtype=dict(table.dtypes))
    from_parquet = pd.read_parquet(io.BytesIO(write_parquet(table, words)))

    assert len(table) > 500
    pd.testing.assert_frame_equal(from_csv, table)
    pd.testing.assert_frame_equal(from_parquet, table)


def test_csv_begins_as_excel_needs_it_and_ends_lines_as_the_standard_has_it(crowd: Class) -> None:
    data = as_csv(class_table(crowd.pupils))

    assert data.startswith(b"\xef\xbb\xbfpupil,pseudonym,layer,")
    assert data.count(b"\n") == data.count(b"\r\n") == len(class_table(crowd.pupils)) + 1


def test_no_cell_of_a_csv_is_a_formula(hostile: list[Pupil], article: Article, words: Words) -> None:
    columns = columns_of(hostile, article, {}, FIELDS, words)
    files = (as_csv(class_table(hostile)), canvas(hostile, columns), moodle(hostile, columns, words))

    for data in files:
        cells = [cell for row in rows_of(data) for cell in row]
        # However the rows are cut: at commas with regard to quotation marks, or at semicolons without.
        cells += [cell for line in data.decode("utf-8-sig").splitlines() for cell in line.split(";")]
        assert not [cell for cell in cells if cell.lstrip('"').startswith(tuple("=+-@\t\r＝＋－＠"))]
        assert '\'=HYPERLINK("https://example.org","x")' in [cell for row in rows_of(data) for cell in row]


def test_parquet_holds_every_text_as_it_was_written(hostile: list[Pupil], words: Words) -> None:
    table = pd.read_parquet(io.BytesIO(write_parquet(class_table(hostile), words)))

    assert list(table["reason"]) == [pupil.marks[0].reason for pupil in hostile]
    assert list(table["pseudonym"]) == [pupil.pseudonym for pupil in hostile]


def test_a_text_that_is_no_formula_stays_as_it_is(hostile: list[Pupil]) -> None:
    written = [row[8] for row in rows_of(as_csv(class_table(hostile)))[1:]]

    assert written[6:] == [pupil.marks[0].reason for pupil in hostile[6:]]


def test_an_empty_class_makes_an_empty_table_with_the_same_columns(crowd: Class, words: Words) -> None:
    empty = class_table([])

    assert list(empty.columns) == list(class_table(crowd.pupils).columns)
    assert list(empty.dtypes) == list(class_table(crowd.pupils).dtypes)
    assert len(rows_of(as_csv(empty))) == 1
    assert len(pd.read_parquet(io.BytesIO(write_parquet(empty, words)))) == 0


def test_without_the_extra_parquet_is_left_out_and_said_so(words: Words, tmp_path: Path) -> None:
    # In a process of its own, since pandas looks for the library as soon as it is imported.
    code = """
import sys
sys.modules["pyarrow"] = None
from lessonkit.__main__ import main
folder = sys.argv[1]
main(["rehearse", "6", "--to", f"{folder}/class"])
sys.exit(main(["class", f"{folder}/class", "--to", f"{folder}/out"]))
"""
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )

    assert words("exports.no_parquet") in run.stdout
    assert "uv sync --extra scale" in words("exports.no_parquet")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*FILES, "idlib-page.txt"} - {"marks.parquet"}
    assert len(pd.read_csv(tmp_path / "out" / "marks.csv")) > 100


# Gradebooks


@pytest.fixture
def three(article: Article, layers: dict[str, Layer]) -> list[Pupil]:
    """One who did all, one who did some, one who handed in an empty workbook."""
    marks = [a_mark(article, "sourcing", ("s1", 0, n), "party", "Why" if n < 2 else "") for n in range(3)]
    all_ = replace(a_pupil(1, marks, everything(article, {"sourcing": layers["sourcing"]})), texts={FIELDS[0]: "Yes"})
    some = a_pupil(2, marks[:1], {"sourcing": ["h1", "no-such-segment"]})
    return [all_, some, a_pupil(3)]


def test_completion_and_effort_are_counted(
    three: list[Pupil], article: Article, layers: dict[str, Layer], words: Words
) -> None:
    columns = columns_of(three, article, layers, FIELDS, words)

    assert [(one.title, one.points, one.done) for one in columns] == [
        ("idlib: segments reached in Sourcing", 13, (13, 2, 0)),
        ("idlib: marks with a reason", 100, (66, 100, 0)),
        ("idlib: texts written", 2, (1, 0, 0)),
    ]


def test_a_gradebook_does_not_change_when_every_tag_does(
    crowd: Class, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    def other(mark: Mark) -> Mark:
        names = [tag.name for tag in layers[mark.layer].tags]
        return replace(mark, tag=names[(names.index(mark.tag) + 1) % len(names)])

    turned = [replace(pupil, marks=tuple(map(other, pupil.marks))) for pupil in crowd.pupils]
    files = [
        (canvas(pupils, columns), moodle(pupils, columns, words))
        for pupils in (crowd.pupils, turned)
        for columns in [columns_of(pupils, article, layers, FIELDS, words)]
    ]

    assert files[0] == files[1]


def test_canvas_finds_its_columns_and_its_points(
    three: list[Pupil], article: Article, layers: dict[str, Layer], words: Words
) -> None:
    head, points, *rows = rows_of(canvas(three, columns_of(three, article, layers, FIELDS, words)))

    # As lib/gradebook_importer.rb of instructure/canvas-lms asks for them.
    assert "Student" in head[0]
    assert "ID" in head[1]
    assert re.search(r"SIS\s+Login\s+ID", head[2])
    assert "Section" in head[3]
    assert "Points Possible" in points[0]
    assert points[4:] == ["13", "100", "2"]
    assert rows == [
        ["pseudonym 1", "", "", "", "13", "66", "1"],
        ["pseudonym 2", "", "", "", "2", "100", "0"],
        ["pseudonym 3", "", "", "", "0", "0", "0"],
    ]


def test_no_column_is_one_that_canvas_keeps_for_itself(
    crowd: Class, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    columns = columns_of(crowd.pupils, article, layers, FIELDS, words)
    own = r"(Current|Final|Override) (Score|Points|Grade|Status)|\(\d+\)$|^(Student|ID|Section)$"

    assert not [one.title for one in columns if re.search(own, one.title)]
    assert len({one.title for one in columns}) == len(columns)


def test_moodle_finds_a_pupil_in_every_row_and_no_number_above_a_hundred(
    three: list[Pupil], article: Article, layers: dict[str, Layer], words: Words
) -> None:
    head, *rows = rows_of(moodle(three, columns_of(three, article, layers, FIELDS, words), words))

    assert head[:3] == ["Email address", "Made-up name", "Workbook"]
    assert rows == [
        ["", "pseudonym 1", f"{1:016x}", "100", "66", "50"],
        ["", "pseudonym 2", f"{2:016x}", "15", "100", "0"],
        ["", "pseudonym 3", f"{3:016x}", "0", "0", "0"],
    ]


def test_pupils_of_one_name_and_of_none_can_be_told_apart() -> None:
    pupils = [replace(a_pupil(number), pseudonym=name) for number, name in enumerate(("blue otter", "blue otter", ""))]

    names = [row[0] for row in rows_of(canvas(pupils, ()))[2:]]

    assert len(set(names)) == 3
    assert all(name.endswith(pupil.id) for name, pupil in zip(names, pupils, strict=True))


# Web Annotations


def read_collection(pupils: Sequence[Pupil], article: Article, layers: Mapping[str, Layer]) -> Any:
    return json.loads("".join(collection(pupils, article, layers, "A class")))


def faults_in(document: object) -> list[str]:
    """Hold a document against the model, formats included."""
    checker = jsonschema.Draft202012Validator(MODEL, format_checker=jsonschema.FormatChecker())
    return [f"{list(fault.absolute_path)}: {fault.message}"[:300] for fault in checker.iter_errors(document)]


def test_the_collection_is_valid_by_the_model(crowd: Class) -> None:
    document = read_collection(crowd.pupils, crowd.article, crowd.layers)

    assert faults_in(document) == []
    assert document["total"] == len(document["first"]["items"]) == sum(len(pupil.marks) for pupil in crowd.pupils) > 500


def test_what_pupils_write_does_not_make_the_collection_invalid(
    hostile: list[Pupil], article: Article, layers: dict[str, Layer]
) -> None:
    document = read_collection(hostile, article, layers)

    assert faults_in(document) == []
    said = [one["body"][2]["value"] for one in document["first"]["items"]]
    assert said == [pupil.marks[0].reason for pupil in hostile]


def test_an_empty_class_is_an_empty_collection(article: Article, layers: dict[str, Layer]) -> None:
    document = read_collection([a_pupil(1)], article, layers)

    assert faults_in(document) == []
    assert document["total"] == 0
    assert "first" not in document


def paths_in(document: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every key there is, as the way to it."""
    parts = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in parts:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths_in(value, (*path, key))


MUSTS = [
    ("@context",),
    ("id",),
    ("type",),
    ("first",),
    ("first", "id"),
    ("first", "type"),
    ("first", "items"),
    ("first", "items", 0, "id"),
    ("first", "items", 0, "type"),
    ("first", "items", 0, "target"),
    ("first", "items", 0, "target", "source"),
    ("first", "items", 0, "target", "selector", 0, "type"),
    ("first", "items", 0, "target", "selector", 0, "exact"),
    ("first", "items", 0, "target", "selector", 1, "start"),
    ("first", "items", 0, "target", "selector", 1, "end"),
    ("first", "items", 0, "body", 0, "type"),
    ("first", "items", 0, "body", 0, "value"),
]


@pytest.mark.parametrize("path", MUSTS, ids=[".".join(map(str, path)) for path in MUSTS])
def test_the_schema_notices_what_the_model_asks_for(
    path: tuple[str | int, ...], article: Article, layers: dict[str, Layer]
) -> None:
    pupil = a_pupil(1, [a_mark(article, "sourcing", ("s1", 0, 2), "party", "Why", "sure")])

    for change in ("gone", 7):
        document = read_collection([pupil], article, layers)
        place = document
        for key in path[:-1]:
            place = place[key]
        if change == "gone":
            del place[path[-1]]
        else:
            place[path[-1]] = {"no": "such"}
        assert faults_in(document), change


def test_no_word_of_the_collection_is_unknown_to_the_model(crowd: Class) -> None:
    document = read_collection(crowd.pupils, crowd.article, crowd.layers)
    used = {key for path in paths_in(document) for key in path if isinstance(key, str)}
    purposes = {body["purpose"] for one in document["first"]["items"] for body in one["body"]}

    # The terms of http://www.w3.org/ns/anno.jsonld that are used here, read 2026.
    assert used == {
        *("@context", "id", "type", "label", "generator", "name", "total", "first", "last", "partOf", "startIndex"),
        *("items", "motivation", "creator", "nickname", "body", "purpose", "value", "format"),
        *("target", "source", "selector", "exact", "prefix", "suffix", "start", "end"),
    }
    assert purposes == {"classifying", "tagging", "commenting", "assessing"}


def test_every_quotation_stands_at_its_position(crowd: Class, tmp_path: Path, words: Words) -> None:
    write_exports(crowd, tmp_path, words)
    document = json.loads((tmp_path / "marks.jsonld").read_text(encoding="utf-8"))
    texts = {name_of(path.read_bytes()): path.read_text(encoding="utf-8") for path in tmp_path.glob("idlib*.txt")}
    marks = [mark for pupil in crowd.pupils for mark in pupil.marks]

    assert len(document["first"]["items"]) == len(marks)
    for one, mark in zip(document["first"]["items"], marks, strict=True):
        text = texts[one["target"]["source"]]
        quote, position = one["target"]["selector"]
        before, after = text[: position["start"]], text[position["end"] :]
        assert text[position["start"] : position["end"]] == quote["exact"] == mark.quote
        assert before.endswith(quote["prefix"])
        assert after.startswith(quote["suffix"])
        found = text.count(quote["prefix"] + quote["exact"] + quote["suffix"])
        assert found == 1, "the words and those around them say where it is, too"


def name_of(data: bytes) -> str:
    """Make the name of a text out of its bytes, as RFC 6920 has it."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return f"ni:///sha-256;{digest}?ct=text/plain"


def test_marks_on_the_page_and_on_the_article_have_each_their_text(article: Article, layers: dict[str, Layer]) -> None:
    line = article.page_segments[3]
    marks = [a_mark(article, "sourcing", ("s2", 1, 3), "party"), a_mark(article, "page", (line.id, 0, 0), "body")]

    of_article, of_page = annotations([a_pupil(1, marks)], article, layers)

    assert of_article["target"]["source"] == name_of(source_of(article).encode())
    assert of_page["target"]["source"] == name_of(source_of(article, "page").encode())


def test_ids_stay_the_same_and_are_no_two_alike(crowd: Class) -> None:
    first, again = (list(annotations(crowd.pupils, crowd.article, crowd.layers)) for _ in range(2))

    assert first == again
    assert len({one["id"] for one in first}) == len(first)
    assert len({one["creator"]["id"] for one in first}) == len({pupil.id for pupil in crowd.pupils if pupil.marks})


def test_positions_count_letters_and_not_bytes(tmp_path: Path) -> None:
    (tmp_path / "article.md").write_text(
        '+++\ntitle = "Ü"\nlanguage = "de"\n+++\n# Über 😀 alles\n\nZwölf Größen stehen hier.\n', encoding="utf-8"
    )
    other = read_article(tmp_path)
    layers = read_layers(data_folder())

    [one] = annotations([a_pupil(1, [a_mark(other, "sourcing", ("s1", 1, 2), "party")])], other, layers)

    _, position = one["target"]["selector"]
    assert source_of(other)[position["start"] : position["end"]] == "Größen stehen"


# The report


class Outline(HTMLParser):
    """The text of a page, and what elements and attributes it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.names, self.attributes = "", set[str](), set[str]()
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def the_report(group: Class, words: Words, **options: Any) -> str:
    return report(counts(group.pupils, group.article, group.layers), group.article, group.layers, words, **options)


def test_the_report_says_how_many_how_far_and_what_to_talk_about(crowd: Class, words: Words) -> None:
    counted = counts(crowd.pupils, crowd.article, crowd.layers)

    text = Outline(the_report(crowd, words)).text

    assert "Pupils who handed in: 30." in text
    for name in ("sourcing", "claims", "framing"):
        layer = crowd.layers[name]
        figure = alpha(votes_in(counted, crowd.article, layer))
        assert figure is not None
        marked = sum(any(mark.layer == name for mark in pupil.marks) for pupil in crowd.pupils)
        marks = sum(mark.layer == name for pupil in crowd.pupils for mark in pupil.marks)
        assert f"{layer.title}{marked}{marks}{figure:.2f}" in text
    assert "0.754" in text
    assert "https://github.com/networkdynamics/PolNeAR" in text


def test_the_report_has_the_five_segments_that_divide_most_with_their_questions(crowd: Class, words: Words) -> None:
    counted = counts(crowd.pupils, crowd.article, crowd.layers)
    all_ = [
        (-len(one.tags[:2]), -(one.share + one.sure_share), question(one, layer, words))
        for layer in crowd.layers.values()
        for one in most_divided(counted, crowd.article, layer, 99)
    ]

    page = the_report(crowd, words)

    asked = [html.unescape(one) for one in re.findall(r'<p class="ask">(.*?)</p>', page)]
    assert asked == [said for *_, said in sorted(all_, key=lambda one: one[:2])[:5]]
    assert len(asked) == 5


def test_nobody_is_named_unless_asked_for(crowd: Class, words: Words) -> None:
    without = the_report(crowd, words)
    named = the_report(crowd, words, names=[pupil.pseudonym for pupil in crowd.pupils])

    for pupil in crowd.pupils:
        assert pupil.pseudonym not in without
        assert pupil.id not in without
        assert pupil.file not in without + named
        assert pupil.pseudonym in named


def test_the_report_needs_nothing_and_runs_nothing(
    hostile: list[Pupil], article: Article, layers: dict[str, Layer], words: Words
) -> None:
    group = Class(article, layers, tuple(hostile))
    page = the_report(group, words, names=[pupil.pseudonym for pupil in hostile])
    outline = Outline(page)

    assert "default-src 'none'" in page
    assert not outline.names & {"script", "img", "link", "iframe", "a"}
    assert not {name for name in outline.attributes if name.startswith("on")} | outline.attributes & {"src", "href"}
    assert HOSTILE in outline.text


def test_what_a_lesson_says_is_escaped_too(article: Article, layers: dict[str, Layer], words: Words) -> None:
    sourcing = layers["sourcing"]
    tags = tuple(replace(tag, title=f"{tag.name}{HOSTILE}", ask=HOSTILE) for tag in sourcing.tags)
    hostile = {"sourcing": replace(sourcing, title=HOSTILE, tags=tags)}
    named = replace(article, header={**article.header, "title": HOSTILE, "language": '"><script>'})
    pupils = [
        a_pupil(number, [a_mark(article, "sourcing", ("s1", 0, 3), tags[number % 2].name)]) for number in range(4)
    ]

    outline = Outline(report(counts(pupils, named, hostile), named, hostile, words, made_up=4))

    assert not outline.names & {"script", "img"}
    assert outline.text.count(HOSTILE) > 8, "title twice, layer, its cautions, its tags, and their questions"


def test_a_class_without_a_mark_has_a_report_too(article: Article, layers: dict[str, Layer], words: Words) -> None:
    text = Outline(the_report(Class(article, layers, (a_pupil(1),)), words)).text

    assert "Pupils who handed in: 1." in text
    assert words("exports.report_no_figure") in text
    assert words("class.talk_none") in text


def test_a_small_class_is_told_to_be_careful(
    article: Article, layers: dict[str, Layer], words: Words, sourcing_key: Key
) -> None:
    text = Outline(the_report(a_crowd(3, article, layers, {"sourcing": sourcing_key}), words)).text

    assert "Sourcing: Pupils with marks: 3. With fewer than 5, one pupil alone can move the figure far." in text


def test_a_rehearsal_is_not_taken_for_a_class(crowd: Class, words: Words) -> None:
    assert words("class.made_up", number=30) in the_report(crowd, words, made_up=30)
    assert words("class.made_up", number=0) not in the_report(crowd, words)


# Files


FILES = {
    *("read-me.txt", "report.html", "marks.csv", "marks.parquet", "marks.jsonld"),
    *("gradebook-canvas.csv", "gradebook-moodle.csv", "idlib.txt"),
}


def test_all_files_are_written_and_the_same_class_gives_the_same_bytes(
    crowd: Class, words: Words, tmp_path: Path
) -> None:
    first, second = (write_exports(crowd, tmp_path / name, words, fields=FIELDS) for name in ("a", "b"))

    assert {path.name for path in first.files} == FILES
    assert [path.read_bytes() for path in first.files] == [path.read_bytes() for path in second.files]
    assert first.left_out == ()


def test_no_export_holds_the_name_of_a_file(crowd: Class, words: Words, tmp_path: Path) -> None:
    named = replace(crowd, pupils=tuple(replace(pupil, file="Anna Schmidt_4711.json") for pupil in crowd.pupils))

    for path in write_exports(named, tmp_path, words, fields=FIELDS, names=True).files:
        assert b"Schmidt" not in path.read_bytes(), path.name


def test_the_report_among_the_exports_has_names_only_when_asked_for(crowd: Class, words: Words, tmp_path: Path) -> None:
    for names in (False, True):
        write_exports(crowd, tmp_path / str(names), words, names=names)

        assert (
            crowd.pupils[7].pseudonym in (tmp_path / str(names) / "report.html").read_text(encoding="utf-8")
        ) == names


def test_nothing_is_written_over_unless_asked_for(crowd: Class, words: Words, tmp_path: Path) -> None:
    (tmp_path / "marks.csv").write_text("mine")

    with pytest.raises(LessonError, match=r"marks\.csv is there already"):
        write_exports(crowd, tmp_path, words)
    assert [path.name for path in tmp_path.iterdir()] == ["marks.csv"]

    write_exports(crowd, tmp_path, words, replace=True)
    assert (tmp_path / "marks.csv").read_text(encoding="utf-8-sig").startswith("pupil,")


def test_a_folder_that_cannot_be_written_is_named(crowd: Class, words: Words, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("a file")

    with pytest.raises(LessonError, match="could not be written"):
        write_exports(crowd, tmp_path / "there", words)


def test_the_read_me_names_every_file_and_says_why_agreement_is_in_none(
    crowd: Class, words: Words, tmp_path: Path
) -> None:
    files = write_exports(crowd, tmp_path, words).files
    said = (tmp_path / "read-me.txt").read_text(encoding="utf-8")

    assert not [path.name for path in files if path.name not in said and path.name != "read-me.txt"]
    assert "How far a pupil agrees with the key, or with the class, is in no file." in said
    assert "{" not in said


# The command


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "class"
    assert main(["rehearse", "6", "--to", str(folder)]) == 0
    return folder


def test_the_command_writes_the_exports(handed_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "out"

    assert main(["class", str(handed_in), "--to", str(to)]) == 0
    said = capsys.readouterr().out
    assert main(["class", str(handed_in), "--to", str(to)]) == 1
    assert "are there already. Choose another place with --to" in capsys.readouterr().out
    assert main(["class", str(handed_in), "--to", str(to), "--replace", "--names"]) == 0

    assert {path.name for path in to.iterdir()} == {*FILES, "idlib-page.txt"}
    assert f"They are in {to}." in said
    points = rows_of((to / "gradebook-canvas.csv").read_bytes())[1]
    assert points[-1] == "11", "the lesson asks for eleven texts"
    assert read_words(data_folder())("exports.report_names") in (to / "report.html").read_text(encoding="utf-8")


def test_the_command_does_not_write_among_the_files_of_the_class(
    handed_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for to in (handed_in, handed_in / "out"):
        assert main(["class", str(handed_in), "--to", str(to)]) == 1
        assert "would be read with the class next time" in capsys.readouterr().out
    assert len(list(handed_in.iterdir())) == 6


def test_the_command_without_a_class_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "class").mkdir()

    assert main(["class", str(tmp_path / "class"), "--to", str(tmp_path / "out")]) == 1
    assert not (tmp_path / "out").exists()
    assert "There is no work to look at here." in capsys.readouterr().out
