"""The same event elsewhere: the houses, the tables, the desk and the picture."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from lessonkit import Lesson, open_lesson
from lessonkit.article import Article, read_article
from lessonkit.charts.coverage import coverage_chart
from lessonkit.charts.picture import Picture
from lessonkit.coverage import READINGS, Cell, Column, Coverage, Outlet, read_coverage
from lessonkit.faults import LessonError
from lessonkit.key import read_key
from lessonkit.layers import Layer
from lessonkit.panels.coverage import coverage_steps
from lessonkit.panels.desk import Desk, Field, Fold, Made, Shown, Step, entries
from lessonkit.panels.sheet import Sheet
from lessonkit.panels.table import Entry, Head, table
from lessonkit.places import data_folder
from lessonkit.rules import faults_of
from lessonkit.words import Words

HOSTILE = '<img src=x onerror="alert(1)">{houses}</script>'
RUN = """
import hashlib
from lessonkit.lesson import open_lesson
print(hashlib.sha256(open_lesson("idlib").chart("coverage").png).hexdigest())
"""
COLUMN = '[[column]]\nname = "dead"\ntitle = "T"\nask = "A"\n'
HERE = '[[outlet]]\nname = "here"\ntitle = "Here"\nthis = true\n'
SOURCE = 'address = "https://example.org/"\nread = "2026"\n'
OTHER = f'[[outlet]]\nname = "other"\ntitle = "Other"\n{SOURCE}'


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(data_folder() / "idlib", tmp_path / "idlib")


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


@pytest.fixture
def coverage(article: Article) -> Coverage:
    found = read_coverage(article)
    assert found is not None
    return found


def put(folder: Path, text: str) -> Article:
    (folder / "coverage.toml").write_text(text, encoding="utf-8")
    return read_article(folder)


def parts_of(steps: tuple[Step, ...]) -> list[object]:
    """All parts of a desk, those that are folded away as well."""
    found: list[object] = []
    left: list[object] = [part for step in steps for part in step.parts]
    while left:
        part = left.pop(0)
        found.append(part)
        left[:0] = part.parts if isinstance(part, Fold) else ()
    return found


def made(lesson: Lesson, column: str) -> str:
    desk = lesson.coverage()
    assert isinstance(desk, Desk)
    return str(desk.made[f"coverage-{column}"])


# The houses


def test_the_table_has_houses_of_every_country_that_the_article_speaks_of(coverage: Coverage) -> None:
    homes = {outlet.home for outlet in coverage.outlets}

    assert {"Turkey", "Russia", "Syria", "United States"} <= homes
    assert [outlet.title for outlet in coverage.outlets if outlet.this] == ["This article (VOA)"]


def test_every_house_says_where_and_when_it_was_read(coverage: Coverage) -> None:
    for outlet in coverage.outlets:
        page = outlet.source
        assert page is not None, outlet.name
        assert page.address.startswith("http"), outlet.name
        assert page.read == "2026", outlet.name
        assert outlet.about is None or outlet.about.source.address.startswith("https://"), outlet.name


def test_the_outlets_that_the_lesson_was_made_from_are_all_in_the_table(coverage: Coverage) -> None:
    titles = {outlet.title for outlet in coverage.outlets}

    assert titles >= {
        "This article (VOA)",
        "Reuters, first report",
        "Reuters, later report",
        "AFP",
        "Anadolu",
        "Daily Sabah",
        "A News",
        "The Baghdad Post, two days before",
        "A reworded copy at themediatimes.com",
    }


def test_of_every_headline_it_is_said_whose_words_carry_it(
    coverage: Coverage, article: Article, layers: dict[str, Layer]
) -> None:
    by = {outlet.name: outlet.cells["headline"].by for outlet in coverage.outlets if "headline" in outlet.cells}

    assert all(by.values()), by
    assert by["reuters-later"].startswith("Turkey")
    # A headline can hand on a wish without the word “said”: the key of sourcing says so of this article's.
    key = read_key(article, layers["sourcing"])
    assert key is not None
    [of_the_key] = [note.quote for note in key.notes if note.span.segment == "h1"]
    assert by["voa"].startswith(of_the_key)
    assert {name for name, whose in by.items() if whose.startswith("the house itself")} == {"anadolu", "sabah"}
    assert by["sana-thursday"] == "Syria's Foreign Ministry"
    # Of a headline that was not seen nothing is said at all: then it is not known.
    assert {outlet.name for outlet in coverage.unknown("headline")} == {"tass-monday", "sana-monday"}


def test_a_house_is_filed_under_the_words_that_are_quoted_from_it(coverage: Coverage) -> None:
    for outlet in coverage.outlets:
        cell = outlet.cells.get("foes")
        said = " ".join(quote.text for one in outlet.cells.values() for quote in one.quotes).lower()
        assert cell is None or cell.absent or ("terrorist" in cell.says) is ("terrorist" in said), outlet.name


def test_quotations_of_this_article_stand_in_it_and_all_others_are_short(coverage: Coverage, article: Article) -> None:
    for outlet in coverage.outlets:
        for cell in outlet.cells.values():
            for quote in cell.quotes:
                assert len(quote.text.split()) <= 10, quote.text
                assert (quote.span is not None) == outlet.this
                assert quote.span is None or article.quote(quote.span) in quote.text


def test_a_house_that_was_not_read_to_its_end_has_no_cell_that_says_not_in_it(coverage: Coverage) -> None:
    absent = {outlet.name for column in coverage.columns for outlet in coverage.absent(column.name)}
    whole = {outlet.name for outlet in coverage.outlets if outlet.whole}

    assert absent <= whole
    assert len(whole) == 4  # as the gap “Whole pages” says
    assert any("Four texts were read" in gap.text for gap in coverage.gaps)


def test_every_house_stands_once_in_every_column(coverage: Coverage, words: Words) -> None:
    for column in coverage.columns:
        choices = [outlet for choice in coverage.choices(column.name) for outlet in choice.outlets]
        everybody = [*choices, *coverage.absent(column.name), *coverage.unknown(column.name)]
        told = " ".join(coverage.sides(column.name, words))

        assert sorted(one.name for one in everybody) == sorted(one.name for one in coverage.outlets)
        assert all(told.count(outlet.title) == 1 for outlet in coverage.outlets), column.name


def test_the_houses_that_count_eight_are_found_together(coverage: Coverage) -> None:
    eight, *others = coverage.choices("dead")

    assert eight.says == "8 Turkish personnel"
    assert len(eight.outlets) == 6
    assert {"6 soldiers", "4 soldiers", "more than 20, both sides"} <= {other.says for other in others}


def test_what_learners_judge_comes_with_a_question_a_reason_and_the_other_readings(coverage: Coverage) -> None:
    assert len(coverage.asked) == 7
    for column in coverage.asked:
        assert column.reading in READINGS
        assert column.hint.endswith("?")
        assert column.why.endswith((".", "?"))
        assert column.also, f"{column.name}: is there no other reading anybody could defend?"


def test_the_table_as_data_tells_a_gap_from_an_absence(coverage: Coverage) -> None:
    data = coverage.table().set_index("house")

    assert list(data.columns) == ["home", *(column.name for column in coverage.columns)]
    assert data.loc["SANA, February 6", "dead"] == ""
    assert data["dead"].isna().sum() == len(coverage.unknown("dead"))


def test_some_columns_of_the_table_keep_a_name_in_the_corner_and_are_there_without_any_house(
    coverage: Coverage,
) -> None:
    some, none = coverage.table("date", "dead"), Coverage((), ()).table("date", "dead")

    assert len(some) == len(coverage.outlets)
    assert none.empty
    for table_ in (some, none):
        assert list(table_.columns) == ["house", "date", "dead"]
        # A screen reader would meet a heading without words.
        assert "<th>#</th>" in str(table_.to_html())
    with pytest.raises(KeyError, match="ded"):
        coverage.table("ded")


def test_the_template_is_a_table_already(tmp_path: Path, words: Words) -> None:
    template = read_coverage(read_article(shutil.copytree(data_folder() / "_template", tmp_path / "mine")))

    assert template is not None
    assert template.sides("named", words) == ("headline: This article", "Not in it: Another house")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("", "at least one [[column]] and one [[outlet]]"),
        ("[[columns]]", "columns is not known here"),
        (COLUMN.replace('"dead"', '"Dead ones"') + HERE, "the name “Dead ones” cannot be kept"),
        (COLUMN.replace('title = "T"\n', "") + HERE, "title is missing"),
        (f'{COLUMN}colour = "red"\n{HERE}', "colour is not known here"),
        (f'{COLUMN}drawn = "yes"\n{HERE}', "drawn is true or false"),
        (f'{COLUMN}reading = "true"\n{HERE}', "reading is “true”"),
        (f'{COLUMN}reading = "agrees"\nwhy = "W."\nhint = "H."\n{HERE}', "ends in a question mark"),
        (f'{COLUMN}reading = "agrees"\nwhy = "W."\nhint = "H?"\nalso = ["agrees"]\n{HERE}', "list of other readings"),
        (f'{COLUMN}more = [{{ text = "x", read = "2026" }}]\n{HERE}', "more 1 (“x”): address is missing"),
        (f"{COLUMN}{COLUMN}{HERE}", "the name “dead” is taken"),
        (f"{COLUMN}{COLUMN.replace('dead', 'dead-why')}{HERE}", "the column “dead-why” has the name under which the reason for “dead” is kept"),
        (f"{COLUMN.replace('dead', 'who')}{HERE}", "the name “who” is taken"),
        (f"{COLUMN}{OTHER}{OTHER}", "the name “other” is taken"),
        (COLUMN + HERE + HERE.replace('"here"', '"again"'), "only one outlet can be this article"),
        (COLUMN + OTHER.replace(SOURCE, 'read = "2026"\n'), "address is "),
        (COLUMN + OTHER.replace("https:", "javascript:"), "address is "),
        (COLUMN + OTHER.replace('read = "2026"\n', ""), "read is missing"),
        (f'{COLUMN}{OTHER}about = {{ text = "x", address = "https://x" }}', "about: read is missing"),
        (f'{COLUMN}{OTHER}[outlet.cells]\ndaed = {{ says = "8" }}', "daed is not known here"),
        (f'{COLUMN}{OTHER}[outlet.cells]\ndead = "8"', "dead is missing or no table. Write it as { says"),
        (f"{COLUMN}{OTHER}[outlet.cells]\ndead = {{ absent = true }}", "with whole = true"),
        (f'{COLUMN}{OTHER}[outlet.cells]\ndead = {{ says = "{"x" * 81}" }}', "longer than 80 characters"),
        (f'{COLUMN}{OTHER}[outlet.cells]\ndead = {{ says = "8", quotes = ["{"x " * 11}"] }}', "longer than 10 words"),
        (f'{COLUMN}{OTHER}[outlet.cells]\ndead = {{ says = "8", quotes = [{{ text = "x", at = "s1" }}] }}', "only with this article"),
        (f'{COLUMN}{HERE}[outlet.cells]\ndead = {{ says = "8", quotes = ["nine soldiers"] }}', "do not stand in any one segment"),
        (f'{COLUMN}{HERE}[outlet.cells]\ndead = {{ says = "8", quotes = ["Idlib"] }}', "Say which one with at"),
        (f'{COLUMN}{HERE}[[gap]]\ntitle = "x"', "gap 1 (“x”): text is missing"),
        ("[[column", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_fault_names_the_file_the_entry_and_the_remedy_and_is_found_by_check(
    folder: Path, layers: dict[str, Layer], toml: str, said: str
) -> None:
    article = put(folder, toml)

    with pytest.raises(LessonError, match=r"coverage\.toml") as error:
        read_coverage(article)
    assert said in str(error.value)
    assert str(error.value) in faults_of(folder, layers)


# The table


def test_a_table_names_itself_its_columns_and_its_rows_and_can_be_scrolled_by_keyboard() -> None:
    rows = [[Entry("A"), Entry("<b>8</b>", "8", "08")], [Entry("B"), Entry("", "not known", last=True)]]
    html = table("one", "What & who", [Head("House"), Head("Has", filtered=True)], rows)

    assert "<caption>What &amp; who</caption>" in html
    assert 'role="region" tabindex="0" aria-label="What &amp; who"' in html
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 2
    assert '<th scope="col" role="columnheader" data-sort data-filter>Has</th>' in html
    assert '<td role="cell" data-label="Has" data-value="8" data-key="08"><b>8</b></td>' in html
    assert 'data-value="not known" data-last>' in html


# The desk


def test_every_question_has_a_table_a_choice_a_line_and_a_closed_key(coverage: Coverage, lesson: Lesson) -> None:
    steps = coverage_steps(lesson.article, coverage, lesson.words)
    folds = {part.name: part for part in parts_of(steps) if isinstance(part, Fold)}

    assert list(folds) == ["whole", "who", *(column.name for column in coverage.asked)]
    for column in coverage.asked:
        kinds = [type(part) for part in folds[column.name].parts]
        assert kinds == [Shown, Field, Field, Made]
        shown = folds[column.name].parts[0]
        assert isinstance(shown, Shown)
        assert shown.html.count("<tr") == len(coverage.outlets) + 1


def test_nothing_of_the_key_is_open_before_it_is_asked_for(lesson: Lesson, coverage: Coverage) -> None:
    for column in coverage.asked:
        html = unescape(made(lesson, column.name))
        assert html.startswith("<p>Decide first, if you like.")
        assert "<details open" not in html
        # Closed, one behind the other: the question, the reason, the reading.
        before = re.sub(r"<details.*", "", html, flags=re.DOTALL)
        assert column.why not in before
        assert html.index(column.hint) < html.index(column.why) < html.index("The key says")


def test_the_key_answers_what_was_chosen_and_names_the_other_readings(lesson: Lesson) -> None:
    lesson.workbook.write("coverage-dead", "agrees")
    page = text_of(made(lesson, "dead"))

    assert page.startswith("You say: “They agree”.")
    assert "The key says: “They conflict”. This can be defended as well: “They agree”." in page
    assert "8 Turkish personnel: This article (VOA) · RFE/RL" in page
    assert not re.search(r"\b(right|wrong|correct|score|well done)\b", page.lower())


def test_a_choice_that_is_none_is_read_as_none(lesson: Lesson) -> None:
    lesson.workbook.write("coverage-dead", HOSTILE)

    assert text_of(made(lesson, "dead")).startswith("Decide first")
    assert "<img" not in made(lesson, "dead")


def test_the_page_tells_a_gap_from_an_absence_and_says_whose_words_they_are(lesson: Lesson, coverage: Coverage) -> None:
    whole = next(
        part.html
        for part in parts_of(coverage_steps(lesson.article, coverage, lesson.words))
        if isinstance(part, Shown) and "All houses" in part.html
    )
    page = text_of(whole)

    assert "“Syrian Regime” (Headline) “Syrian government forces'” (Sentence 1)" in page
    assert "6 soldiers “six soldiers were killed” Said by: the Turkish channel NTV." in page
    assert "not known" in page
    assert "not in it" in page
    assert whole.count('href="http') == len(coverage.outlets)


def test_the_desk_says_what_is_missing_and_that_likeness_proves_nothing(lesson: Lesson, coverage: Coverage) -> None:
    shown = text_of(
        " ".join(
            part.html
            for part in parts_of(coverage_steps(lesson.article, coverage, lesson.words))
            if isinstance(part, Shown)
        )
    )

    assert "Likeness does not tell who took from whom." in shown
    assert "The houses are not two teams." in shown
    assert all(gap.title in shown for gap in coverage.gaps)
    assert "could not be opened a second time" in shown
    assert "Read in 2026, in the copy of National Post." in shown


def test_what_a_learner_enters_is_kept_and_told_in_words(lesson: Lesson, coverage: Coverage) -> None:
    desk = lesson.coverage()
    assert isinstance(desk, Desk)
    desk.drafts = {
        "coverage-dead": {"text": "conflicts", "number": 1},
        "coverage-dead-why": {"text": HOSTILE, "number": 1},
        "coverage-how": {"text": "maybe", "number": 1},
    }
    told = dict(entries(coverage_steps(lesson.article, coverage, lesson.words), lesson.workbook.texts))

    assert lesson.workbook.texts == {"coverage-dead": "conflicts", "coverage-dead-why": HOSTILE}
    assert told["Number of dead"] == [
        ("What do you see?", "They conflict"),
        ("Which houses, and how do you know?", HOSTILE),
    ]


def test_hostile_data_stays_text(folder: Path, words: Words) -> None:
    bad = HOSTILE.replace('"', '\\"')
    said = f'"{bad}"'
    article = put(
        folder,
        f'[[column]]\nname = "x"\ntitle = {said}\nask = {said}\nreading = "agrees"\nwhy = {said}\nhint = "{bad}?"\n'
        f'more = [{{ text = {said}, address = "https://x/\\"><img>", read = {said} }}]\n'
        f'[[outlet]]\nname = "y"\ntitle = {said}\nhome = {said}\nvia = {said}\ndoubt = {said}\n'
        f'address = "https://x/\\"><img>"\nread = {said}\nabout = {{ text = {said}, address = "https://x", read = "2026" }}\n'
        f"[outlet.cells]\nx = {{ says = {said}, quotes = [{said}], by = {said}, note = {said}, sort = {said} }}\n"
        f"[[gap]]\ntitle = {said}\ntext = {said}\n",
    )
    coverage = read_coverage(article)
    assert coverage is not None
    html = " ".join(
        part.html if isinstance(part, Shown) else part.make({"coverage-x": "agrees"}) if isinstance(part, Made) else ""
        for part in parts_of(coverage_steps(article, coverage, words))
    )

    assert "&lt;img" in html
    assert "<img" not in html
    assert "</script>" not in html


def test_a_lesson_without_the_file_says_so_in_a_sentence_and_all_else_works(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    (folder / "coverage.toml").unlink()
    bare = open_lesson(str(folder))
    sheet = bare.coverage()

    assert isinstance(sheet, Sheet)
    assert "the folder of “idlib” has no coverage.toml" in unescape(sheet.page)
    assert "has no coverage.toml" in bare.chart("coverage").description
    assert bare.houses.table().empty
    assert "has no coverage.toml" in capsys.readouterr().out
    assert bare.read().page
    assert bare.chart("sourcing").png
    assert isinstance(bare.keep().kept, dict)


def test_what_is_put_right_in_the_file_is_there_at_the_next_look_in_one_kernel(folder: Path) -> None:
    lesson = open_lesson(str(folder))
    before = lesson.houses.table()
    path = folder / "coverage.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('title = "Daily Sabah"', 'title = "Sabah"'), "utf-8")

    assert "Sabah" not in list(before["house"])
    assert "Sabah" in list(lesson.houses.table()["house"])
    assert "Daily Sabah" not in lesson.chart("coverage").description
    path.unlink()
    assert lesson.houses.table().empty


# The picture


@pytest.fixture(scope="module")
def picture_lesson() -> Lesson:
    return open_lesson("idlib")


def test_the_words_below_the_picture_say_all_that_is_drawn(picture_lesson: Lesson, coverage: Coverage) -> None:
    picture = picture_lesson.chart("coverage")
    drawn = [column for column in coverage.columns if column.drawn]

    assert [part.title for part in picture.parts] == [column.title for column in drawn]
    for part, column in zip(picture.parts, drawn, strict=True):
        assert part.lines == (column.ask, *coverage.sides(column.name, picture_lesson.words))
    assert "Not known: " in picture.description
    assert "Not in it: " in picture.description


def test_the_picture_fits_a_telephone_and_a_notebook_and_needs_no_colour(picture_lesson: Lesson) -> None:
    picture = picture_lesson.chart("coverage")
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")

    assert image.width == 880
    assert image.height < 3_500
    assert len(picture.png) < 150_000
    assert image.convert("L").convert("RGB").tobytes() == image.tobytes()  # all of it is grey


def test_the_same_houses_give_the_same_bytes_in_every_process(picture_lesson: Lesson, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONHASHSEED": "7", "LESSONKIT_WORK": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", RUN], check=True, capture_output=True, text=True, env=env)

    assert done.stdout.strip() == hashlib.sha256(picture_lesson.chart("coverage").png).hexdigest()


def signs(article: Article, *cells: Cell | None) -> bytes:
    """Draw a house for each cell, in words that this font cannot draw, so that only the signs are left."""
    strange = dict.fromkeys(
        ("picture", "picture_how", "unknown", "absent", "have", "have_absent", "have_unknown"), "土"
    )
    words = Words({"coverage": {**strange, "and_house": " "}}, Path())
    outlets = tuple(Outlet(f"o{at}", "O", {} if cell is None else {"x": cell}) for at, cell in enumerate(cells))
    return coverage_chart(article, Coverage((Column("x", "X", "X?", drawn=True),), outlets), words).png


def test_the_same_choice_gives_the_same_sign_and_another_choice_another(article: Article) -> None:
    one, other = Cell("土"), Cell("星")

    assert signs(article, one, one) != signs(article, one, other)
    assert signs(article, one, one) == signs(article, other, other)


def test_what_is_not_known_does_not_look_like_what_is_not_in_it(article: Article) -> None:
    assert len({signs(article, Cell("土")), signs(article, Cell("")), signs(article, None)}) == 3


@pytest.mark.parametrize(("many", "earlier"), [(2, 0), (9, 0), (10, 1), (17, 0), (17, 8)])
def test_there_is_a_sign_for_every_choice_however_many_there_are(article: Article, many: int, earlier: int) -> None:
    choices = [Cell(chr(0x4E00 + at)) for at in range(many)]

    assert signs(article, *choices) != signs(article, *choices[:-1], choices[earlier])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("text", ["تركيا تتوقع من روسيا", "土耳其期望俄罗斯", "word " * 40, "$5 <b> {x} $6_x^2"])
def test_no_house_is_too_strange_to_draw(text: str, words: Words) -> None:
    article = Article("made", Path(), {"direction": "rtl"}, (), None)
    cells = {"x": Cell(text), "y": Cell("")}
    columns = tuple(Column(name, text, text, drawn=True) for name in ("x", "y", "z"))
    picture = coverage_chart(article, Coverage(columns, (Outlet("o", text, cells),)), words)

    assert picture.png
    assert " ".join(text.split()) in " ".join(picture.description.split())


def test_a_house_that_the_font_cannot_draw_has_one_number_in_the_picture_and_in_the_words(
    article: Article, words: Words
) -> None:
    def picture(last: str) -> Picture:
        outlets = tuple(Outlet(f"o{at}", title, {"x": Cell("same")}) for at, title in enumerate(("A", "B", last)))
        return coverage_chart(article, Coverage((Column("x", "X", "X?", drawn=True),), outlets), words)

    assert picture("星").png == picture("House 3").png
    assert picture("星").parts[0].lines[1] == "same: A · B · House 3, 星"


def test_nothing_to_draw_is_said(words: Words, article: Article, coverage: Coverage) -> None:
    none = Coverage((Column("x", "X", "X?"),), coverage.outlets)

    assert coverage_chart(article, none, words).png == b""
    assert coverage_chart(article, none, words).description == words("chart.nothing")
