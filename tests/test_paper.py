"""A paper class, typed in: what a line means, what becomes of it, and that it joins the rest."""

import json
from html import unescape
from pathlib import Path

import pytest

from lessonkit import Lesson, open_lesson
from lessonkit.article import read_article
from lessonkit.layers import Layer
from lessonkit.panels.desk import Desk
from lessonkit.paper import MOST_SHEETS, SIGNS, Pile, Row
from lessonkit.printing import sheets
from lessonkit.printing.blocks import Ruled
from lessonkit.words import Words
from lessonkit.workbook import CONFIDENCES, MOST_TEXT, Workbook

HOSTILE = "<img src=x onerror=alert(1)>"
ARABIC = "قال الوزير إن القوات قتلت ثمانية جنود في إدلب. وقالت روسيا إنها لا تعرف."


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "class-8b"


def read(lesson: Lesson, text: str, layer: str = "sourcing") -> tuple[Row, ...]:
    pile = Pile(lesson.workbook, Path("pile"))
    return pile.rows(1, layer, {pile.rows_field(1, layer): text})


def understood(lesson: Lesson, line: str) -> tuple[str, str, str, str, str]:
    (row,) = read(lesson, line)
    assert row.mark is not None, row.fault
    return row.mark.span.segment, row.mark.quote, row.mark.tag, row.mark.reason, row.mark.confidence


def type_in(
    panel: Desk, lesson: Lesson, folder: Path, sheet: int, name: str, rows: str, layer: str = "sourcing"
) -> None:
    """Type a sheet, as the browser tells it at a pause."""
    pile = Pile(lesson.workbook, folder)
    number = max((draft["number"] for draft in panel.drafts.values()), default=0) + 1
    told = {pile.name_field(sheet): name, pile.rows_field(sheet, layer): rows}
    panel.drafts = {**panel.drafts, **{field: {"text": text, "number": number} for field, text in told.items()}}


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole(lesson: Lesson, segment: str) -> str:
    return lesson.article.segment(segment).quote(0, len(lesson.article.segment(segment).words) - 1)


# What a line means


@pytest.mark.parametrize(
    ("line", "quote", "tag", "reason", "confidence"),
    [
        ("s3 killed eight 1", "killed eight", "party", "", ""),
        ("S3: Killed EIGHT, 1", "killed eight", "party", "", ""),
        ("- s 3 killed eight 1", "killed eight", "party", "", ""),
        ("s3 killed eig 2", "killed eight", "observer", "", ""),
        ("s3 killed…personnel 1", "killed eight Turkish military personnel", "party", "", ""),
        ("s3 killed ... personnel 1", "killed eight Turkish military personnel", "party", "", ""),
        ("s3 on February… 5", "on February 3", "own-voice", "", ""),
        ("s3 …President party", "Turkish President", "party", "", ""),
        ("s3 on February 3 1", "on February 3", "party", "", ""),
        ("s3 killed eight own-voice", "killed eight", "own-voice", "", ""),
        ("s3 killed eight ١", "killed eight", "party", "", ""),
        ("s3 killed eight 1 = it says 2 things = 3", "killed eight", "party", "it says 2 things = 3", ""),
        ("s3 killed eight 1 ! = so they say", "killed eight", "party", "so they say", "fairly sure"),
        ("s3 killed eight 1!! = so they say", "killed eight", "party", "so they say", "sure"),
        ("s3 killed eight 1 = so they say ?", "killed eight", "party", "so they say", "guessing"),
        ("s3 killed eight 1 = who says so?", "killed eight", "party", "who says so?", ""),
        (
            "s3 killed eight 1 because it says so 2 times !!",
            "killed eight",
            "party",
            "because it says so 2 times",
            "sure",
        ),
        ("s3 killed eight 1 ؟ because", "killed eight", "party", "because", "guessing"),
        ("ｓ３ killed eight 1", "killed eight", "party", "", ""),
    ],
)
def test_a_line_is_understood(lesson: Lesson, line: str, quote: str, tag: str, reason: str, confidence: str) -> None:
    assert understood(lesson, line) == ("s3", quote, tag, reason, confidence)


def test_no_words_mean_the_whole_segment(lesson: Lesson) -> None:
    assert understood(lesson, "s2 5 ?") == ("s2", whole(lesson, "s2"), "own-voice", "", "guessing")


