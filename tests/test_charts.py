"""Pictures of a layer: what they show, that words say it too, and that the same marks give the same bytes."""

import hashlib
import io
import itertools
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure
from PIL import Image

from lessonkit.article import Article, Segment, Span, read_article
from lessonkit.charts import INK, PAPER, SOFT, Picture, chart, looks, short_name, table
from lessonkit.faults import LessonError
from lessonkit.key import Key, Note, read_key
from lessonkit.layers import MOST_TAGS, SHAPES, Layer, Tag, read_layers
from lessonkit.lesson import open_lesson
from lessonkit.places import data_folder
from lessonkit.words import Words, read_words
from lessonkit.workbook import Mark

WORDS = read_words(data_folder())
SOURCING = read_layers(data_folder())["sourcing"]
IDLIB = read_article(data_folder() / "idlib")
KEY = read_key(IDLIB, SOURCING) or Key("sourcing", ())
PLAIN = Layer("plain", "Plain", "What?", "Mark it.", SOURCING.tags, ())
EVIL = "<img src=x onerror=alert(1)>\"'&"
RUN = """
import hashlib
from lessonkit.lesson import open_lesson
print(hashlib.sha256(open_lesson("idlib").chart("sourcing").png).hexdigest())
"""
RC = "font.size: 30\nfont.family: serif\nhatch.linewidth: 9\npath.sketch: 1, 100, 2\nsavefig.dpi: 30\naxes.facecolor: red\nsavefig.bbox: tight\n"


def mark(quote: str, tag: str, at: str | None = None, reason: str = "") -> Mark:
    """Make a mark on the real article."""
    span = IDLIB.find(quote, at)
    return Mark(f"{span.segment}-{span.first}-{tag}", "sourcing", span, IDLIB.quote(span), tag, reason)


MARKS = (
    mark("Turkey", "party", "h1", reason="It wants something."),
    mark("(AP Photo/Ghaith Alsayed)", "camera"),
    mark("Syrian rescuers search for victim", "own-voice"),
    mark("FILE", "camera"),
    mark("Russia's Foreign Ministry", "observer"),
    mark("A war monitor", "unnamed"),
)


def article(*texts: str, **header: str) -> Article:
    """Make an article: a headline and sentences."""
    segments = [
        Segment(f"s{number}" if number else "h1", "sentence" if number else "headline", text, number)
        for number, text in enumerate(texts)
    ]
    return Article("made", Path(), header, tuple(segments), None)


def note(of: Article, segment: str, last: int, tag: str, **fields: str) -> Note:
    """Make a note on the first words of a segment."""
    span = Span(segment, 0, last)
    return Note(span, of.quote(span), tag, (), "A hint?", "A reason.", fields)


def pixels(picture: Picture, colour: str) -> int:
    """Count the pixels of a colour."""
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")
    wanted = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return {found: count for count, found in image.getcolors(1 << 24) or []}.get(wanted, 0)


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.items: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))
        if tag == "li":
            self.items.append("")

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data
        if self.items:
            self.items[-1] += data


def html(picture: Picture) -> Page:
    """Read the HTML a notebook would show."""
    return Page(picture._repr_mimebundle_()["text/html"])


@pytest.fixture(scope="module")
def full() -> Picture:
    """Draw marks beside the key of the real article."""
    return chart(IDLIB, SOURCING, MARKS, KEY, WORDS)


@pytest.fixture(scope="module")
def empty() -> Picture:
    """Draw the key of the real article for somebody who has marked nothing."""
    return chart(IDLIB, SOURCING, (), KEY, WORDS)


@pytest.fixture(scope="module")
def no_key() -> Picture:
    """Draw the marks where the article has no key."""
    return chart(IDLIB, SOURCING, MARKS, None, WORDS)


# Importing


