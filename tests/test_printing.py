"""The lesson on paper: what stands on the sheets, and how it is set."""

import json
import re
import shutil
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonkit.__main__ import main
from lessonkit.article import Article, read_article
from lessonkit.faults import LessonError
from lessonkit.key import Key, page_key, read_key
from lessonkit.layers import SHAPES, Layer
from lessonkit.places import data_folder, notebooks_folder
from lessonkit.printing import as_html, as_pdf, print_sheets, read_discussion, sheets
from lessonkit.printing.blocks import Document, Legend, Ruled, Sign, Tag
from lessonkit.printing.letters import ordered, shaped
from lessonkit.printing.looks import LARGE, LOOKS, LOW_INK, USUAL, Look
from lessonkit.printing.setting import Face, Run, Setting
from lessonkit.rules import faults_of
from lessonkit.words import Words

from .pdf import Pdf

HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover='x' {braces} &amp; 5 < 6"
ARABIC = """+++
title = "خبر"
language = "ar"
direction = "rtl"
rights = "صحيفة"
+++

# الرئيس يلتقي (وزير الخارجية) في إسطنبول

وقالت الوزارة يوم 6 فبراير إن أكثر من 1,000 هجوم وقعت في منطقة إدلب، والسلام.
"""


@pytest.fixture(scope="module")
def keys(article: Article, layers: dict[str, Layer], words: Words) -> dict[str, Key | None]:
    """The keys of all layers, that of the page included."""
    return {
        name: page_key(article, layer, words) if layer.over == "page" else read_key(article, layer)
        for name, layer in layers.items()
    }


@pytest.fixture(scope="module")
def documents(
    article: Article, layers: dict[str, Layer], keys: dict[str, Key | None], words: Words
) -> dict[str, Document]:
    """All sheets of the kit's lesson, by the names of their files."""
    return {one.name: one for one in sheets(article, list(layers.values()), keys, words)}


@pytest.fixture(scope="module")
def pdfs(documents: dict[str, Document]) -> dict[str, Pdf]:
    """The same as PDF for A4."""
    return {name: Pdf(as_pdf.written(one, USUAL, "a4").data) for name, one in documents.items()}


@pytest.fixture(scope="module")
def pages(documents: dict[str, Document]) -> dict[str, str]:
    """The same as the text of the HTML."""
    return {name: Read(as_html.written(one, USUAL).decode()).text for name, one in documents.items()}