def test_a_whole_word_goes_before_the_beginning_of_another(lesson: Lesson) -> None:
    # "airstrikes", "after" and "at" begin alike.
    assert understood(lesson, "c1 a 1")[1] == "a"


def test_every_sentence_of_the_article_can_be_typed_as_it_stands(lesson: Lesson) -> None:
    for segment in lesson.article.segments:
        assert understood(lesson, f"{segment.id} {segment.text} 1")[1] == whole(lesson, segment.id)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("killed eight 1", "begin with a segment"),
        ("s99 killed 1", "there is no s99; take one of h1, c1 to c"),
        ("s3 killed eight", "put the number of a tag, 1 to 5"),
        ("s3 killed eight 7", "put the number of a tag, 1 to 5"),
        ("s3 killed eight = because", "put the number of a tag"),
        ("s3 killed eight 1 because = so", "put the number of a tag"),
        ("s3", "put the number of a tag"),
        ("s3 killed nine 1", "“killed nine” does not stand in s3"),
        ("s3 ,,, 1", "“,,,” does not stand in s3"),
        ("s3 Idlib 1", "“Idlib” stands in s3 2 times; write one more word"),
        ("s3 killed…rubble 1", "“rubble” does not stand after the first words in s3"),
        ("s3 killed…Turkish President 1", "does not stand after"),
        ("to s99", "there is no s99"),
        (HOSTILE, "begin with a segment"),
        ("9" * 1_900, "begin with a segment"),
    ],
)
def test_a_line_that_is_not_understood_is_said_with_a_remedy_and_the_others_are_taken(
    lesson: Lesson, line: str, said: str
) -> None:
    first, bad, last = read(lesson, f"s1 Turkey expects 1\n\n{line}\ns2 5")

    assert bad.mark is None
    assert bad.fault.startswith("Line 3: ")
    assert said in bad.fault
    assert bad.fault.count(". ") <= 1
    assert first.mark
    assert last.mark


def test_the_same_line_twice_is_one_mark(lesson: Lesson) -> None:
    first, again, other = read(lesson, "s2 5\ns2 own-voice\ns2 1")

    assert first.mark
    assert other.mark
    assert again.fault == "Line 2: it is the same as line 1; take one of them out."


def test_rows_of_a_right_to_left_article_are_understood(tmp_path: Path, layers: dict[str, Layer], words: Words) -> None:
    home = tmp_path / "rtl"
    home.mkdir()
    (home / "article.md").write_text(
        f'+++\ntitle = "خبر"\nlanguage = "ar"\ndirection = "rtl"\n+++\n# عنوان الخبر\n\n{ARABIC}\n', encoding="utf-8"
    )
    workbook = Workbook(read_article(home), layers, tmp_path / "work", words)
    pile = Pile(workbook, tmp_path / "صف")
    texts = {pile.name_field(1): "ثعلب أزرق", pile.rows_field(1, "sourcing"): "s1 \u200fقتلت ثمانية\u200f ١ = السبب"}
    pile.write(texts)

    (row,) = pile.rows(1, "sourcing", texts)
    assert row.mark is not None
    assert (row.mark.quote, row.mark.tag, row.mark.reason) == ("قتلت ثمانية", "party", "السبب")
    assert files(pile.folder) == ["rtl-ثعلب-أزرق-paper-1.json"]


# What becomes of it


def test_thirty_paper_pupils_join_those_who_worked_on_screen(lesson: Lesson, folder: Path) -> None:
    on_screen = Path(lesson.rehearse(5))
    folder.mkdir()
    for path in on_screen.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    panel = lesson.type_in("sourcing", folder)
    for sheet in range(1, 31):
        rows = f"s{sheet % 5 + 1} 1 ! = sheet {sheet}\nto s6\nnot a row"
        type_in(panel, lesson, folder, sheet, f"paper otter {sheet}", rows)

    handed_in = lesson.classroom(folder).handed_in

    assert panel.trouble == ""
    assert len(handed_in.pupils) == 35
    assert handed_in.passed == ()
    typed = [pupil for pupil in handed_in.pupils if pupil.pseudonym.startswith("paper otter")]
    assert len(typed) == 30
    assert all(len(pupil.marks) == 1 and pupil.marks[0].confidence == "fairly sure" for pupil in typed)
    assert all({"h1", "c1", "s6"} <= pupil.reached("sourcing") and not pupil.made_up for pupil in typed)
    assert "s7" not in typed[0].reached("sourcing")

    # The same folder handed in twice, an older copy among it: each pupil is there once.
    copy = folder / "again"
    copy.mkdir()
    (copy / "one.json").write_bytes((folder / "idlib-paper-otter-1-paper-1.json").read_bytes())
    type_in(panel, lesson, folder, 1, "paper otter 1", "s1 1\ns2 2")
    again = lesson.classroom(folder).handed_in
    assert len(again.pupils) == 35
    assert len(again.replaced) == 1
    assert len(next(one for one in again.pupils if one.pseudonym == "paper otter 1").marks) == 2