def test_importing_charts_loads_neither_pandas_nor_matplotlib_nor_numpy() -> None:
    """Six open notebooks are six kernels; most never draw."""
    code = (
        "import sys, lessonkit.charts; print(*{'pandas', 'matplotlib', 'numpy', 'PIL', 'IPython'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == ""


def test_drawing_never_loads_pyplot_and_leaves_settings_alone(tmp_path: Path) -> None:
    """No backend is switched, nothing global is left behind."""
    code = (
        "import sys, matplotlib\n"
        "matplotlib.rcParams['font.size'] = 33\n"
        "settings = lambda: {name: matplotlib.rcParams[name] for name in matplotlib.rcParams if name != 'backend'}\n"
        "before = settings()\n"
        "from lessonkit.lesson import open_lesson\n"
        "assert open_lesson('idlib').chart('sourcing').png\n"
        "assert settings() == before\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    env = {**os.environ, "LESSONKIT_WORK": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True, env=env
    )
    assert done.stdout.strip() == "False"
    assert done.stderr == ""


# The table


def test_the_key_as_a_table_has_a_row_a_note_in_article_order() -> None:
    """Its words are those of what is reported, or of the quotation."""
    rows = table(IDLIB, SOURCING, KEY)
    assert list(rows.columns) == [
        "segment", "kind", "quote", "tag", "source", "words", "segment_words", "cue", "content", "basis",
    ]  # fmt: skip
    order = [segment.id for segment in IDLIB.segments]
    assert list(rows["segment"]) == sorted(rows["segment"], key=order.index)
    assert list(rows["quote"]) == [one.quote for one in KEY.notes]
    for row, one in zip(rows.to_dict("records"), KEY.notes, strict=True):
        given = one.fields.get("content") or one.quote
        span = IDLIB.find(given, one.span.segment)
        assert row["words"] == span.last - span.first + 1
        assert row["segment_words"] == len(IDLIB.segment(one.span.segment).words)
        assert row["cue"] == one.fields.get("cue", "")


def test_marks_as_a_table_have_reason_and_confidence() -> None:
    """The source of a mark is its quotation, unless its tag says there is none."""
    rows = table(IDLIB, SOURCING, MARKS)
    assert list(rows.columns) == [
        "segment", "kind", "quote", "tag", "source", "words", "segment_words", "reason", "confidence",
    ]  # fmt: skip
    first = {"segment": "h1", "kind": "headline", "quote": "Turkey", "tag": "party", "source": "Turkey"}
    first |= {"words": 1, "segment_words": 11, "reason": "It wants something.", "confidence": ""}  # type: ignore[dict-item]
    assert rows.to_dict("records")[0] == first
    assert rows.loc[rows["tag"] == "own-voice", "source"].to_list() == [""]
    assert not rows.isna().to_numpy().any()


def test_a_table_sorts_marks_that_come_in_any_order() -> None:
    """Article order holds whoever calls."""
    assert table(IDLIB, SOURCING, MARKS[::-1])["segment"].to_list() == ["h1", "c1", "c1", "c2", "s5", "s9"]
    assert table(IDLIB, SOURCING, MARKS[::-1]).equals(table(IDLIB, SOURCING, MARKS))


@pytest.mark.parametrize("layer", [SOURCING, PLAIN], ids=["sourcing", "a layer without fields"])
def test_an_empty_table_has_the_columns_and_types_of_a_full_one(layer: Layer) -> None:
    """So that a cell that works on a full table works on an empty one."""
    assert table(IDLIB, layer, ()).dtypes.equals(table(IDLIB, layer, MARKS).dtypes)
    assert table(IDLIB, layer, None).dtypes.equals(table(IDLIB, layer, KEY).dtypes)
    assert table(IDLIB, layer, ()).empty
    counts = table(IDLIB, layer, ())["tag"].value_counts()
    assert set(counts.index) == {tag.name for tag in layer.tags}


def test_a_layer_that_asks_for_no_source_has_no_such_column() -> None:
    """Only what the layer knows is a column."""
    assert "source" not in table(IDLIB, PLAIN, MARKS)
    assert list(table(IDLIB, PLAIN, KEY)) == ["segment", "kind", "quote", "tag", "words", "segment_words"]


def test_markup_in_a_table_is_shown_as_text() -> None:
    """Pandas escapes it; this holds it to that."""
    shown = table(IDLIB, SOURCING, [replace(MARKS[0], reason=EVIL)]).to_html()
    assert "<img" not in shown


# What a source is called


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("Turkey. Which person spoke, the headline does not say.", "Turkey"),
        ("Mevlut Cavusoglu, foreign minister of Turkey", "Mevlut Cavusoglu"),
        ("The Foreign Ministry of Russia; no person is named", "The Foreign Ministry of Russia"),
        ("“A war monitor”. Which one, the sentence does not say.", "“A war monitor”"),
        ("Not clear: the minister, or the article", "Not clear"),
        ("Prof. Ada Example, historian", "Prof. Ada Example"),
        ("The U.S. State Department, in a note", "The U.S. State Department"),
        ("The $1,000 fund", "The $1,000 fund"),
        ("مولود جاويش أوغلو، وزير الخارجية", "مولود جاويش أوغلو"),
        ("土耳其，外交部长", "土耳其"),
        ("Nobody", "Nobody"),
        (", odd", ", odd"),
        ("", ""),
    ],
)
def test_a_source_is_called_by_its_name(source: str, name: str) -> None:
    """Shortened at the first comma, colon, semicolon or full stop."""
    assert short_name(source) == name


