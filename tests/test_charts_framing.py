"""The picture of the framing: who acts on whom, and the room each actor gets; and the file behind it."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from lessonkit.article import Article, Segment, Span, read_article
from lessonkit.charts import Picture, chart, looks
from lessonkit.deeds import Actor, Deed, Deeds, deeds_and_faults, names, read_deeds
from lessonkit.faults import LessonError
from lessonkit.key import Key, read_key
from lessonkit.layers import read_layers
from lessonkit.lesson import open_lesson
from lessonkit.places import data_folder
from lessonkit.rules import faults_of
from lessonkit.words import read_words
from lessonkit.workbook import Mark

WORDS = read_words(data_folder())
LAYERS = read_layers(data_folder())
FRAMING = LAYERS["framing"]
IDLIB = read_article(data_folder() / "idlib")
KEY = read_key(IDLIB, FRAMING) or Key("framing", ())
DEEDS = read_deeds(IDLIB) or Deeds((), ())
RUN = """
import hashlib
from lessonkit.lesson import open_lesson
print(hashlib.sha256(open_lesson("idlib").chart("framing").png).hexdigest())
"""


@pytest.fixture(scope="module")
def full() -> Picture:
    return chart(IDLIB, FRAMING, (), KEY, WORDS, deeds=DEEDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "idlib"
    shutil.copytree(data_folder() / "idlib", copy)
    return copy


def pixels(picture: Picture, colour: str) -> int:
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")
    wanted = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return {found: count for count, found in image.getcolors(1 << 24) or []}.get(wanted, 0)


# The file


def test_the_deeds_of_the_article_stand_in_its_order_in_its_words() -> None:
    order = [segment.id for segment in IDLIB.segments]
    places = [(order.index(deed.span.segment), deed.span.first) for deed in DEEDS.deeds]

    assert places == sorted(places)
    assert len(places) >= 14
    for deed in DEEDS.deeds:
        segment = IDLIB.segment(deed.span.segment)
        assert deed.quote in segment.text
        assert deed.doer in segment.text
        assert deed.to in segment.text


def test_some_doers_are_hidden_and_most_are_not() -> None:
    hidden = [deed.quote for deed in DEEDS.deeds if not deed.doer]

    assert {"destroyed", "a surge of violence", "the fighting"} <= set(hidden)
    assert len(hidden) < len(DEEDS.deeds) / 2


def test_every_hidden_doer_of_the_key_is_a_deed_without_a_doer() -> None:
    hidden = [note for note in KEY.notes if note.tag == "hidden-doer"]
    # The words put a weapon in the doer's place: the deed names it, and the note says what that hides.
    weapon = {"Turkish artillery fire"}

    assert weapon < {note.quote for note in hidden}
    assert weapon < {deed.doer for deed in DEEDS.deeds}
    for note in hidden:
        if note.quote not in weapon:
            assert any(
                not deed.doer and deed.span.segment == note.span.segment and deed.span.words & note.span.words
                for deed in DEEDS.deeds
            ), note.quote


def test_every_doer_of_the_article_belongs_to_an_actor() -> None:
    for deed in DEEDS.deeds:
        if deed.doer:
            said = Segment("", "sentence", deed.doer, 0)
            assert any(names(name, said) for actor in DEEDS.actors for name in actor.named), deed.doer


def test_a_folder_without_deeds_is_still_a_lesson(folder: Path) -> None:
    (folder / "deeds.toml").unlink()

    assert read_deeds(read_article(folder)) is None
    assert faults_of(folder, LAYERS) == []


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[[deed]]\nquote = "welcomes"\ndoer = ""', "write quote, doer and to"),
        ('[[deed]]\nquote = "welcomes"\ndoer = ""\nto = ""\nmood = ""', "and nothing else"),
        ('[[deed]]\nquote = "welcomes"\ndoer = 1\nto = ""', "in quotation marks"),
        ('[[deed]]\nquote = "greets"\ndoer = ""\nto = ""', "do not stand in any one segment"),
        ('[[deed]]\nquote = "killed"\ndoer = ""\nto = ""', "Say which one with at"),
        ('[[deed]]\nquote = "welcomes"\ndoer = "Iran"\nto = ""', "doer is “Iran”, which does not stand in c2"),
        ('[[deed]]\nquote = "welcomes"\ndoer = ""\nto = "Puti"', "to is “Puti”, which does not stand in c2"),
        ('[[actor]]\nname = "Iran"', "write name"),
        ('[[actor]]\nname = "Iran"\nnamed = []', "write name"),
        ('[[actor]]\nname = "Iran"\nnamed = ["Persia"]', "“Persia” does not stand in the article"),
        ('deed = "welcomes"', "deed 1 (“no quote”)"),
        ('[[deeds]]\nquote = "welcomes"', "deeds is not known here"),
        ("[[deed", "not valid TOML"),
    ],
)
def test_a_fault_is_named_with_its_file_and_found_by_check(folder: Path, toml: str, said: str) -> None:
    (folder / "deeds.toml").write_text(toml, encoding="utf-8")

    with pytest.raises(LessonError, match=re.escape(said)):
        read_deeds(read_article(folder))
    found = faults_of(folder, LAYERS)
    assert any(said in fault and str(folder / "deeds.toml") in fault for fault in found), found


def test_one_fault_does_not_hide_the_next(folder: Path) -> None:
    (folder / "deeds.toml").write_text('[[deed]]\nquote = "a"\n[[deed]]\nquote = "b"\n', encoding="utf-8")

    assert len(deeds_and_faults(read_article(folder))[1]) == 2


@pytest.mark.parametrize(
    ("words", "found"),
    [("Turkey", True), ("Turk", False), ("Moscow to", True), ("forces", True), ("forces'", True), ("", False)],
)
def test_only_whole_words_name_somebody(words: str, found: bool) -> None:  # noqa: FBT001 - a table's column
    assert names(words, IDLIB.segment("s1")) is found


# The picture


def test_the_words_say_every_deed_and_that_a_doer_is_missing(full: Picture) -> None:
    lines = full.parts[0].lines

    assert len(lines) == len(DEEDS.deeds) + 1
    assert "s3: “Syrian forces” → “killed” → “eight Turkish military personnel”." in lines
    assert "c1: doer not named → “destroyed” → “house”." in lines
    assert sum(WORDS("chart.no_doer") in line for line in lines) == sum(not deed.doer for deed in DEEDS.deeds)


def test_an_empty_doer_is_seen_in_the_look_of_the_tag_for_it(full: Picture) -> None:
    filled = Deeds(tuple(Deed(one.span, one.quote, one.doer or "Turkey", one.to) for one in DEEDS.deeds), DEEDS.actors)
    fill = looks(FRAMING)["hidden-doer"].fill

    assert pixels(full, fill) > pixels(chart(IDLIB, FRAMING, (), KEY, WORDS, deeds=filled), fill) + 5_000


def test_the_words_say_how_early_and_how_much_each_actor_is_named(full: Picture) -> None:
    """Counted here a second time, by hand."""
    lines = full.parts[1].lines[1:]
    total = sum(len(segment.words) for segment in IDLIB.segments)
    militants = len(IDLIB.segment("s5").words)

    assert len(lines) == len(DEEDS.actors)
    assert lines[0].startswith("Turkey: first named in h1; named in h1, s1, s2, s3, c2, s4, s5, s7, s8, s9;")
    share = round(militants * 100 / total)
    assert f"Militants: first named in s5; named in s5; these have {militants} words, {share}% of the article." in lines


def test_actors_stand_in_the_order_in_which_the_article_names_them(full: Picture) -> None:
    order = [segment.id for segment in IDLIB.segments]
    firsts = [match.group(1) for line in full.parts[1].lines if (match := re.search(r"first named in (\w+);", line))]

    assert [order.index(first) for first in firsts] == sorted(order.index(first) for first in firsts)


def test_without_a_list_of_actors_the_doers_and_those_done_to_are_the_actors() -> None:
    bare = chart(IDLIB, FRAMING, (), KEY, WORDS, deeds=Deeds(DEEDS.deeds, ()))

    assert any(line.startswith("Syrian Regime: first named in h1; named in h1;") for line in bare.parts[1].lines)
    assert any(line.startswith("rebels: first named in s9;") for line in bare.parts[1].lines)


def test_the_strip_stays_below(full: Picture) -> None:
    assert [part.title for part in full.parts] == [
        WORDS(f"chart.{name}_title") for name in ("deeds", "actors", "strip")
    ]


def test_without_deeds_the_key_is_counted_and_without_a_key_the_marks() -> None:
    one = KEY.notes[0]
    marks = [Mark("m", "framing", one.span, one.quote, one.tag)]

    assert chart(IDLIB, FRAMING, marks, KEY, WORDS).parts[0].title == WORDS("chart.notes_title")
    assert chart(IDLIB, FRAMING, marks, None, WORDS, deeds=DEEDS).parts[0].title == WORDS("chart.marks_title")
    assert chart(IDLIB, FRAMING, (), None, WORDS, deeds=DEEDS).png == b""


def test_there_is_no_score(full: Picture) -> None:
    assert not re.search(r"\b(score|correct|wrong|\d+ of \d+|\d+/\d+|biased|guilty|blame)\b", full.description)


def test_the_picture_fits_a_telephone_and_a_notebook(full: Picture) -> None:
    image = Image.open(io.BytesIO(full.png))

    assert image.width == 880
    assert image.height < 4_000
    assert len(full.png) < 150_000
    assert WORDS("chart.alt_framing", title=full.title) in full._repr_html_()


def test_the_lessons_verb_gives_the_same_bytes_in_every_process(
    full: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path))
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", RUN], check=True, capture_output=True, text=True, env=env)

    assert open_lesson("idlib").chart("framing").png == full.png
    assert done.stdout.strip() == hashlib.sha256(full.png).hexdigest()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "text", ["تركيا تتوقع من روسيا وقف الهجمات", "土耳其期望俄罗斯立即停止袭击", "word " * 60, "$5 <b> {x} $6_x^2"]
)
def test_no_deed_is_too_strange_to_draw(text: str) -> None:
    made = Article("made", Path(), {"direction": "rtl"}, (Segment("s1", "sentence", text, 0),), None)
    words = made.quote(Span("s1", 0, len(made.segments[0].words) - 1))
    deeds = Deeds((Deed(Span("s1", 0, 0), words, words, ""), Deed(Span("s1", 0, 0), words, "", words)), ())

    picture = chart(made, FRAMING, (), Key("framing", ()), WORDS, deeds=deeds)

    assert picture.png
    assert words in picture.description
    assert chart(made, FRAMING, (), Key("framing", ()), WORDS, deeds=Deeds(deeds.deeds, (Actor(words, (words,)),))).png