def test_a_pupil_is_found_again_after_a_restart_and_changed(lesson: Lesson, folder: Path) -> None:
    type_in(lesson.type_in("sourcing", folder), lesson, folder, 2, "blue otter", "s1 1\ns2 what?")
    before = (folder / "idlib-blue-otter-paper-2.json").read_bytes()

    later = open_lesson("idlib")
    panel = later.type_in("sourcing", folder)
    pile = Pile(later.workbook, folder)
    assert panel.texts[pile.rows_field(2, "sourcing")] == "s1 1\ns2 what?"
    assert "blue otter</bdi>: sheet 2" in panel.made["paper-stand"]
    assert (folder / "idlib-blue-otter-paper-2.json").read_bytes() == before

    type_in(panel, later, folder, 2, "blue otter", "s1 3\ns2 5")
    kept = json.loads((folder / "idlib-blue-otter-paper-2.json").read_bytes())
    assert [mark["tag"] for mark in kept["marks"]] == ["unnamed", "own-voice"]
    assert kept["id"] == json.loads(before)["id"]
    assert files(folder) == ["idlib-blue-otter-paper-2.json"]


def test_the_layers_of_a_pupil_are_in_one_file(lesson: Lesson, folder: Path) -> None:
    type_in(lesson.type_in("sourcing", folder), lesson, folder, 1, "blue otter", "s1 1")
    type_in(lesson.type_in("claims", folder), lesson, folder, 1, "blue otter", "s1 3", "claims")

    (pupil,) = lesson.classroom(folder).handed_in.pupils

    assert {(mark.layer, mark.tag) for mark in pupil.marks} == {("sourcing", "party"), ("claims", "position")}


def test_two_sheets_with_one_name_are_one_pupil(lesson: Lesson, folder: Path) -> None:
    panel = lesson.type_in("sourcing", folder)
    type_in(panel, lesson, folder, 1, "blue otter", "s1 1")
    type_in(panel, lesson, folder, 4, "Blue  Otter", "s1 1\ns2 5")

    (pupil,) = lesson.classroom(folder).handed_in.pupils

    assert (len(pupil.marks), files(folder)) == (2, ["idlib-blue-otter-paper-1.json"])


def test_a_name_typed_in_pieces_leaves_one_file(lesson: Lesson, folder: Path) -> None:
    panel = lesson.type_in("sourcing", folder)
    for name in ("", "bl", "blue o", "blue otter"):
        type_in(panel, lesson, folder, 1, name, "s1 1")

    assert files(folder) == ["idlib-blue-otter-paper-1.json"]


def test_an_emptied_sheet_takes_its_file_and_no_other_with_it(lesson: Lesson, folder: Path) -> None:
    panel = lesson.type_in("sourcing", folder)
    type_in(panel, lesson, folder, 1, "blue otter", "s1 1")
    type_in(panel, lesson, folder, 2, "red fox", "s1 1")
    (folder / "idlib-grey-owl-paper-1.json").write_text('{"id": "somebody-else"}', encoding="utf-8")
    type_in(panel, lesson, folder, 1, "blue otter", "")

    assert files(folder) == ["idlib-grey-owl-paper-1.json", "idlib-red-fox-paper-2.json"]
    # What was typed can be read in the journal still.
    assert "s1 1" in lesson.workbook.path.read_text(encoding="utf-8")