# What the words say


def test_the_words_name_every_source_with_its_tag_its_words_and_its_share(full: Picture) -> None:
    """Words of the same source count once, and notes of the same source are one."""
    given: dict[tuple[str, str], set[tuple[str, int]]] = {}
    for one in KEY.notes:
        span = IDLIB.find(one.fields.get("content") or one.quote, one.span.segment)
        who = (SOURCING.tag(one.tag).title, short_name(one.fields["source"]))
        given.setdefault(who, set()).update((span.segment, number) for number in range(span.first, span.last + 1))
    total = sum(len(segment.words) for segment in IDLIB.segments)
    for (tag, source), places in given.items():
        count = f"{len(places)} words" if len(places) > 1 else "1 word"
        share = len(places) * 100 / total
        told = f"{round(share)}%" if share >= 1 else "less than 1%"
        assert f"{tag}: {source}, {count}, {told} of the article." in full.parts[0].lines
    assert len(full.parts[0].lines) == len(given) + 1
    assert str(total) in full.parts[0].lines[0]


def test_words_that_two_sources_give_are_said_to_count_for_both() -> None:
    """Bars that share words are never passed off as parts of a whole."""
    made = article("One two three four five six seven eight")
    nested = Key(
        "sourcing",
        (
            note(made, "h1", 0, "party", source="A", content="three four five"),
            note(made, "h1", 1, "party", source="B", content="four five six"),
        ),
    )
    apart = Key(
        "sourcing",
        (
            note(made, "h1", 0, "party", source="A", content="three four"),
            note(made, "h1", 1, "party", source="B", content="five six"),
        ),
    )
    said = WORDS("chart.sources_shared")
    assert said in chart(made, SOURCING, (), nested, WORDS).description
    assert said not in chart(made, SOURCING, (), apart, WORDS).description


def test_the_words_say_every_segment_with_its_tags_in_both_readings(full: Picture) -> None:
    """In article order, each tag once."""
    lines = [line for line in full.parts[1].lines if re.match(r"[hcs]\d+,", line)]
    assert len(lines) == len(IDLIB.segments)
    for line, segment in zip(lines, IDLIB.segments, strict=True):
        assert line.startswith(f"{segment.id}, {WORDS(f'kind.{segment.kind}')}, {len(segment.words)} words.")
        yours = {one.tag for one in MARKS if one.span.segment == segment.id}
        keys = {one.tag for one in KEY.of(segment.id)}
        told = [
            "; ".join(tag.title for tag in SOURCING.tags if tag.name in tags) or "nothing marked"
            for tags in (yours, keys)
        ]
        assert line.endswith(f"You: {told[0]}. Key: {told[1]}.")


