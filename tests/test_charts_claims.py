"""The picture of the claims: who vouches for each, what would settle it, and which rest on one side alone."""

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from lessonkit.article import Article, Segment, Span, read_article
from lessonkit.charts import INK, Picture, chart, looks
from lessonkit.charts.claims import Claims, vouchers_of
from lessonkit.key import Key, Note, read_key
from lessonkit.layers import read_layers
from lessonkit.lesson import open_lesson
from lessonkit.places import data_folder
from lessonkit.words import read_words
from lessonkit.workbook import Mark

WORDS = read_words(data_folder())
LAYERS = read_layers(data_folder())
SOURCING, CLAIMS = LAYERS["sourcing"], LAYERS["claims"]
IDLIB = read_article(data_folder() / "idlib")
SOURCES = read_key(IDLIB, SOURCING) or Key("sourcing", ())
KEY = read_key(IDLIB, CLAIMS) or Key("claims", ())
ALONE = WORDS("chart.one_side_line")
RUN = """
import hashlib
from lessonkit.lesson import open_lesson
print(hashlib.sha256(open_lesson("idlib").chart("claims").png).hexdigest())
"""

MADE = Article("made", Path(), {}, (Segment("s1", "sentence", "one two three four five six seven eight", 0),), None)


def note(first: int, last: int, tag: str, **fields: str) -> Note:
    span = Span("s1", first, last)
    return Note(span, MADE.quote(span), tag, (), "A hint?", "A reason.", fields)


def said(tag: str, source: str, content: str) -> Note:
    """A source at the first word, and what it reports."""
    return note(0, 0, tag, source=source, content=content)


def told(claim: Note, *sources: Note) -> str:
    """What the picture says in words of one claim."""
    made = Claims(MADE, CLAIMS, Key("claims", (claim,)), (SOURCING, Key("sourcing", sources)), WORDS)
    return next(part for part in made.parts() if part.title == WORDS("chart.claims_title")).lines[1]


@pytest.fixture(scope="module")
def full() -> Picture:
    return chart(IDLIB, CLAIMS, (), KEY, WORDS, sourcing=(SOURCING, SOURCES))


def pixels(picture: Picture, colour: str) -> int:
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")
    wanted = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return {found: count for count, found in image.getcolors(1 << 24) or []}.get(wanted, 0)


# Who vouches


@pytest.mark.parametrize(
    ("claim", "who"),
    [
        ("Syrian Regime Attacks in Idlib", ["Turkey"]),
        ("Syrian government forces' attacks in the northwestern region of Idlib", ["Turkey", "Mevlut Cavusoglu"]),
        ("on Thursday in Azerbaijan's capital, Baku", []),
        ("more than 1,000 attacks", ["The Foreign Ministry of Russia"]),
        ("they tried to seize the town of Saraqeb", ["“A war monitor”"]),
        ("15 kilometers east of Idlib city", ["Monitor or article", "The Syrian Observatory for Human Rights"]),
        ("Sunday, Feb. 2, 2020", ["Ghaith Alsayed"]),
        ("in Istanbul, Jan. 8, 2020", ["An archive"]),
        ("eight", ["The article itself"]),
    ],
)
def test_the_sourcing_key_says_who_vouches_the_nearest_first(claim: str, who: list[str]) -> None:
    found = next(one for one in KEY.notes if one.quote == claim)

    sources = [other.fields["source"] for other in vouchers_of(found, IDLIB, SOURCES)]

    assert len(sources) == len(who)
    assert all(source.startswith(name) for source, name in zip(sources, who, strict=True))


def test_whoever_reports_only_a_part_of_the_claim_does_not_vouch_for_it() -> None:
    line = told(note(2, 5, "event", settles="record"), said("party", "A", "three four five"))

    assert "Vouched for by: The article itself (The article itself)" in line


def test_a_source_inside_another_is_named_before_it() -> None:
    line = told(
        note(3, 3, "event", settles="record"),
        said("observer", "Outer", "two three four five six"),
        said("party", "Inner", "three four five"),
    )

    assert "Inner, told by: Outer (A side speaks)" in line


# One side alone


@pytest.mark.parametrize(
    ("tag", "settles", "alone"),
    [
        ("event", "record", True),
        ("number", "count", True),
        ("event", "time", False),
        ("number", "nothing", False),
        ("position", "recording", False),
        ("forecast", "time", False),
        ("judgement", "nothing", False),
    ],
)
def test_only_what_could_be_checked_is_said_to_rest_on_one_side(tag: str, settles: str, alone: bool) -> None:  # noqa: FBT001 - a table's column
    line = told(note(3, 3, tag, settles=settles), said("party", "A", "three four five"))

    assert line.endswith(ALONE) is alone


@pytest.mark.parametrize("tag", [tag.name for tag in SOURCING.tags])
def test_only_a_side_is_one_side(tag: str) -> None:
    line = told(note(3, 3, "event", settles="record"), said(tag, "A", "three four five"))

    assert line.endswith(ALONE) is (tag == "party")


def test_a_second_source_for_the_same_words_is_not_one_side_alone() -> None:
    claim = note(3, 3, "event", settles="record")
    same = said("party", "A", "three four five"), said("observer", "B", "three four five")

    assert not told(claim, *same).endswith(ALONE)
    assert "A and B" in told(claim, *same)


def test_whoever_hands_on_what_a_side_says_is_no_second_source() -> None:
    claim = note(3, 3, "event", settles="record")
    nested = said("party", "A", "three four five"), said("observer", "B", "two three four five six")

    assert told(claim, *nested).endswith(ALONE)


