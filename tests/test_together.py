"""Two layers at once: questions answered from a learner's own marks."""

import re
import shutil
from html import escape, unescape
from pathlib import Path

import pytest

from lessonkit import Lesson, open_lesson
from lessonkit.crossings import Question, crossings, read_questions
from lessonkit.faults import LessonError
from lessonkit.layers import Layer
from lessonkit.places import data_folder
from lessonkit.workbook import Mark


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    """Open a lesson with an empty workbook."""
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


@pytest.fixture(scope="module")
def questions(layers: dict[str, Layer]) -> tuple[Question, ...]:
    """Read the kit's questions."""
    return read_questions(data_folder(), layers)


def put(lesson: Lesson, layer: str, quote: str, tag: str, at: str | None = None, reason: str = "") -> None:
    span = lesson.article.find(quote, at)
    lesson.workbook.put([Mark(f"{layer}-{span.segment}-{span.first}-{tag}", layer, span, quote, tag, reason)])


def answer(lesson: Lesson, question: Question) -> list[tuple[str, list[str]]]:
    marks = {name: lesson.workbook.marks(name) for name in lesson.layers}
    return [
        (one.marks[0].quote, [other.quote for other in one.meets]) for one in crossings(question, marks, lesson.article)
    ]


def test_a_claim_beside_nobody_but_a_side_rests_on_one_side(lesson: Lesson, questions: tuple[Question, ...]) -> None:
    put(lesson, "claims", "more than 1,000 attacks", "number")
    assert answer(lesson, questions[0]) == []

    put(lesson, "sourcing", "Russia's Foreign Ministry", "party")
    assert answer(lesson, questions[0]) == [("more than 1,000 attacks", ["Russia's Foreign Ministry"])]

    put(lesson, "sourcing", "said", "observer", at="s5")
    assert answer(lesson, questions[0]) == []


def test_a_wish_is_no_claim_that_could_be_checked(lesson: Lesson, questions: tuple[Question, ...]) -> None:
    put(lesson, "sourcing", "Cavusoglu", "party", at="s2")
    put(lesson, "claims", "Turkey needed to work with Russia", "position")

    assert answer(lesson, questions[0]) == []


def test_a_claim_without_a_doer_shares_words_with_a_hidden_doer(
    lesson: Lesson, questions: tuple[Question, ...]
) -> None:
    put(lesson, "claims", "a surge of violence in Idlib", "event")
    put(lesson, "framing", "a dangerous increase in tension", "hidden-doer")
    assert answer(lesson, questions[1]) == []

    put(lesson, "framing", "surge of violence", "hidden-doer")
    assert answer(lesson, questions[1]) == [("a surge of violence in Idlib", ["surge of violence"])]


def test_a_name_stands_with_the_source_of_its_sentence(lesson: Lesson, questions: tuple[Question, ...]) -> None:
    put(lesson, "framing", "militants", "naming")
    put(lesson, "sourcing", "Russia's Foreign Ministry", "party")

    assert answer(lesson, questions[2]) == [("militants", ["Russia's Foreign Ministry"])]


def test_a_mark_of_the_headline_stands_beside_what_the_body_says_with_its_words_or_alone(
    lesson: Lesson, questions: tuple[Question, ...]
) -> None:
    put(lesson, "framing", "Syrian Regime Attacks in Idlib", "naming")
    put(lesson, "framing", "Immediately", "charged", at="h1")
    put(lesson, "framing", "Syrian government forces' attacks", "naming", at="s1")
    put(lesson, "framing", "militants", "naming")  # shares nothing
    put(lesson, "framing", "the fighting in Idlib", "naming", at="s8")  # "in" alone would be nothing to share
    put(lesson, "claims", "an attack by Syrian forces", "event", at="s3")  # of another layer
    put(lesson, "framing", "Idlib province", "naming", at="c1")  # a caption is not the body

    assert answer(lesson, questions[3]) == [
        ("Immediately", []),
        ("Syrian Regime Attacks in Idlib", ["Syrian government forces' attacks", "the fighting in Idlib"]),
    ]
    assert "No mark in the body shares a word with this one." in lesson.together().page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[question]]\ntitle = "x"', "is missing"),
        ('[[question]]\ntitle="x"\nhow="y"\nfirst={layer="sources",tags=[]}\nwhere="headline"', "no layer “sources”"),
        ('[[question]]\ntitle="x"\nhow="y"\nfirst={layer="claims",tags=["fact"]}\nwhere="headline"', "no tag “fact”"),
        ('[[question]]\ntitle="x"\nhow="y"\nfirst={layer="claims",tags=["event"]}\nwhere="words"', "Choose words or"),
    ],
)
def test_a_question_that_is_not_complete_is_named(
    tmp_path: Path, layers: dict[str, Layer], text: str, said: str
) -> None:
    (tmp_path / "together.toml").write_text(text, encoding="utf-8")

    with pytest.raises(LessonError, match=said) as error:
        read_questions(tmp_path, layers)

    assert "together.toml, question 1" in str(error.value)