def test_a_kind_of_source_that_has_no_words_is_named(no_key: Picture) -> None:
    """That nobody speaks as an observer is something to see."""
    marks = [one for one in MARKS if one.tag != "observer"]
    line = WORDS("chart.tag_none", tag=SOURCING.tag("observer").title)
    assert line in chart(IDLIB, SOURCING, marks, None, WORDS).description
    assert line not in no_key.description


def test_without_marks_the_words_say_so(empty: Picture, full: Picture) -> None:
    """The learner's row is there, and empty."""
    assert WORDS("chart.no_marks_line") in empty.description
    assert WORDS("chart.no_marks_line") not in full.description
    assert empty.description.count("You: nothing marked.") == len(IDLIB.segments)


def test_without_a_key_only_the_learners_words_are_counted(no_key: Picture) -> None:
    """By tag, because a mark has no source of its own."""
    assert no_key.parts[0].title == WORDS("chart.marks_title")
    assert "Key:" not in no_key.description
    assert f"{SOURCING.tag('camera').title}: 5 words, 1% of the article." in no_key.parts[0].lines


def test_a_layer_that_asks_for_no_source_is_counted_by_tag() -> None:
    """The key's quotations are what there is to count."""
    picture = chart(IDLIB, PLAIN, MARKS, Key("plain", KEY.notes), WORDS)
    assert picture.parts[0].title == WORDS("chart.notes_title")
    assert len(picture.parts[0].lines) == len(PLAIN.tags) + 1


def test_with_neither_marks_nor_key_there_is_a_sentence_and_no_picture(tmp_path: Path) -> None:
    """It says what to do."""
    picture = chart(IDLIB, SOURCING, (), None, WORDS)
    assert picture.png == b""
    assert picture.description == WORDS("chart.nothing")
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "img" not in dict(html(picture).elements)
    with pytest.raises(LessonError, match="nothing to draw"):
        picture.save(tmp_path / "none.png")


def test_a_key_without_notes_draws_an_empty_strip() -> None:
    """A key that has just been begun is no error."""
    picture = chart(IDLIB, SOURCING, (), Key("sourcing", ()), WORDS)
    assert picture.png
    assert picture.description.count("no words.") == len(SOURCING.tags)


def test_there_is_no_score_in_words_or_picture(full: Picture) -> None:
    """Neither of the learner nor of the article."""
    assert not re.search(r"\b(score|correct|wrong|right|agree\w*|out of|\d+ of \d+|\d+/\d+|biased)\b", full.description)


# What the picture shows


def test_the_picture_is_a_png_of_a_width_that_fits(full: Picture) -> None:
    """Upright, and not larger than a notebook should store twice."""
    image = Image.open(io.BytesIO(full.png))
    assert image.format == "PNG"
    assert image.width == 880
    assert image.height > image.width
    assert len(full.png) < 80_000
    assert image.info.keys() <= {"dpi"}


def test_every_tag_in_use_is_drawn_in_its_own_colour(full: Picture) -> None:
    """The palette keeps them exactly, however little of one there is."""
    for look in looks(SOURCING).values():
        assert pixels(full, look.fill) > 100
        assert pixels(full, look.edge) > 100
    assert pixels(full, PAPER) > 100_000


@pytest.mark.parametrize("tag", [tag.name for tag in SOURCING.tags])
def test_one_more_mark_is_seen_in_its_tags_colour(tag: str, empty: Picture) -> None:
    """A mark fills the block of its segment in the learner's row."""
    one = chart(IDLIB, SOURCING, [mark("Cavusoglu", tag, "s4")], KEY, WORDS)
    fill = looks(SOURCING)[tag].fill
    assert pixels(one, fill) > pixels(empty, fill) + 1000