def test_a_file_of_somebody_else_is_never_written_over(lesson: Lesson, folder: Path) -> None:
    folder.mkdir()
    theirs = folder / "idlib-blue-otter-paper-1.json"
    theirs.write_text('{"id": "somebody-else"}', encoding="utf-8")
    panel = lesson.type_in("sourcing", folder)
    type_in(panel, lesson, folder, 1, "blue otter", "s1 1")

    assert "idlib-blue-otter-paper-1.json is there already" in panel.trouble
    assert theirs.read_text(encoding="utf-8") == '{"id": "somebody-else"}'
    theirs.unlink()
    panel._asked(panel, {"do": "save"}, None)
    assert panel.trouble == ""
    assert len(lesson.classroom(folder).handed_in.pupils) == 1


def test_a_folder_that_cannot_be_written_to_is_said_and_what_was_typed_stays(lesson: Lesson, folder: Path) -> None:
    folder.write_text("in the way", encoding="utf-8")
    panel = lesson.type_in("sourcing", folder)
    type_in(panel, lesson, folder, 1, "blue otter", "s1 1")

    assert "could not be written" in panel.trouble
    assert "s1 1" in lesson.workbook.texts.values()
    folder.unlink()
    panel._asked(panel, {"do": "save"}, None)
    assert files(folder) == ["idlib-blue-otter-paper-1.json"]


def test_two_piles_do_not_mix(lesson: Lesson, tmp_path: Path) -> None:
    type_in(lesson.type_in("sourcing", tmp_path / "8a"), lesson, tmp_path / "8a", 1, "blue otter", "s1 1")
    panel = lesson.type_in("sourcing", tmp_path / "8b")

    assert not any(panel.texts.values())
    assert not (tmp_path / "8b").exists()


def test_nothing_typed_makes_no_folder(lesson: Lesson, tmp_path: Path) -> None:
    panel = lesson.type_in("sourcing")
    panel._asked(panel, {"do": "save"}, None)

    assert repr(panel) == f"Desk('paper-sourcing', article='idlib', fields={2 * MOST_SHEETS})"
    assert not (tmp_path / "work").exists()


def test_without_a_folder_the_files_go_to_the_work_folder(lesson: Lesson, tmp_path: Path) -> None:
    into = tmp_path / "work" / "paper-idlib"
    type_in(lesson.type_in("sourcing"), lesson, into, 3, "", "s1 1")

    assert files(into) == ["idlib-sheet-3-paper-3.json"]


def test_hostile_text_is_shown_as_text(lesson: Lesson, folder: Path) -> None:
    panel = lesson.type_in("sourcing", folder)
    rows = f"s1 1 = {HOSTILE}\ns1 {HOSTILE} 1\n{HOSTILE}\ns2 1 = {{segment}} \u202e\x00"
    type_in(panel, lesson, folder, 1, f"../../{HOSTILE}", rows)

    made = "".join(panel.made.values())
    assert "<img" not in made
    assert made.count("&lt;img") == 2
    (name,) = files(folder)
    assert name == "idlib-img-src-x-onerror-alert-1-paper-1.json"
    (pupil,) = lesson.classroom(folder).handed_in.pupils
    assert len(pupil.marks) == 2


def test_what_was_understood_and_what_not_is_said_line_by_line(lesson: Lesson, folder: Path) -> None:
    panel = lesson.type_in("sourcing", folder)
    type_in(panel, lesson, folder, 1, "blue otter", "s3 killed eight 1 !! = so\ns3 nothing 1\nto s5")
    field = Pile(lesson.workbook, folder).rows_field(1, "sourcing")

    assert panel.made[f"{field}-count"] == "<p>Rows understood: 1. Not understood: 1. Got as far as s5.</p>"
    read_back = panel.made[f"{field}-read"]
    assert ">killed eight</bdi>”" in read_back
    assert "A side speaks" in read_back
    assert "<strong>Line 2: “nothing” does not stand in s3;" in read_back
    assert "Got as far as s5." in read_back


def test_where_the_files_go_is_said_above_the_sheets_and_how_to_open_the_class_below_them(
    lesson: Lesson, folder: Path
) -> None:
    panel = lesson.type_in("sourcing", folder)
    first, *_ = panel.plan["steps"]
    assert f">{folder.resolve()}</bdi>" in first["parts"][0]["html"]

    type_in(panel, lesson, folder, 1, "blue otter", "s1 1")
    line = unescape(panel.made["paper-stand"]).partition("<code>classroom = ")[2].partition("</code>")[0]
    (pupil,) = eval(line, {"lesson": lesson}).handed_in.pupils  # noqa: S307 - what the desk says to type
    assert pupil.pseudonym == "blue otter"