def test_the_page_shows_all_layers_and_follows_the_marks(lesson: Lesson) -> None:
    sheet = lesson.together()
    put(lesson, "sourcing", "A war monitor", "unnamed", reason="<b>who</b>")
    put(lesson, "framing", "war", "naming", at="s9")

    assert 'data-layer="sourcing"' in sheet.page
    assert "&lt;b&gt;who&lt;/b&gt;" in sheet.page
    assert sheet.page.count('type="checkbox"') == 3
    assert "None of your marks meet here yet" in sheet.page


def test_the_portfolio_is_one_page_without_script_or_network(lesson: Lesson) -> None:
    put(lesson, "sourcing", "A war monitor", "observer", reason='<script>alert("x")</script>')
    put(lesson, "claims", "more than 1,000 attacks", "number")
    page = lesson._portfolio()

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert 'src="http' not in page
    assert page.count('<img alt="Sourcing') == 1
    assert page.count('<img alt="Claims') == 1
    assert "Also defensible" in page
    assert "RFE/RL" in page
    assert "default-src 'none'" in page


def test_a_question_is_asked_before_the_marks_answer_it(lesson: Lesson) -> None:
    put(lesson, "sourcing", "Russia's Foreign Ministry", "party")
    put(lesson, "claims", "more than 1,000 attacks", "number")
    asked = lesson.together().page.split("Which claims that could be checked")[1].split("</section>")[0]

    before, own, keys = asked.split("<details")
    assert "1,000" not in before
    assert "What your marks say (1)" in own
    assert "1,000" in own
    # Beside it, whatever the learner has marked, the key's own answer.
    assert "What the key&#x27;s marks say (" in keys
    assert "surge of violence" in keys
    assert "surge of violence" not in own


def test_two_marks_on_the_same_words_are_both_there_to_read(lesson: Lesson) -> None:
    put(lesson, "claims", "a surge of violence", "event", reason="countable")
    put(lesson, "framing", "a surge of violence", "hidden-doer", reason="nobody did it")
    page = lesson.together().page

    for layer, tag, reason in (
        ("Claims", "It happened, or it is so", "countable"),
        ("Framing", "A deed without its doer", "nobody did it"),
    ):
        assert f"{layer}: <strong>{tag}</strong> “a surge of violence”" in page
        assert reason in page
    # Each has a line of its own under the words.
    assert set(re.findall(r'data-lane="(\d)"', page.split("Sentence 6")[1].split("</section>")[0])) == {"0", "1"}


def test_work_brought_back_shows_above_the_new_fields_of_a_desk_that_stands_already(lesson: Lesson) -> None:
    desk = lesson.write("stuck-now")
    _, second, _ = desk.plan["steps"][0]["parts"]
    lesson.workbook.write("stuck-second", "a house")

    assert desk.made[second["above"]] == "You wrote: “a house”"