def test_a_changed_mark_changes_the_bytes(full: Picture) -> None:
    """Another tag is another picture; another reason is the same one."""
    retagged = [replace(MARKS[0], tag="observer"), *MARKS[1:]]
    assert chart(IDLIB, SOURCING, retagged, KEY, WORDS).png != full.png
    reworded = [replace(MARKS[0], reason="Something else.", confidence="sure"), *MARKS[1:]]
    assert chart(IDLIB, SOURCING, reworded, KEY, WORDS).png == full.png


def test_the_same_marks_give_the_same_bytes(full: Picture) -> None:
    """In any order."""
    assert chart(IDLIB, SOURCING, MARKS, KEY, WORDS).png == full.png
    assert chart(IDLIB, SOURCING, MARKS[::-1], KEY, WORDS) == full


def test_other_processes_and_other_settings_give_the_same_bytes(empty: Picture, tmp_path: Path) -> None:
    """A stored notebook can be compared with a fresh run, whatever a user's matplotlibrc says."""
    (tmp_path / "matplotlibrc").write_text(RC)
    found = set()
    for seed, settings in (("1", None), ("2", str(tmp_path / "matplotlibrc"))):
        env = {**os.environ, "PYTHONHASHSEED": seed, "LESSONKIT_WORK": str(tmp_path)}
        if settings:
            env["MATPLOTLIBRC"] = settings
        done = subprocess.run([sys.executable, "-c", RUN], check=True, capture_output=True, text=True, env=env)
        found.add(done.stdout.strip())
    assert found == {hashlib.sha256(empty.png).hexdigest()}


# Colours and patterns


