"""The teacher's guide: what its pages promise, and what stands in them."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from lessonkit import open_lesson
from lessonkit.__main__ import main
from lessonkit.article import Article, read_article
from lessonkit.faults import LessonError
from lessonkit.guide import Page, Part, Sample, read_guide
from lessonkit.key import is_address
from lessonkit.layers import Layer
from lessonkit.lesson import LABS
from lessonkit.panels.leaves import printable
from lessonkit.places import data_folder, notebooks_folder
from lessonkit.rules import faults_of
from lessonkit.words import Words

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
MOST_WORDS = 70  # of a retelling that aims at 60
PLANS = {
    "plan-20": (20,),
    "plan-45": (45,),
    "plan-3x45": (45, 45, 45),
    "plan-labs": (20, 20, 20, 20),
    "no-network": (20,),
}
NAMES = [
    *("plan-20", "plan-45", "plan-3x45", "plan-labs"),
    *("answers-sourcing", "answers-claims", "answers-framing"),
    *("care", "rubric-retelling", "rubric-headline", "standards", "no-network"),
]
# Whoever names a source of the article by one of these has said whose the sentence is.
SOURCES = re.compile(r"minister|ministry|Cavusoglu|Erdogan|monitor|Observatory|the article|Russia says", re.IGNORECASE)
# Houses and bodies that stand outside the article: what is said of them needs an address.
OUTSIDE = re.compile(
    r"Reuters|AFP|TASS|SANA|Sabah|A News|Anadolu|Baghdad Post|Wikipedia|UNESCO|ISTE|Common Core|CCSS|SIFT|\bstud(?:y|ies)\b|experiments"
)
FORBIDDEN = re.compile(r"\b(annotat\w+|labels?|spans?|categor\w+|quiz\w*|scores?|scored)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def guide() -> tuple[Page, ...]:
    return read_guide(read_article(data_folder() / "idlib"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(data_folder() / "idlib", tmp_path / "idlib")


def named(guide: tuple[Page, ...], name: str) -> Page:
    return next(page for page in guide if page.name == name)


def samples(page: Page) -> list[Sample]:
    return [sample for part in page.parts for sample in part.samples]


def parts(guide: tuple[Page, ...]) -> Iterator[tuple[str, Part]]:
    return ((page.name, part) for page in guide for part in page.parts)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def put(folder: Path, text: str) -> Article:
    (folder / "guide.toml").write_text(text, encoding="utf-8")
    return read_article(folder)


def one_page(inside: str) -> str:
    return f'[[page]]\nname = "one"\ntitle = "One"\nsummary = "It is one."\n{inside}'


# What the guide of the article holds


def test_the_guide_has_its_pages_in_the_order_in_which_they_are_needed(guide: tuple[Page, ...]) -> None:
    assert [page.name for page in guide] == NAMES


def test_the_minutes_of_each_plan_add_up(guide: tuple[Page, ...]) -> None:
    planned = {
        page.name: tuple(sum(moment.minutes for moment in part.moments) for part in page.parts if part.moments)
        for page in guide
        if page.minutes
    }

    assert planned == PLANS


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_says_that_no_class_has_timed_it(guide: tuple[Page, ...], name: str) -> None:
    assert "Planned, and not yet timed in a class" in named(guide, name).summary


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_says_for_every_moment_what_both_do_and_somewhere_what_to_cut(
    guide: tuple[Page, ...], name: str
) -> None:
    moments = [moment for part in named(guide, name).parts for moment in part.moments]

    assert all(moment.teacher and moment.pupils for moment in moments)
    assert any(moment.cut for moment in moments)


def test_every_lab_has_a_lesson_of_its_own_that_asks_for_no_other_notebook(guide: tuple[Page, ...]) -> None:
    lessons = [part for part in named(guide, "plan-labs").parts if part.moments]
    names = [re.findall(r"`(\d\d)", " ".join(part.prose())) for part in lessons]
    labs = [path.stem[:2] for verb in LABS for path in notebooks_folder().glob(f"*-{verb}.ipynb")]

    assert [set(named_there) for named_there in names] == [{lab} for lab in labs]
    assert all(re.search(r"download", part.moments[-1].pupils) for part in lessons)


def test_every_sentence_in_quotation_marks_stands_in_the_article(guide: tuple[Page, ...], article: Article) -> None:
    quotes = [quote for _, part in parts(guide) for text in part.prose() for quote in re.findall("“([^”]+)”", text)]
    texts = [segment.text for segment in article.segments]

    assert len(quotes) > 30
    assert [quote for quote in quotes if not any(quote in text for text in texts)] == []


def test_likely_answers_stand_at_words_of_the_article_in_its_order(guide: tuple[Page, ...], article: Article) -> None:
    for layer in ("sourcing", "claims", "framing"):
        answers = [one for part in named(guide, f"answers-{layer}").parts for one in part.answers]
        places = [article.place(one.span) for one in answers]

        assert len(answers) >= 8
        assert places == sorted(places)


def test_whatever_is_known_from_elsewhere_has_its_address(guide: tuple[Page, ...]) -> None:
    known = [fact for _, part in parts(guide) for fact in part.known()]

    assert len(known) > 15
    assert all(is_address(fact.source.address) and fact.source.read == "2026" for fact in known)


def test_no_house_or_study_is_named_without_an_address(guide: tuple[Page, ...]) -> None:
    # The page of standards has them as headings; what is said of them stands in entries with addresses.
    free = [
        (name, text)
        for name, part in parts(guide)
        for text in part.prose()
        if OUTSIDE.search(text)
        and not (name == "standards" and (text == part.title or "could not be read" in part.title))
    ]

    assert free == []


def test_every_standard_has_a_code_and_a_notebook_that_meets_it(guide: tuple[Page, ...]) -> None:
    standards = [one for part in named(guide, "standards").parts for one in part.standards]
    codes = " ".join(one.code for one in standards)

    for code in ("RH.9-10.1", "RH.9-10.6", "RH.9-10.8", "RH.9-10.9", "RI.9-10.4", "ISTE Students 1.3", "UNESCO"):
        assert code in codes
    assert all(is_address(one.source.address) for one in standards)
    assert all(re.search(r"`\d\d|retelling", one.here) for one in standards)


def test_notebooks_that_the_guide_names_exist(guide: tuple[Page, ...]) -> None:
    typed = " ".join(text for _, part in parts(guide) for text in part.prose())
    stems = {path.stem for path in notebooks_folder().glob("*.ipynb")} | {"90-teachers"}

    assert set(re.findall(r"`(\d\d-[a-z-]+)`", typed)) <= stems
    assert set(re.findall(r"`(\d\d)`", typed)) <= {stem[:2] for stem in stems}


def test_pages_that_the_guide_names_exist(guide: tuple[Page, ...]) -> None:
    typed = " ".join(text for _, part in parts(guide) for text in part.prose())

    assert set(re.findall(r'lesson\.guide\("([^"]+)"\)', typed)) <= set(NAMES)


@pytest.mark.parametrize("name", ["rubric-retelling", "rubric-headline"])
def test_a_rubric_has_a_sample_at_each_of_its_three_levels_and_says_why(guide: tuple[Page, ...], name: str) -> None:
    page = named(guide, name)
    [levels] = [part.heads[1:] for part in page.parts if part.rows]

    assert len(levels) == 3
    assert sorted(sample.level for sample in samples(page)) == sorted(levels)
    assert all(sample.why for sample in samples(page))
    assert any("not by pupils" in part.title for part in page.parts)


def test_a_sample_retelling_is_as_long_as_the_task_allows(guide: tuple[Page, ...]) -> None:
    lengths = [len(sample.text.split()) for sample in samples(named(guide, "rubric-retelling"))]

    assert max(lengths) <= MOST_WORDS
    assert min(lengths) >= 50


def test_only_the_best_retelling_names_a_source_in_every_sentence(guide: tuple[Page, ...]) -> None:
    without = {
        sample.level: [one for one in re.split(r"(?<=\.)\s", sample.text) if not SOURCES.search(one)]
        for sample in samples(named(guide, "rubric-retelling"))
    }

    assert without["There"] == []
    assert len(without["On the way"]) == 1
    assert len(without["Begun"]) > 2


def test_every_sample_headline_has_its_writers_reason(guide: tuple[Page, ...]) -> None:
    assert all(sample.reason for sample in samples(named(guide, "rubric-headline")))


def test_the_guide_keeps_the_kits_words_and_tone(guide: tuple[Page, ...]) -> None:
    texts = [text for page in guide for text in (page.title, page.summary, *(t for p in page.parts for t in p.prose()))]

    # What is typed, such as `!lessonkit print`, is no prose.
    assert [text for text in texts if FORBIDDEN.search(text) or "!" in re.sub(r"`[^`]*`", "", text)] == []
    assert [
        text for text in texts if re.search(r"\b(well done|great job|obviously|simply)\b", text, re.IGNORECASE)
    ] == []


# What is shown


def test_without_a_name_all_pages_are_listed() -> None:
    shown = text_of(open_lesson("idlib").guide().page)

    assert all(f'lesson.guide("{name}")' in shown for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_all_of_its_words(guide: tuple[Page, ...], name: str) -> None:
    shown = text_of(open_lesson("idlib").guide(name).page)
    said = [*(text for part in named(guide, name).parts for text in part.prose())]
    said += [sample.text for sample in samples(named(guide, name))]
    bare = re.sub(r"\s+", "", shown)

    assert [text for text in said if re.sub(r"[`*\s]", "", text) not in bare] == []


def test_a_page_can_be_taken_away_as_one_file_that_loads_nothing(
    guide: tuple[Page, ...], article: Article, words: Words
) -> None:
    page = open_lesson("idlib").guide("care").page
    paper = printable([named(guide, "care")], article, words)

    assert 'download="idlib-care.html" href="data:text/html;' in page
    assert "default-src 'none'" in paper
    assert not re.search(r"<script|src=|@import|url\(", paper)


def test_a_wrong_name_lists_the_right_ones() -> None:
    with pytest.raises(LessonError, match=r"no page “plan-30”\. Its pages are “plan-20”, “plan-45”"):
        open_lesson("idlib").guide("plan-30")


def test_a_sheet_says_one_line_without_the_learner() -> None:
    assert repr(open_lesson("idlib").guide("care")) == "Sheet('guide', article='idlib')"


def test_without_a_guide_one_sentence_is_said_and_the_other_verbs_work(folder: Path) -> None:
    (folder / "guide.toml").unlink()
    lesson = open_lesson(str(folder))

    assert "There is no teacher's guide for “idlib” here." in text_of(lesson.guide().page)
    assert "There is no teacher's guide for “idlib” here." in text_of(lesson.guide("plan-20").page)
    assert lesson.read().page


def test_hostile_data_is_escaped_everywhere(folder: Path, words: Words) -> None:
    article = put(
        folder,
        f'[[page]]\nname = "one"\ntitle = "{HOSTILE}"\nsummary = "{HOSTILE}"\nminutes = [5]\n'
        f'[[page.part]]\ntitle = "{HOSTILE}"\ntext = ["{HOSTILE}", "`{HOSTILE}`", "*{HOSTILE}*"]\nlist = ["{HOSTILE}"]\n'
        f'heads = ["{HOSTILE}"]\nrows = [["{HOSTILE}"]]\n'
        f'[[page.part.moment]]\nminutes = 5\nteacher = "{HOSTILE}"\npupils = "{HOSTILE}"\nwith = "{HOSTILE}"\ncut = "{HOSTILE}"\n'
        f'[[page.part.answer]]\nquote = "Baku"\nlikely = "{HOSTILE}"\ntake = "{HOSTILE}"\n'
        f'known = {{ text = "{HOSTILE}", address = "https://{HOSTILE}", read = "{HOSTILE}" }}\n'
        f'[[page.part.sample]]\nlevel = "{HOSTILE}"\ntext = "{HOSTILE}"\nreason = "{HOSTILE}"\nwhy = "{HOSTILE}"\n'
        f'[[page.part.standard]]\ncode = "{HOSTILE}"\nsays = "{HOSTILE}"\nhere = "{HOSTILE}"\naddress = "https://x.org/{HOSTILE}"\nread = "2026"\n',
    )
    lesson = open_lesson(str(folder))

    for html in (lesson.guide().page, lesson.guide("one").page, printable(read_guide(article), article, words)):
        assert "<img" not in html
        assert "<script" not in html
        assert html.count("&lt;script&gt;") > 1


def test_the_command_prints_the_guide_when_asked_and_writes_over_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, paper = tmp_path / "data", tmp_path / "paper"
    shutil.copytree(data_folder(), data, ignore=shutil.ignore_patterns("idlib"))
    (data / "_template").rename(data / "short")
    monkeypatch.setenv("LESSONKIT_DATA", str(data))
    sheet = paper / "guide" / "plan-20.html"

    assert main(["print", "short", "--to", str(paper)]) == 0
    assert not sheet.exists()

    assert main(["print", "short", "--to", str(paper), "--replace", "--guide"]) == 0
    assert "A lesson of 20 minutes" in sheet.read_text(encoding="utf-8")
    assert f"{sheet}\n" in capsys.readouterr().out

    shutil.rmtree(paper / "a4")
    assert main(["print", "short", "--to", str(paper), "--guide"]) == 1
    assert not (paper / "a4").exists()


def test_no_word_of_the_guide_is_in_a_pack_for_graded_work(guide: tuple[Page, ...], tmp_path: Path) -> None:
    packed = tmp_path / "pack.zip"
    answers = [one for _, part in parts(guide) for one in part.answers]
    said = [*(one.likely for one in answers), *(one.take for one in answers)]
    said += [sample.text for page in guide for sample in samples(page)]

    assert main(["pack", "idlib", "--without-key", "--to", str(packed)]) == 0
    with zipfile.ZipFile(packed) as pack:
        found = [name for name in pack.namelist() for text in said if text.encode() in pack.read(name)]
    assert len(said) > 50
    assert found == []


# What lessonkit check says


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('page = "one"\n', "two brackets on each side"),
        ("[[leaf]]\n", "leaf is not known here"),
        ('[[page]]\nname = "One page"\ntitle = "a"\nsummary = "b"\n', "the name “One page” cannot be kept"),
        ('[[page]]\nname = "one"\ntitle = "a"\n', "summary is missing"),
        (one_page("") + one_page(""), "the name “one” is taken"),
        (one_page("minutes = 45\n"), "minutes is a list"),
        (one_page("minutes = [45]\n"), "add up to [] minutes, and the page says [45]"),
        (
            one_page(
                'minutes = [5]\n[[page.part]]\ntitle = "a"\n[[page.part.moment]]\nminutes = 4\nteacher = "b"\npupils = "c"\n'
            ),
            "add up to [4] minutes",
        ),
        (one_page('[[page.part]]\ntitle = "a"\n'), "there is nothing in it"),
        (one_page('[[page.part]]\ntitle = "a"\ntext = "b"\n'), "text is a list of texts"),
        (one_page('[[page.part]]\ntitle = "a"\nheads = ["b"]\nrows = [["c", "d"]]\n'), "as many texts each"),
        (
            one_page('[[page.part]]\ntitle = "a"\ntext = ["He said “peace”."]\n'),
            "“peace” does not stand in the article",
        ),
        (
            one_page('[[page.part]]\ntitle = "a"\n[[page.part.answer]]\nquote = "peace"\nlikely = "b"\ntake = "c"\n'),
            "do not stand in any one segment",
        ),
        (
            one_page('[[page.part]]\ntitle = "a"\n[[page.part.fact]]\ntext = "b"\naddress = "x.org"\nread = "2026"\n'),
            "address is “x.org”",
        ),
        (
            one_page('[[page.part]]\ntitle = "a"\n[[page.part.fact]]\ntext = "b"\naddress = "https://x.org"\n'),
            "read is missing",
        ),
        (
            one_page(
                '[[page.part]]\ntitle = "a"\n[[page.part.standard]]\ncode = "b"\nsays = "c"\nhere = "d"\nread = "2026"\n'
            ),
            "address is missing",
        ),
        (
            one_page('[[page.part]]\ntitle = "a"\n[[page.part.moment]]\nminutes = "5"\nteacher = "b"\npupils = "c"\n'),
            "minutes is a whole number",
        ),
        (
            one_page(
                '[[page.part]]\ntitle = "a"\n[[page.part.moment]]\nminutes = 5\nteacher = "b"\npupils = "c"\ncut = 3\n'
            ),
            "cut is empty or no text",
        ),
        (
            one_page('[[page.part]]\ntitle = "a"\n[[page.part.sample]]\nlevel = "b"\ntext = "c"\n'),
            "why is missing",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_file(folder: Path, layers: dict[str, Layer], text: str, said: str) -> None:
    article = put(folder, text)

    with pytest.raises(LessonError, match=r"guide\.toml") as error:
        read_guide(article)
    assert said in str(error.value)
    assert str(error.value) in faults_of(folder, layers)


def test_the_template_has_a_guide_that_keeps_all_rules() -> None:
    [page] = read_guide(read_article(data_folder() / "_template"))

    assert page.minutes == (20,)