def test_what_stuck_then_stands_above_what_sticks_now_and_the_portfolio_has_both(lesson: Lesson) -> None:
    lesson.workbook.write("stuck-first", "<i>eight</i> people")
    desk = lesson.write("stuck-now")
    first, second, _ = desk.plan["steps"][0]["parts"]
    assert desk.made[first["above"]] == "You wrote: “&lt;i&gt;eight&lt;/i&gt; people”"
    assert desk.made[second["above"]] == lesson.words("writing.nothing_before")

    desk.drafts = {"stuck-now-first": {"text": "who says eight", "number": 1}}
    kept = lesson.workbook.kept()["texts"]
    assert {name: one["text"] for name, one in kept.items()} == {
        "stuck-first": "<i>eight</i> people",
        "stuck-now-first": "who says eight",
    }
    page = lesson._portfolio()
    assert "&lt;i&gt;eight&lt;/i&gt; people" in page
    assert "who says eight" in page
    assert "<i>eight" not in page


def test_the_portfolio_has_the_whole_article(lesson: Lesson) -> None:
    page = unescape(lesson._portfolio())

    assert [segment.id for segment in lesson.article.segments if segment.text not in page] == []


def test_the_questions_that_no_words_answer_are_revealed_with_framing(lesson: Lesson) -> None:
    key = lesson.key("framing")
    assert key is not None
    assert len(key.missing) > 5
    page = unescape(lesson.reveal("framing").page)

    for one in key.missing:
        assert one.question in page
        assert one.why in page
        assert one.address in page
    assert not any(one.question in unescape(lesson.reveal("claims").page) for one in key.missing)


def test_one_look_at_claims_says_what_would_settle_those_on_one_side(lesson: Lesson) -> None:
    by_tag = {line.split(".")[0]: line for line in lesson.chart("claims").parts[0].lines[1:]}
    key = lesson.key("claims")
    assert key is not None

    # Worked out by hand: of what the Foreign Ministry of Russia says in s5 and s6, three could be counted.
    assert "A count (3, on one side alone 3: s5, s6)" in by_tag["A side speaks"]
    assert "A second witness (2)" in by_tag["A named observer"]
    assert not any("on one side alone 1" in line for name, line in by_tag.items() if name != "A side speaks")
    told = sum(int(number) for line in by_tag.values() for number in re.findall(r"\((\d+)", line))
    assert told == len(key.notes)


# What the labs found


def write_in_a_lab(lesson: Lesson) -> str:
    """Fill in the first field to write in of each lab, and give the name of the last one."""
    for lab in ("trace", "verify", "rewrite", "coverage"):
        name = next(field.name for step in lesson._lab_steps(lab) for field in step.fields if not field.options)
        lesson.workbook.write(name, f"<b>found in {lab}</b>")
    return name


def test_what_was_entered_in_each_lab_comes_back_in_05_and_in_the_portfolio(lesson: Lesson) -> None:
    write_in_a_lab(lesson)

    for page in (lesson.together().page, lesson._portfolio()):
        for lab in ("trace", "verify", "rewrite", "coverage"):
            assert f"&lt;b&gt;found in {lab}&lt;/b&gt;" in page
        assert "<b>found" not in page


def test_where_no_lab_was_opened_05_says_so(lesson: Lesson) -> None:
    assert lesson.words("together.no_labs") in lesson.together().page


def test_a_choice_made_in_a_lab_comes_back_in_words(lesson: Lesson) -> None:
    field = next(field for step in lesson._lab_steps("coverage") for field in step.fields if field.options)
    lesson.workbook.write(field.name, field.options[0].value)

    page = lesson._portfolio()

    assert f'<dt>{escape(field.label)}</dt><dd class="lk-own-words">{escape(field.options[0].label)}</dd>' in page


@pytest.mark.parametrize("file", ["trace.toml", "evidence.toml", "rewrite.toml", "coverage.toml"])
def test_a_fault_in_a_labs_file_stops_nothing_but_its_lab(lesson: Lesson, tmp_path: Path, file: str) -> None:
    folder = tmp_path / "idlib"
    shutil.copytree(lesson.article.folder, folder)
    (folder / file).write_text("broken = [", encoding="utf-8")
    broken = open_lesson(str(folder))
    last = write_in_a_lab(lesson)
    broken.workbook.catch_up()

    assert last in broken.workbook.texts
    found = [lab for lab in ("trace", "verify", "rewrite", "coverage") if f"found in {lab}" in broken._portfolio()]
    # The lab is not there, and what was entered in it is.
    assert len(found) == 4
    assert broken.words("together.left_over") in broken._portfolio()
    assert f"found in {found[0]}" in broken.together().page