def linear(colour: str) -> list[float]:
    """Give the light of a colour, red, green and blue, 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, as WCAG 2 defines it."""
    light = sorted(
        sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
        for colour in (one, other)
    )
    return (light[1] + 0.05) / (light[0] + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1.
SIGHT = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """Give a colour as somebody sees it, in CIE L*a*b*."""
    light = linear(colour)
    red, green, blue = (
        min(1, max(0, sum(share * part for share, part in zip(row, light, strict=True)))) for row in SIGHT[sight]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def many_tags(shape: str = "") -> Layer:
    """Make a layer with as many tags as there can be."""
    tags = [
        Tag(f"t{number}", str(number), f"Tag {number}", "", "?", shape or SHAPES[number % len(SHAPES)])
        for number in range(1, MOST_TAGS + 1)
    ]
    return Layer("many", "Many", "?", "", tuple(tags), ())


def test_a_picture_with_as_many_tags_as_there_can_be_keeps_every_colour() -> None:
    """A palette has room for 256."""
    layer = many_tags()
    marks = [mark("Turkey", tag.name, "h1") for tag in layer.tags]
    picture = chart(IDLIB, layer, marks, None, WORDS)
    assert all(pixels(picture, look.fill) > 100 for look in looks(layer).values())
    palette = Image.open(io.BytesIO(picture.png)).getpalette() or []
    assert len(palette) // 3 < 256


@pytest.mark.parametrize("sight", SIGHT)
def test_the_colours_of_the_tags_can_be_told_apart_by_every_eye(sight: str) -> None:
    """Hardly anybody is tritanopic; for the others a distance of 15 is plain. Hatching and numbers come on top."""
    fills = [lab(look.fill, sight) for look in looks(many_tags()).values()]
    apart = min(math.dist(*pair) for pair in itertools.combinations(fills, 2))
    assert apart > (10 if sight == "tritanopia" else 15)


@pytest.mark.parametrize("shape", ["", *SHAPES])
def test_no_two_tags_have_the_same_hatching(shape: str) -> None:
    """Even where a layer gives all of them the same shape."""
    assert len({look.hatch for look in looks(many_tags(shape)).values()}) == MOST_TAGS


def test_type_and_outlines_stand_out_from_the_paper() -> None:
    """4.5 to 1 for words, 3 to 1 for what is drawn."""
    assert min(contrast(INK, PAPER), contrast(SOFT, PAPER)) >= 4.5
    assert min(contrast(look.edge, PAPER) for look in looks(many_tags()).values()) >= 3


def test_the_hatching_stands_out_from_its_ground() -> None:
    """It is what tells two tags apart without colour."""
    assert min(contrast(look.ink, look.fill) for look in looks(many_tags()).values()) >= 3


# In a notebook


def test_a_notebook_gets_html_a_png_and_one_honest_line(full: Picture) -> None:
    """The line says nothing of the learner."""
    bundle, _ = DisplayFormatter().format(full)  # type: ignore[no-untyped-call]
    assert set(bundle) == {"text/plain", "text/html", "image/png"}
    assert bundle["text/plain"] == repr(full) == "Picture(article='idlib', layer='sourcing')"
    assert bundle["text/html"] == full._repr_html_()
    assert full._repr_mimebundle_(include=["text/plain"]) == {"text/plain": repr(full)}
    assert "text/html" not in full._repr_mimebundle_(exclude=["text/html"])


def test_the_page_shows_the_picture_on_a_white_card_and_all_of_its_words(full: Picture) -> None:
    """The words fold out, and their summary keeps its keys from JupyterLab."""
    page = html(full)
    elements = dict(page.elements)
    assert elements["figure"]["class"] == "lessonkit-picture"
    assert f"background:{PAPER}" in str(elements["figure"]["style"])
    assert elements["summary"]["data-lm-suppress-shortcuts"] == "true"
    assert elements["summary"]["tabindex"] == "0"
    assert 0 < len(str(elements["img"]["alt"])) < 120
    assert page.items[-1] == full.parts[1].lines[-1]
    assert len(page.items) == sum(len(part.lines) for part in full.parts)
    assert all(line in page.text for line in full.description.splitlines())


def test_markup_in_a_learners_data_is_never_markup_in_the_page() -> None:
    """Nor in a key, a layer or an article."""
    made = article(f"{EVIL} says so", EVIL)
    layer = replace(SOURCING, title=EVIL, tags=tuple(replace(tag, title=EVIL) for tag in SOURCING.tags))
    key = Key("sourcing", (note(made, "h1", 0, "party", source=EVIL),))
    marks = [Mark("m", "sourcing", Span("h1", 0, 0), EVIL, "party", EVIL, EVIL)]
    for picture in (chart(made, layer, marks, key, WORDS), chart(made, layer, marks, None, WORDS)):
        page = html(picture)
        assert [name for name, _ in page.elements].count("img") == 1
        assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
        assert EVIL in page.text


def test_a_mark_that_does_not_belong_here_is_passed_over() -> None:
    """A tag of another layer, or a segment the article no longer has."""
    strange = [replace(MARKS[0], tag="no-such"), replace(MARKS[1], span=Span("s99", 0, 0))]
    assert chart(IDLIB, SOURCING, [*MARKS, *strange], KEY, WORDS) == chart(IDLIB, SOURCING, MARKS, KEY, WORDS)


def test_a_picture_is_saved_as_it_is_shown(full: Picture, tmp_path: Path) -> None:
    """The file holds the same bytes; a place that cannot be written is named."""
    assert full.save(tmp_path / "picture.png").read_bytes() == full.png
    with pytest.raises(LessonError, match="no-such-folder"):
        full.save(tmp_path / "no-such-folder" / "picture.png")


def test_the_lessons_verb_draws_the_learners_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: Picture
) -> None:
    """From the workbook to the picture."""
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path))
    lesson = open_lesson("idlib")
    lesson.workbook.put(MARKS)
    assert lesson.chart("sourcing").png == full.png
    assert isinstance(lesson.marks("sourcing"), pd.DataFrame)
    assert len(lesson.marks("sourcing")) == len(MARKS)
    assert len(lesson.marks("sourcing", of="key")) == len(KEY.notes)