class Read(HTMLParser):
    """HTML as a browser takes it: its elements and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    @property
    def text(self) -> str:
        return plain("".join(self._texts))


def plain(text: str) -> str:
    return " ".join(text.split())


def run_together(pdf: Pdf) -> str:
    """Give the text without any space: where a line was broken is not of interest."""
    return "".join("".join(pdf.texts).split())


def stands_in(text: str, pdf: Pdf) -> bool:
    return "".join(text.split()) in run_together(pdf)


def lesson_of(folder: Path, article: str, **more: str) -> Article:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "article.md").write_text(article, encoding="utf-8")
    for name, text in more.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return read_article(folder)


# What stands on the sheets


def test_each_layer_has_a_worksheet_and_a_key(documents: dict[str, Document], layers: dict[str, Layer]) -> None:
    assert list(documents) == [f"{name}-{sheet}" for name in layers for sheet in ("worksheet", "key")]


@pytest.mark.parametrize("sheet", ["worksheet", "key"])
@pytest.mark.parametrize("layer", ["page", "sourcing", "claims", "framing"])
def test_every_segment_stands_on_every_sheet_with_its_id(
    layer: str, sheet: str, article: Article, layers: dict[str, Layer], pdfs: dict[str, Pdf], pages: dict[str, str]
) -> None:
    name = f"{layer}-{sheet}"

    for segment in article.over(layers[layer].over):
        assert stands_in(segment.text, pdfs[name]), segment.id
        assert f"{segment.id}{plain(segment.text)}" in pages[name].replace(f"{segment.id} ", segment.id)
        assert segment.id in "\n".join(pdfs[name].texts).split("\n")


@pytest.mark.parametrize("layer", ["page", "sourcing", "claims", "framing"])
def test_a_worksheet_explains_every_tag_and_leaves_room(
    layer: str, layers: dict[str, Layer], pdfs: dict[str, Pdf], pages: dict[str, str]
) -> None:
    name = f"{layer}-worksheet"
    explained = [layers[layer].question, "Made-up name", "The words", "Why do you think so?"]
    if layers[layer].over == "article":
        explained.append(layers[layer].how)
    explained += [text for tag in layers[layer].tags for text in (tag.title, tag.definition, tag.ask)]

    for text in explained:
        assert stands_in(text, pdfs[name]), text
        assert plain(text) in pages[name]


@pytest.mark.parametrize("layer", ["page", "sourcing", "claims", "framing"])
def test_the_key_says_everything_of_every_note_and_the_worksheet_nothing(
    layer: str, keys: dict[str, Key | None], layers: dict[str, Layer], pdfs: dict[str, Pdf], pages: dict[str, str]
) -> None:
    key = keys[layer]
    assert key is not None
    asks = {tag.ask for tag in layers[layer].tags}
    said = [text for note in key.notes for text in (note.hint, note.why)]
    said += [one for note in key.notes for label in note.labels for one in (label.by, label.address)]
    said += [text for one in key.missing for text in (one.question, one.why, one.address)]
    shown = [
        (field.values or {}).get(note.fields[field.name], note.fields[field.name])
        for note in key.notes
        for field in layers[layer].fields
        if field.name in note.fields
    ]

    for text in filter(None, [*said, *shown]):
        assert stands_in(text, pdfs[f"{layer}-key"]), text
        assert plain(text) in pages[f"{layer}-key"], text
    for text in filter(None, said):
        assert text in asks or plain(text) not in pages[f"{layer}-worksheet"], text


def test_the_rights_note_stands_on_every_sheet(article: Article, pdfs: dict[str, Pdf], pages: dict[str, str]) -> None:
    rights = str(article.header["rights"])

    assert [name for name, pdf in pdfs.items() if not stands_in(rights, pdf)] == []
    assert [name for name, page in pages.items() if plain(rights) not in page] == []


def test_a_class_on_paper_talks_about_what_the_notebooks_ask(article: Article, layers: dict[str, Layer]) -> None:
    printed = read_discussion(article, list(layers.values()))
    asked = {}
    for path in notebooks_folder().glob("0[1-4]-*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        [think] = [text for cell in cells if (text := "".join(cell["source"])).startswith("## Think")]
        name = {"01": "page", "02": "sourcing", "03": "claims", "04": "framing"}[path.name[:2]]
        asked[name] = tuple(re.findall(r"^\d\. (.+)$", think.replace("*", ""), flags=re.MULTILINE))

    assert dict(printed) == asked


def test_the_questions_stand_before_the_notes_as_the_file_they_are_in_says(
    pages: dict[str, str], article: Article, layers: dict[str, Layer], keys: dict[str, Key | None]
) -> None:
    for name, questions in read_discussion(article, list(layers.values())).items():
        key, page = keys[name], pages[f"{name}-key"]
        assert key is not None
        assert page.index(plain(questions[-1])) < min(page.index(plain(note.why)) for note in key.notes)
    for folder in ("idlib", "_template"):
        text = (data_folder() / folder / "print.toml").read_text(encoding="utf-8")
        assert "printed at the head of each layer's key" in text.splitlines()[0]


def test_the_questions_to_talk_about_are_in_the_key(
    article: Article, layers: dict[str, Layer], pdfs: dict[str, Pdf]
) -> None:
    for name, questions in read_discussion(article, list(layers.values())).items():
        assert all(stands_in(question, pdfs[f"{name}-key"]) for question in questions)


# How they are set


def test_the_letters_are_inside_the_file(pdfs: dict[str, Pdf]) -> None:
    assert {name: pdf.embedded for name, pdf in pdfs.items()} == {
        name: {"DejaVuSansBook", "DejaVuSansBold"} for name in pdfs
    }


def test_a_sheet_has_a_few_pages_and_each_says_which_it_is(pdfs: dict[str, Pdf]) -> None:
    for name, pdf in pdfs.items():
        most = 5 if name.endswith("worksheet") else 12
        assert 2 <= len(pdf.pages) <= most, name
        for number, text in enumerate(pdf.texts, start=1):
            assert f"Page {number} of {len(pdf.pages)} · " in text
            assert len(text.split()) > 12, (name, number)


@pytest.mark.parametrize(("paper", "size"), [("a4", b"595.28 841.89"), ("letter", b"612 792")])
def test_there_is_a_sheet_for_either_paper(documents: dict[str, Document], paper: str, size: bytes) -> None:
    pdf = Pdf(as_pdf.written(documents["sourcing-worksheet"], USUAL, paper).data)

    assert b"/MediaBox [0 0 " + size + b"]" in pdf.data.replace(b".00", b"")


@pytest.mark.parametrize("sheet", ["worksheet", "key"])
def test_large_print_has_no_letter_below_18_points(documents: dict[str, Document], sheet: str) -> None:
    document = documents[f"framing-{sheet}"]
    pdf = Pdf(as_pdf.written(document, LARGE, "letter").data)
    page = as_html.written(document, LARGE).decode()

    assert min(pdf.sizes) >= 18
    assert "<table" not in page
    assert min(float(size) for size in re.findall(r"font(?:-size)?: ([\d.]+)pt", page)) >= 18
    assert not re.search(r"font-size: [\d.]+(r?em|%|px)", page)
    assert all("Page " in text and " of " in text for text in pdf.texts)


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("layer", ["page", "sourcing", "claims", "framing"])
def test_large_print_has_as_many_rows_to_fill_in_and_no_page_before_the_last_is_left_half_empty(
    documents: dict[str, Document], layer: str, paper: str
) -> None:
    document = documents[f"{layer}-worksheet"]
    [rows] = {block.rows for block in document.blocks if isinstance(block, Ruled)}
    setter = as_pdf._Setter(document, LARGE, paper)
    room = setter._bottom - as_pdf._MARGIN

    assert run_together(Pdf(setter.written().data)).count("Whydoyouthinkso?") >= rows
    assert as_html.written(document, LARGE).decode().count("Why do you think so?") == rows
    for number, page in enumerate(setter._pages()[:-1], start=1):
        strip, top = page[-1]
        assert top + strip.height - as_pdf._MARGIN > room * 0.6, number


def test_no_sheet_tells_a_pupil_to_press_something(pages: dict[str, str], pdfs: dict[str, Pdf]) -> None:
    for name, page in pages.items():
        if name.endswith("-worksheet"):
            for text in (page, " ".join(pdfs[name].texts)):
                assert not re.search(r"\b(tap|press|click|whole line|screen|choose a tag)\b", text, re.IGNORECASE), name
    assert "decide of each line which tag it has" in pages["page-worksheet"]


@pytest.mark.parametrize("sheet", ["worksheet", "key"])
def test_low_ink_paints_no_area_and_no_colour(documents: dict[str, Document], sheet: str) -> None:
    document = documents[f"sourcing-{sheet}"]
    saving, usual = (Pdf(as_pdf.written(document, look, "a4").data) for look in (LOW_INK, USUAL))
    page = as_html.written(document, LOW_INK).decode()
    colours = {colour for drawn in saving.pages for colour in re.findall(rb"([\d.]+ [\d.]+ [\d.]+) RG", drawn)}

    assert saving.fills == []
    assert usual.fills != []
    assert colours <= {b"0 0 0"}
    assert not re.search(r"background: #(?!fff)|<img|text-decoration-color", page)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name or "usual")
def test_the_same_sheet_gives_the_same_bytes(documents: dict[str, Document], look: Look) -> None:
    document = documents["claims-worksheet"]

    assert as_pdf.written(document, look, "a4") == as_pdf.written(document, look, "a4")
    assert as_html.written(document, look) == as_html.written(document, look)


def test_every_shape_is_drawn_in_its_own_way(documents: dict[str, Document]) -> None:
    drawn = {}
    for shape in SHAPES:
        sign = Sign("1", "A tag", shape, "#000000")
        legend = Legend(("Tag", "Means", "Ask"), (Tag(sign, "It means.", "Is it?"),))
        document = Document("x", "x", "en", "ltr", "Page", (legend,))
        drawn[shape] = Pdf(as_pdf.written(document, LOW_INK, "a4").data).pages[0]

    assert len(set(drawn.values())) == len(SHAPES)
    legends = [block for block in documents["sourcing-worksheet"].blocks if isinstance(block, Legend)]
    assert [tag.sign.shape for tag in legends[0].tags] == list(SHAPES)


# Whatever an article holds


def test_hostile_words_are_words_on_the_page(layers: dict[str, Layer], words: Words, tmp_path: Path) -> None:
    toml = json.dumps(HOSTILE)
    article = lesson_of(
        tmp_path / "hostile",
        f"+++\ntitle = {toml}\nlanguage = '\"><script>'\nrights = {toml}\n+++\n\n# {HOSTILE}\n\nPlain words.\n",
        sourcing=f'[[note]]\nquote = "Plain"\ntag = "party"\nsource = {toml}\nbasis = "self"\nhint = {toml}\nwhy = {toml}\naddress = "https://a.example/\\"><script>"\n',
        print=f"[sourcing]\ndiscuss = [{toml}]\n",
    )
    key = read_key(article, layers["sourcing"])

    for document in sheets(article, [layers["sourcing"]], {"sourcing": key}, words):
        for look in LOOKS:
            read = Read(as_html.written(document, look).decode())
            assert {name for name, _ in read.elements} <= {
                *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "div", "span", "strong"),
                *("table", "thead", "tbody", "tr", "th", "td", "colgroup", "col", "a", "bdi"),
            }
            assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]
            assert plain(HOSTILE) in read.text
        assert stands_in(HOSTILE, Pdf(as_pdf.written(document, USUAL, "a4").data))


def test_html_needs_neither_script_nor_network(documents: dict[str, Document]) -> None:
    page = as_html.written(documents["framing-key"], USUAL).decode()

    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|@import|url\(|src=", page)
    assert re.search(r"@page \{ margin: [^;]+; @bottom-left \{ content: \"Page \" counter\(page\)", page)


def test_arabic_stands_from_right_to_left_in_joined_letters(
    layers: dict[str, Layer], words: Words, tmp_path: Path
) -> None:
    article = lesson_of(tmp_path / "haber", ARABIC)
    [document] = sheets(article, [layers["sourcing"]], {}, words)
    made = as_pdf.written(document, USUAL, "a4")
    text = Pdf(made.data).texts[0]
    headline = next(line for line in text.split("\n") if "ﻲﻘﺘﻠﻳ" in line)

    assert made.missing == frozenset()
    # Read from its right end, and with the joined shapes undone, the line is the headline.
    assert (
        unicodedata.normalize("NFKC", headline[::-1]).translate(str.maketrans("()", ")(")) == article.segments[0].text
    )
    assert 'dir="rtl"' in as_html.written(document, USUAL).decode()
    assert "1,000" in text


def test_turkish_greek_cyrillic_and_hebrew_letters_are_printed(
    layers: dict[str, Layer], words: Words, tmp_path: Path
) -> None:
    line = "Erdoğan'ın şüphesiz İstanbul, Ёжик Україна Ελλάδα"
    article = lesson_of(tmp_path / "letters", f"# {line}\n\nשלום.\n")
    [document] = sheets(article, [layers["sourcing"]], {}, words)
    made = as_pdf.written(document, USUAL, "a4")

    assert made.missing == frozenset()
    assert stands_in(line, Pdf(made.data))
    assert "םולש." in Pdf(made.data).texts[0]


def test_letters_join_as_their_neighbours_ask() -> None:
    # beh, alef, beh: the alef takes the letter before it and none behind it.
    assert shaped("باب") == ["\ufe91", "\ufe8e", "\ufe8f"]
    # lam and alef are one sign, also behind a letter that joins, and with a mark between lam and its neighbour.
    assert shaped("لا") == ["\ufefb", ""]
    assert shaped("بلا") == ["\ufe91", "\ufefc", ""]
    assert shaped("بَب") == ["\ufe91", "\u064e", "\ufe90"]
    assert shaped("ل") == ["\ufedd"]
    assert shaped("plain") == list("plain")


def test_numbers_and_names_keep_their_own_direction_in_a_line_from_right_to_left() -> None:
    line = "אב 12 (cd)."

    assert "".join(line[at] for at, _ in ordered(line, "rtl")) == ".)cd( 12 בא"
    assert [at for at, _ in ordered("plain", "ltr")] == [0, 1, 2, 3, 4]


KNOWN = {*range(32, 0x2000), 0x25A1}
FACE = Face(KNOWN, dict.fromkeys(KNOWN, 500.0))


@given(st.text(max_size=200), st.floats(10, 300), st.sampled_from(["ltr", "rtl"]))
@settings(max_examples=300, deadline=None)
def test_no_letter_is_lost_and_no_line_is_too_wide(text: str, room: float, direction: str) -> None:
    setting = Setting(FACE, FACE, [Run(text)], 10, room, direction)
    kept = sorted(at for line in setting.lines for at in line.places)
    hidden = {
        at for at, one in enumerate(setting.text) if one == " " or unicodedata.category(one) in {"Cf", "Cc", "Cn"}
    }
    hidden |= {at for at, one in enumerate(setting.text) if unicodedata.bidirectional(one) in {"BN", "B", "S"}}

    assert set(range(len(setting.text))) - hidden <= set(kept)
    assert len(kept) == len(set(kept))
    assert all(line.width <= room + 0.01 or len(line.places) == 1 for line in setting.lines)
    for line in setting.lines:
        assert all(before <= after for before, after in pairwise(x for x, _, _ in line.pieces))


def test_letters_without_a_shape_are_told_and_stand_in_the_html(
    words: Words,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for path in data_folder().glob("*.toml"):
        shutil.copy(path, data)
    lesson_of(data / "kanji", "# 漢字 and words\n")
    monkeypatch.setenv("LESSONKIT_DATA", str(data))

    assert main(["print", "kanji", "--to", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert words("print.no_letters", letters="字 漢") in said
    assert words("print.no_key", article="kanji", layers="Sourcing, Claims, Framing") in said
    assert "漢字" in (tmp_path / "out" / "html" / "sourcing-worksheet.html").read_text(encoding="utf-8")
    assert stands_in("□□ and words", Pdf((tmp_path / "out" / "a4" / "sourcing-worksheet.pdf").read_bytes()))


# The command


def test_the_command_makes_every_sheet_and_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, folder = tmp_path / "data", tmp_path / "paper"
    shutil.copytree(data_folder(), data, ignore=shutil.ignore_patterns("idlib"))
    (data / "_template").rename(data / "short")
    monkeypatch.setenv("LESSONKIT_DATA", str(data))

    assert main(["print", "short", "--to", str(folder)]) == 0
    sheets = ("sourcing-worksheet", "sourcing-key", "claims-worksheet", "framing-worksheet")
    names = [f"{name}{look}" for name in sheets for look in ("", "-large", "-low-ink")]
    made = {str(path.relative_to(folder)) for path in folder.rglob("*.*")}
    said = capsys.readouterr().out
    assert made == {
        f"{kind}/{name}.{'html' if kind == 'html' else 'pdf'}" for kind in ("a4", "letter", "html") for name in names
    }
    assert [name for name in made if f"{folder / name}\n" not in said] == []
    assert "no key for Claims, Framing" in said

    assert main(["print", "short", "--to", str(folder)]) == 1
    assert "are there already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("begins", "key", "named"),
    [
        ("# Words", True, ["a4/sourcing-worksheet.pdf", "a4/sourcing-key.pdf"]),
        ("# Words", False, ["a4/sourcing-worksheet.pdf"]),
        ("# 漢字 and words", False, ["html/sourcing-worksheet.html"]),  # letters that the PDF files do not show
    ],
)
def test_the_command_ends_with_the_sheets_to_begin_with_and_the_paper(
    begins: str,
    key: bool,  # noqa: FBT001 - a column of a table
    named: list[str],
    words: Words,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data, to = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    for path in data_folder().glob("*.toml"):
        shutil.copy(path, data)
    note = {"quote": "Words", "tag": "party", "hint": "Who?", "why": "It says so.", "source": "It", "basis": "not said"}
    sourcing = "\n".join(["[[note]]", *(f"{name} = {json.dumps(text)}" for name, text in note.items()), ""])
    lesson_of(data / "short", f"{begins}\n", **({"sourcing": sourcing} if key else {}))
    monkeypatch.setenv("LESSONKIT_DATA", str(data))
    monkeypatch.setenv("COLUMNS", "10000")

    assert main(["print", "short", "--to", str(to)]) == 0
    begin, paper = capsys.readouterr().out.splitlines()[-2:]

    assert [str(to / name) for name in named if str(to / name) in begin] == [str(to / name) for name in named]
    assert begin.count(str(to)) == len(named)
    assert all((to / name).is_file() for name in named)
    assert paper == words("print.paper")
    assert all(name in paper for name in ("a4", "letter", "html", "-large", "-low-ink"))


def test_nothing_is_written_over_unless_asked(
    article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path
) -> None:
    there = tmp_path / "html" / "sourcing-worksheet.html"
    there.parent.mkdir()
    there.write_text("my own", encoding="utf-8")
    only = [layers["sourcing"]]
    (tmp_path / "bare").mkdir()
    shutil.copy(article.folder / "article.md", tmp_path / "bare")
    bare = read_article(tmp_path / "bare")

    with pytest.raises(LessonError, match=re.escape(words("files.there", file=there))):
        print_sheets(bare, only, {}, words, tmp_path)
    assert there.read_text(encoding="utf-8") == "my own"
    assert not (tmp_path / "a4").exists()

    print_sheets(bare, only, {}, words, tmp_path, replace=True)
    assert there.read_text(encoding="utf-8") != "my own"
    with pytest.raises(LessonError, match="8 more"):
        print_sheets(bare, only, {}, words, tmp_path)


def test_a_folder_that_cannot_be_written_to_is_named(layers: dict[str, Layer], words: Words, tmp_path: Path) -> None:
    article = lesson_of(tmp_path / "plain", "# Words\n")
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(LessonError, match="could not be written"):
        print_sheets(article, [layers["sourcing"]], {}, words, tmp_path / "file")


def test_an_article_without_keys_has_worksheets_only(layers: dict[str, Layer], words: Words, tmp_path: Path) -> None:
    article = lesson_of(tmp_path / "plain", "# Words\n")

    made = sheets(article, list(layers.values()), {}, words)
    assert [one.name for one in made] == ["sourcing-worksheet", "claims-worksheet", "framing-worksheet"]


# The rules


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[sourcing]\ndiscuss = "Who?"\n', "sourcing: discuss is a list of texts"),
        ('[sourcing]\ndiscuss = ["Who?"]\nmore = 1\n', "more is not known here"),
        ('[tone]\ndiscuss = ["Who?"]\n', "tone is not known here"),
        ("discuss = [\n", "not valid TOML"),
    ],
)
def test_check_names_what_is_wrong_with_the_questions(
    text: str, told: str, layers: dict[str, Layer], tmp_path: Path
) -> None:
    folder = tmp_path / "lesson"
    shutil.copytree(data_folder() / "_template", folder)
    assert faults_of(folder, layers) == []

    (folder / "print.toml").write_text(text, encoding="utf-8")
    faults = faults_of(folder, layers)
    assert len(faults) == 1
    assert told in faults[0]
    assert "print.toml" in faults[0]
