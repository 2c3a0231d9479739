"""The lesson: opening it, and the verbs without a browser."""

import json
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from lessonkit import Lesson, open_lesson
from lessonkit.faults import LessonError
from lessonkit.key import Key
from lessonkit.places import data_folder
from lessonkit.workbook import Mark


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


def put(lesson: Lesson, quote: str, tag: str, reason: str = "", at: str | None = None) -> Mark:
    span = lesson.article.find(quote, at)
    mark = Mark(f"{span.segment}-{span.first}-{tag}", "sourcing", span, quote, tag, reason)
    lesson.workbook.put([mark])
    return mark


def test_opening_a_lesson_writes_nothing(lesson: Lesson, tmp_path: Path) -> None:
    lesson.read()
    lesson.mark("sourcing")
    lesson.keep()

    assert list(tmp_path.iterdir()) == []


def test_a_wrong_layer_lists_the_right_ones(lesson: Lesson) -> None:
    with pytest.raises(LessonError, match=r"There is no layer “sources”\. The layers are “page”, “sourcing”"):
        lesson.mark("sources")


def test_a_wrong_lesson_lists_the_right_ones() -> None:
    with pytest.raises(LessonError, match=r"There is no lesson “idleb”\. The lessons are “idlib”"):
        open_lesson("idleb")


def test_a_notebook_shows_the_sentence_of_an_error_and_no_code_of_the_kit() -> None:
    cell = "from lessonkit import open_lesson; open_lesson('nowhere')"
    shown = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", cell], capture_output=True, text=True, check=False
    )

    assert shown.returncode != 0
    assert shown.stdout.strip() == "There is no lesson “nowhere”. The lessons are “idlib”."


def test_a_folder_elsewhere_is_a_lesson_too(tmp_path: Path) -> None:
    shutil.copytree(data_folder() / "_template", tmp_path / "mine")

    assert open_lesson(str(tmp_path / "mine")).article.name == "mine"


@pytest.mark.parametrize("verb", ["read", "keep"])
@pytest.mark.parametrize("layer_verb", ["mark", "check", "reveal", "compare"])
def test_what_a_static_page_shows_of_a_panel_is_one_line_without_the_learner(
    lesson: Lesson, verb: str, layer_verb: str
) -> None:
    before = [repr(getattr(lesson, verb)()), repr(getattr(lesson, layer_verb)("sourcing"))]
    put(lesson, "A war monitor", "unnamed", "secret reason")
    after = [repr(getattr(lesson, verb)()), repr(getattr(lesson, layer_verb)("sourcing"))]

    assert before == after
    assert all("\n" not in line and len(line) <= 110 for line in after)


def test_reading_shows_every_segment_and_nothing_of_the_key(lesson: Lesson, sourcing_key: Key) -> None:
    page = unescape(lesson.read().page)

    assert all(segment.text in page for segment in lesson.article.segments)
    assert all(note.why not in page for note in sourcing_key.notes)


def test_checking_without_marks_gives_nothing_of_the_key_away(lesson: Lesson, sourcing_key: Key) -> None:
    page = lesson.check("sourcing").page

    assert "You have not marked anything here yet" in page
    assert all(note.hint not in page for note in sourcing_key.notes)


def test_the_findings_follow_the_marks(lesson: Lesson) -> None:
    sheet = lesson.check("sourcing")
    put(lesson, "A war monitor", "observer")

    assert "Also defensible" in sheet.page


def test_what_agrees_and_what_was_not_come_to_is_folded_away_behind_what_differs(
    lesson: Lesson, sourcing_key: Key
) -> None:
    put(lesson, "A war monitor", "party")
    put(lesson, "Russia's Foreign Ministry", "party")
    page = lesson.check("sourcing").page
    differs, alike, later = (page.index(one) for one in ("Differs", 'data-name="alike"', 'data-name="later"'))

    assert differs < alike < page.index("Agrees") < later < page.index("Only in the key")
    assert "Parts that you and the key read alike: 1" in page
    assert page.count('<section class="lk-segment">') == len({note.span.segment for note in sourcing_key.notes})