# Articles of other kinds


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "made",
    [
        article("تركيا تتوقع من روسيا", "قال وزير الخارجية إن بلاده تتوقع وقف الهجمات", language="ar", direction="rtl"),
        article("טורקיה מצפה מרוסיה", "שר החוץ אמר כי ארצו מצפה", language="he", direction="rtl"),
        article("土耳其期望俄罗斯立即停止袭击", "外交部长说土耳其期望莫斯科停止袭击。", language="zh"),
        article("ตุรกีคาดหวัง 🦦", "हिन्दी में एक वाक्य", language="th"),
        article("One"),
        article("Word", *("a b c d e " * (1 + number % 40) for number in range(300))),
        article("Long", "word " * 5000, "short"),
    ],
    ids=["arabic", "hebrew", "chinese", "thai and hindi", "one word", "300 sentences", "one very long sentence"],
)
def test_no_article_is_too_strange_to_draw(made: Article) -> None:
    """Nor its sources: what the font lacks gets a number, and the words say which."""
    sources = [made.segments[0].text, "$5 and $6_x^2", "A" * 300, "x" * 40 + " y" * 40]
    notes = [
        note(made, segment.id, 0, SOURCING.tags[number % 5].name, source=f"{sources[number % 4]} {number}")
        for number, segment in enumerate(made.segments)
    ]
    marks = [Mark(f"m{tag.key}", "sourcing", Span("h1", 0, 0), "x", tag.name) for tag in SOURCING.tags]
    picture = chart(made, SOURCING, marks, Key("sourcing", tuple(notes)), WORDS)
    image = Image.open(io.BytesIO(picture.png))
    assert image.height < 30_000
    for one in notes:
        assert short_name(one.fields["source"]) in picture.description


def test_a_name_the_font_cannot_write_is_a_number_in_picture_and_words() -> None:
    """Empty boxes would say nothing."""
    made = article("One two three")
    key = Key("sourcing", (note(made, "h1", 1, "party", source="土耳其，外交部长"),))
    assert "Source 1 (土耳其)" in chart(made, SOURCING, (), key, WORDS).description


def test_a_right_to_left_article_is_drawn_from_right_to_left() -> None:
    """Its first segment stands on the right."""
    texts = ("One two three", "four five six seven eight nine ten eleven")
    key = Key("sourcing", (note(article(*texts), "h1", 0, "party", source="A"),))
    shares = []
    for direction in ("ltr", "rtl"):
        picture = chart(article(*texts, direction=direction), SOURCING, (), key, WORDS)
        image = Image.open(io.BytesIO(picture.png)).convert("RGB")
        strip = image.crop((0, image.height * 3 // 4, image.width, image.height))
        blue = tuple(int(looks(SOURCING)["party"].fill[at : at + 2], 16) for at in (1, 3, 5))
        left = strip.crop((0, 0, strip.width // 2, strip.height))
        counts = [
            {found: count for count, found in part.getcolors(1 << 24) or []}.get(blue, 0) for part in (left, strip)
        ]
        shares.append(counts[0] / counts[1])
    assert shares == [1, 0]


def test_the_page_is_drawn_line_by_line(layers: dict[str, Layer], words: Words, article: Article) -> None:
    marks = [_marked(article, line.id, layers["page"]) for line in article.page_segments]

    picture = chart(article, layers["page"], marks, None, words)

    assert all(f"{line.id}," in picture.description for line in article.page_segments)
    assert picture.png


def _marked(article: Article, segment: str, layer: Layer) -> Mark:
    span = Span(segment, 0, len(article.segment(segment).words) - 1)
    return Mark(segment, layer.name, span, article.quote(span), layer.tags[0].name)


def test_the_pages_of_a_picture_are_cut_from_it_and_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawings: list[object] = []
    draw = Figure.savefig

    def counted(figure: Figure, file: io.BytesIO, **how: Any) -> None:
        drawings.append(file)
        draw(figure, file, **how)

    monkeypatch.setattr(Figure, "savefig", counted)
    picture = chart(IDLIB, SOURCING, MARKS, KEY, WORDS)
    assert len(picture.pages) > 1
    assert len(drawings) == 1