def test_an_empty_pile_says_that_there_is_another_and_how_to_open_it(lesson: Lesson, folder: Path) -> None:
    quoted = folder / 'said "8b" & <more>'
    type_in(lesson.type_in("sourcing", quoted), lesson, quoted, 3, "blue otter", "s1 1")

    panel = open_lesson("idlib").type_in("sourcing")
    told = panel.made["paper-others"]
    assert "sheets in use: 1," in told
    assert "<more>" not in told
    line = unescape(told.partition("<code>")[2].partition("</code>")[0])
    there = eval(line, {"lesson": open_lesson("idlib")})  # noqa: S307 - what the desk says to type
    assert "blue otter" in there.texts.values()
    assert there.made["paper-others"] == ""

    type_in(panel, lesson, Path(lesson._work, "paper-idlib"), 1, "red fox", "")
    assert panel.made["paper-others"] == ""


def test_another_pile_of_an_old_workbook_is_named_without_its_folder(lesson: Lesson, folder: Path) -> None:
    pile = Pile(lesson.workbook, folder)
    lesson.workbook.write(pile.rows_field(1, "sourcing"), "s1 1")
    lesson.workbook.write(pile.name_field(2), "red fox")

    told = lesson.type_in("sourcing").made["paper-others"]
    assert "sheets in use: 2." in told
    assert "name its folder in the line that shows this desk" in told
    assert lesson.type_in("sourcing", folder).made["paper-others"] == ""


def test_the_box_for_the_rows_has_as_many_lines_as_the_printed_sheet_has_rows(lesson: Lesson) -> None:
    printed = sheets(lesson.article, list(lesson.layers.values()), {}, lesson.words)
    (rows,) = {block.rows for document in printed for block in document.blocks if isinstance(block, Ruled)}
    fields = [part for part in lesson.type_in("sourcing").plan["steps"][1]["parts"] if part["part"] == "field"]

    assert {field["rows"] for field in fields} == {1, rows}


@pytest.mark.parametrize("layer", ["sourcing", "claims", "framing", "page"])
def test_the_example_on_the_desk_can_be_typed(lesson: Lesson, layer: str) -> None:
    how = lesson.type_in(layer).plan["steps"][0]["parts"][-1]["html"]
    example = unescape(how.partition("“")[2].partition("”")[0])

    (row,) = read(lesson, example, layer)
    assert row.mark is not None, row.fault
    assert (row.mark.confidence, row.mark.reason) == ("fairly sure", "because…")


def test_a_full_sheet_is_saved_whole(lesson: Lesson, folder: Path) -> None:
    rows = "\n".join(f"s{number} 1 = {'x' * 150}" for number in range(1, 11))
    assert len(rows) < MOST_TEXT
    type_in(lesson.type_in("sourcing", folder), lesson, folder, 1, "blue otter", rows)

    (pupil,) = lesson.classroom(folder).handed_in.pupils
    assert len(pupil.marks) == 10


def test_two_classes_may_each_have_a_folder_of_the_same_name(lesson: Lesson, tmp_path: Path) -> None:
    mine, theirs = tmp_path / "8a" / "paper", tmp_path / "8b" / "paper"
    type_in(lesson.type_in("sourcing", mine), lesson, mine, 1, "blue otter", "s1 1")
    panel = lesson.type_in("sourcing", theirs)
    assert set(panel.texts.values()) == {""}
    type_in(panel, lesson, theirs, 1, "red fox", "s1 1")
    type_in(panel, lesson, theirs, 1, "red fox", "")

    assert files(mine) == ["idlib-blue-otter-paper-1.json"]
    assert files(theirs) == []


def test_a_sheet_says_how_sure_with_the_signs_that_are_typed_in(lesson: Lesson) -> None:
    text = str(sheets(lesson.article, list(lesson.layers.values()), {}, lesson.words))

    for sign, level in zip(SIGNS, CONFIDENCES, strict=True):
        assert f"{sign} {lesson.words(f'confidence.{level}')}" in text
        assert understood(lesson, f"s3 killed eight 1 {sign}")[-1] == level