def test_what_only_the_key_has_stands_behind_the_marks_and_most_of_it_is_folded_away(lesson: Lesson) -> None:
    put(lesson, "A war monitor", "party")
    lesson.workbook.look("sourcing", [segment.id for segment in lesson.article.segments])
    page = lesson.check("sourcing").page
    before, more = page.split('data-name="more"')

    assert before.index("Differs") < before.index("Only in the key")
    assert before.count('<section class="lk-segment">') == 4
    assert more.count('<section class="lk-segment">') > 4
    assert f"{more.count('<section class=')}" in more.partition("</summary>")[0]


def test_a_claim_with_its_speaker_is_never_said_to_agree(lesson: Lesson) -> None:
    words = "A war monitor said on February 6 that Syrian government forces battling rebels in Idlib were hit by Turkish artillery fire"
    span = lesson.article.find(words)
    lesson.workbook.put([Mark("both", "claims", span, words, "event")])
    for page in (lesson.check("claims").page, lesson._portfolio()):
        assert "Two claims in one" in page
    asked = unescape(lesson.check("claims").page)
    assert "Your words take in who says so: “A war monitor said”." in asked
    assert asked.index("Two claims in one") < asked.index("Only in the key")


def test_a_part_that_was_looked_at_is_not_folded_away(lesson: Lesson) -> None:
    put(lesson, "A war monitor", "party")
    lesson.workbook.look("sourcing", [segment.id for segment in lesson.article.segments])

    assert 'data-name="later"' not in lesson.check("sourcing").page


def test_a_verb_hears_of_what_another_notebook_has_written_meanwhile(lesson: Lesson) -> None:
    lesson.together()
    put(open_lesson("idlib"), "A war monitor", "party")

    assert "“A war monitor”" in lesson.together().page


def test_hint_reason_and_key_lie_one_behind_the_other(lesson: Lesson) -> None:
    put(lesson, "A war monitor", "observer")
    page = unescape(lesson.check("sourcing").page)
    here = page[page.index("Also defensible") :]

    assert here.index("A question first") < here.index("The reason") < here.index("The key's words")
    assert here.index("<details") < here.index("Could you look this source up")


def test_a_finding_never_counts_and_never_says_wrong(lesson: Lesson) -> None:
    put(lesson, "A war monitor", "party")
    page = lesson.check("sourcing").page.lower()

    assert not any(word in page for word in ("wrong", "correct", "points", " score", " of 19", "%"))


@pytest.mark.parametrize("verb", ["check", "compare"])
def test_markup_in_a_reason_stays_text(lesson: Lesson, verb: str) -> None:
    put(lesson, "A war monitor", "unnamed", '<img src=x onerror="alert(1)"> & "more"')

    page = getattr(lesson, verb)("sourcing").page

    assert "<img" not in page
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp;" in page


def test_an_article_without_a_key_can_be_marked_compared_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    shutil.copytree(data_folder() / "_template", tmp_path / "bare")
    (tmp_path / "bare" / "sourcing.toml").unlink()
    bare = open_lesson(str(tmp_path / "bare"))
    put(bare, "Every sentence has a line of its own", "own-voice")

    assert "has no key for this layer" in bare.check("sourcing").page
    assert "has no key for this layer" in bare.reveal("sourcing").page
    assert "Every sentence" in bare.compare("sourcing").page
    assert bare.keep().kept["marks"][0]["tag"] == "own-voice"


def test_two_readers_stand_side_by_side(lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(lesson, "A war monitor", "unnamed", "mine")
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "partner"))
    partner = open_lesson("idlib")
    put(partner, "A war monitor", "observer", "theirs")
    kept = tmp_path / "partner.json"
    kept.write_text(json.dumps(partner.workbook.kept()), encoding="utf-8")

    page = lesson.compare("sourcing", str(kept)).page

    assert "mine" in page
    assert "theirs" in page
    assert len(lesson.workbook.marks("sourcing")) == 1


def test_what_is_known_from_elsewhere_is_folded_away(lesson: Lesson) -> None:
    page = lesson.read().page

    assert page.index("<details") < page.index("RFE/RL")