def test_the_claims_of_the_article_that_rest_on_one_side_are_all_said(full: Picture) -> None:
    quotes = [re.search(r"“(.*)”\. ", line) for line in full.parts[2].lines]

    assert [match and match.group(1) for match in quotes] == [
        claim.note.quote
        for claim in Claims(IDLIB, CLAIMS, KEY, (SOURCING, SOURCES), WORDS).claims
        if claim.note.tag in {"event", "number"}
        and claim.vouchers
        and claim.vouchers[0].tag == "party"
        and claim.note.fields["settles"] not in {"time", "nothing"}
    ]
    assert any("more than 1,000 attacks" in line for line in full.parts[2].lines)
    assert any("Syrian Regime Attacks in Idlib" in line for line in full.parts[2].lines)


def test_where_no_claim_rests_on_one_side_that_is_said() -> None:
    picture = chart(IDLIB, CLAIMS, (), KEY, WORDS, sourcing=(SOURCING, Key("sourcing", ())))

    assert picture.parts[2].lines == (WORDS("chart.one_side_none"),)


# The picture


def test_one_look_shows_how_many_claims_rest_on_one_side(full: Picture) -> None:
    glance = full.parts[0]
    alone = next(part for part in full.parts if part.title == WORDS("chart.one_side_title"))
    by_tag = {line.split(".")[0]: [int(n) for n in re.findall(r": (\d+)", line)] for line in glance.lines[1:]}

    assert sum(all_ for all_, _, _ in by_tag.values()) == len(KEY.notes)
    assert by_tag["A side speaks"][2] == len(alone.lines)
    assert [name for name, (_, _, sides) in by_tag.items() if sides] == ["A side speaks"]
    assert all(all_ >= checkable >= sides for all_, checkable, sides in by_tag.values())


def test_the_words_say_every_claim_with_its_tag_and_what_would_settle_it(full: Picture) -> None:
    lines = full.parts[1].lines[1:]

    assert len(lines) == len(KEY.notes)
    for line, one in zip(lines, KEY.notes, strict=True):
        assert line.startswith(f"{one.span.segment}: “{one.quote}”. {CLAIMS.tag(one.tag).title}. Vouched for by: ")
        assert re.search(r"What would settle it: [A-Z][\w ]+\.", line)


def test_the_strip_stays_below(full: Picture) -> None:
    assert full.parts[-1].title == WORDS("chart.strip_title")
    assert sum(line.startswith(("h", "c", "s")) for line in full.parts[-1].lines) == len(IDLIB.segments)


def test_the_sign_of_one_side_is_black_and_written_and_framed(full: Picture) -> None:
    without = Key("claims", tuple(replace(one, tag="judgement") for one in KEY.notes))
    plain = chart(IDLIB, CLAIMS, (), without, WORDS, sourcing=(SOURCING, SOURCES))

    assert pixels(full, INK) > pixels(plain, INK) + 20_000


def test_every_kind_of_source_has_the_look_it_has_in_sourcing(full: Picture) -> None:
    for tag in ("party", "observer", "unnamed", "own-voice"):
        assert pixels(full, looks(SOURCING)[tag].fill) > 1000


def test_without_the_sourcing_key_nobody_is_said_to_vouch() -> None:
    picture = chart(IDLIB, CLAIMS, (), KEY, WORDS)

    assert picture.png
    assert picture.description.count(WORDS("chart.vouched_unknown")) == len(KEY.notes)
    assert ALONE not in picture.description
    assert picture.parts[1].title == WORDS("chart.strip_title")


def test_without_a_key_only_the_learners_marks_are_drawn() -> None:
    one = KEY.notes[0]
    marks = [Mark("m", "claims", one.span, one.quote, one.tag)]

    picture = chart(IDLIB, CLAIMS, marks, None, WORDS, sourcing=(SOURCING, SOURCES))

    assert picture.parts[0].title == WORDS("chart.marks_title")
    assert "Vouched" not in picture.description


def test_there_is_no_score(full: Picture) -> None:
    assert not re.search(r"\b(score|correct|wrong|\d+ of \d+|\d+/\d+|biased|false|lie)\b", full.description)


def test_the_picture_fits_a_telephone_and_a_notebook(full: Picture) -> None:
    image = Image.open(io.BytesIO(full.png))

    assert image.width == 880
    assert image.height < 5_000
    assert len(full.png) < 250_000
    assert WORDS("chart.alt_claims", title=full.title) in full._repr_html_()


def test_the_lessons_verb_gives_the_same_bytes_in_every_process(
    full: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path))
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", RUN], check=True, capture_output=True, text=True, env=env)

    assert open_lesson("idlib").chart("claims").png == full.png
    assert done.stdout.strip() == hashlib.sha256(full.png).hexdigest()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "text", ["تركيا تتوقع من روسيا وقف الهجمات", "土耳其期望俄罗斯立即停止袭击", "word " * 400, "$5 <b> {x} $6_x^2"]
)
def test_no_claim_is_too_strange_to_draw(text: str) -> None:
    made = Article("made", Path(), {"direction": "rtl"}, (Segment("s1", "sentence", text, 0),), None)
    span = Span("s1", 0, len(made.segments[0].words) - 1)
    claim = Note(span, made.quote(span), "event", (), "?", ".", {"settles": "record", "status": "."})
    source = Note(span, made.quote(span), "party", (), "?", ".", {"source": made.quote(span)})

    picture = chart(made, CLAIMS, (), Key("claims", (claim,)), WORDS, sourcing=(SOURCING, Key("sourcing", (source,))))

    assert picture.png
    assert made.quote(span) in picture.description
