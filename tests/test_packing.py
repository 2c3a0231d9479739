"""A pupil's copy of the kit: it runs, and it holds nothing of the key."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lessonkit import open_lesson
from lessonkit.__main__ import main
from lessonkit.article import Article, Span, read_article
from lessonkit.faults import LessonError
from lessonkit.feedback import hold_against
from lessonkit.files import read_toml
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.lesson import LABS
from lessonkit.packing import Packed, Places, pack
from lessonkit.places import data_folder, notebooks_folder, package_folder, repository_folder
from lessonkit.rules import faults_of
from lessonkit.words import Words
from lessonkit.workbook import Workbook

KEYED = ("sourcing", "claims", "framing")
OPEN_LESSON = """
import lessonkit, pathlib
here = pathlib.Path.cwd()
assert here in pathlib.Path(lessonkit.__file__).parents, lessonkit.__file__
lesson = lessonkit.open_lesson("idlib")
assert here in lesson.article.folder.parents, lesson.article.folder
def mark(layer, segment, first, last, tag, reason=""):
    made = {"segment": segment, "first": first, "last": last, "tag": tag, "reason": reason}
    lesson.workbook.put([lesson.workbook.mark_from({"id": f"{segment}-{first}", **made}, layer)])
"""


@pytest.fixture(scope="module")
def places() -> Places:
    """Where a pack is taken from here."""
    return Places(repository_folder(), package_folder(), data_folder(), notebooks_folder())


@pytest.fixture(scope="module")
def packed(  # the pack that all tests read
    article: Article,
    layers: dict[str, Layer],
    keys: dict[str, Key],
    words: Words,
    places: Places,
    tmp_path_factory: pytest.TempPathFactory,
) -> Packed:
    """The kit's lesson, packed."""
    return pack(article, layers, keys, LABS, words, places, tmp_path_factory.mktemp("pack") / "pupils.zip")


@pytest.fixture(scope="module")
def unpacked(packed: Packed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack as a pupil has it."""
    folder = tmp_path_factory.mktemp("pupil")
    with zipfile.ZipFile(packed.file) as archive:
        archive.extractall(folder)
    return folder / "lessonkit-idlib"


def members(file: Path) -> dict[str, str]:
    r"""
    Give what every member of a pack says, in plain letters.

    Of a notebook these are all its texts, unescaped, so that nothing hides behind ``\n`` or
    ``\u201c``; of everything else its letters, with HTML's and JSON's escapes undone.
    """
    with zipfile.ZipFile(file) as archive:
        raw = {info.filename: archive.read(info) for info in archive.infolist()}
    told = {}
    for name, data in raw.items():
        text = data.decode("utf-8")  # a picture or a git object would fail here
        if name.endswith(".ipynb"):
            text += "\n".join(texts(json.loads(text)))
        told[name] = plain(html.unescape(text.replace('\\"', '"').replace("\\n", "\n")))
    return told


def texts(value: Any) -> Iterator[str]:
    """Give every text in JSON or TOML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inside in value.items():
            yield name
            yield from texts(inside)
    elif isinstance(value, list):
        # A notebook's lines are a list: a sentence may go over two of them.
        if all(isinstance(one, str) for one in value):
            yield "".join(value)
        for inside in value:
            yield from texts(inside)


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def secrets(article: Article, layers: Mapping[str, Layer]) -> set[str]:
    """
    Give every text of the key files as they stand in the file, read without the kit's own reader.

    Left out is what pupils are given anyway: words of the article itself; names of tags, and the
    values of a field that has a list of them; what a layer asks of everybody; addresses, because
    the glossary has some of them; and the names that others used (``label``), of which the
    notebooks give two as an example.
    """
    found: set[str] = set()
    for layer in layers.values():
        if layer.over == "page":
            continue
        table = read_toml(article.folder / f"{layer.name}.toml")
        listed = {field.name for field in layer.fields if field.values}
        for note in table["note"]:
            said = {name: text for name, text in note.items() if name not in {"tag", "also", "at", "address", *listed}}
            labels = said.pop("labels", [])
            found |= set(said.values()) | {label["by"] for label in labels}
        for one in table.get("missing", []):
            found |= {one["question"], one["why"]}
    for name in ("known", "unknown"):
        found |= {entry["text"] for entry in article.header[name]}
    given = [plain(segment.text) for segment in article.every_segment]
    given += [plain(text) for layer in layers.values() for tag in layer.tags for text in (tag.title, tag.ask)]
    return {plain(text) for text in found if not any(plain(text) in one for one in given)}


def leaks(told: Mapping[str, str], looked_for: set[str]) -> set[tuple[str, str]]:
    """
    Give every secret that stands somewhere, with where.

    One word or two, such as “AFP”, stand somewhere in the kit's code by chance; they are looked
    for only in what a pupil reads.
    """
    return {
        (name, secret)
        for name, text in told.items()
        for secret in looked_for
        if secret in text and (len(secret.split()) > 2 or "/notebooks/" in name or "/data/idlib/" in name)
    }


# Nothing of the key


def test_no_text_of_any_note_is_anywhere_in_the_pack(
    packed: Packed, article: Article, layers: dict[str, Layer]
) -> None:
    looked_for = secrets(article, layers)

    assert len(looked_for) > 250
    assert leaks(members(packed.file), looked_for) == set()


@pytest.mark.parametrize("layer", KEYED)
def test_the_search_finds_a_key_that_was_put_back(
    layer: str, packed: Packed, article: Article, layers: dict[str, Layer], tmp_path: Path
) -> None:
    broken = Path(shutil.copy(packed.file, tmp_path / "broken.zip"))
    with zipfile.ZipFile(broken, "a") as archive:
        archive.write(article.folder / f"{layer}.toml", f"lessonkit-idlib/data/idlib/{layer}.toml")

    found = leaks(members(broken), secrets(article, layers))
    assert len(found) > 40
    assert {name for name, _ in found} == {f"lessonkit-idlib/data/idlib/{layer}.toml"}


def test_the_search_finds_a_stored_output(
    packed: Packed, article: Article, layers: dict[str, Layer], tmp_path: Path
) -> None:
    broken = Path(shutil.copy(packed.file, tmp_path / "broken.zip"))
    with zipfile.ZipFile(broken, "a") as archive:
        archive.write(notebooks_folder() / "02-sourcing.ipynb", "lessonkit-idlib/notebooks/again.ipynb")

    assert leaks(members(broken), secrets(article, layers))


def test_every_member_is_one_that_is_meant_to_be_there(packed: Packed) -> None:
    with zipfile.ZipFile(packed.file) as archive:
        names = [name.removeprefix("lessonkit-idlib/") for name in archive.namelist()]
        comments = [archive.comment, *(info.comment for info in archive.infolist())]
    folders = {name.split("/")[0] for name in names if "/" in name}

    assert folders == {"src", "data", "notebooks"}
    assert {name for name in names if "/" not in name} == {
        *("pyproject.toml", "uv.lock", "Makefile", "environment.yml", "LICENSE", "README.md"),
    }
    assert {name for name in names if name.startswith("data/idlib/")} == {
        f"data/idlib/{name}" for name in ("article.md", "page.txt", "rights.md", "glossary.toml", "dates.toml")
    }
    assert not [name for name in names if ".git/" in name or "__pycache__" in name or name.endswith((".pyc", ".zip"))]
    assert {Path(name).suffix for name in names if name.startswith("src/")} == {".py", ".js", ".css", ".json", ".typed"}
    assert set(comments) == {b""}


def test_no_notebook_keeps_an_output_and_none_is_for_teachers(packed: Packed, unpacked: Path) -> None:
    found = sorted((unpacked / "notebooks").iterdir())

    assert [path.name for path in found] == list(packed.notebooks)
    assert {path.name[:2] for path in found} == {"00", "01", "02", "03", "04", "05"}
    for path in found:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert {(str(cell["outputs"]), cell["execution_count"]) for cell in code} == {("[]", None)}
        assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
        assert not [cell for cell in notebook["cells"] if "attachments" in cell]


def test_the_labs_stay_behind_with_what_they_are_made_of(packed: Packed) -> None:
    assert set(packed.left_out) == {
        path.name for path in notebooks_folder().glob("1[2-5]-*.ipynb")
    }  # all of those that there are


def test_the_same_lesson_gives_the_same_bytes(
    article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words, places: Places, tmp_path: Path
) -> None:
    one, other = (pack(article, layers, keys, LABS, words, places, tmp_path / name) for name in ("1.zip", "2.zip"))

    assert one.file.read_bytes() == other.file.read_bytes()


def test_a_pack_that_would_hold_words_of_the_key_is_refused(
    article: Article,
    layers: dict[str, Layer],
    keys: dict[str, Key],
    words: Words,
    places: Places,
    tmp_path: Path,
) -> None:
    """A teacher's own notebook may quote what the key says."""
    notebooks = tmp_path / "notebooks"
    shutil.copytree(places.notebooks, notebooks)
    why = keys["claims"].notes[4].why
    notebook = json.loads((notebooks / "03-claims.ipynb").read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = ["# Mine\n", "\n", why[:20], why[20:].upper()]
    (notebooks / "03-claims.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    own = Places(places.repository, places.package, places.data, notebooks)

    with pytest.raises(LessonError, match=r"notebooks/03-claims\.ipynb holds words of the key"):
        pack(article, layers, keys, LABS, words, own, tmp_path / "out.zip")
    assert not list(tmp_path.glob("out*"))


# What a pupil is told of the key


KEY_IS_NAMED = {
    "This key was worked out by a program that knows which lines belong to the article.": "it is the saved page's",
    "The key ?": "it is one of the keyboard's",
    'Click into the cell, take out `, of="key"` and run it again: then it is your own.': "what is left are one's marks",
}


def lines_read(unpacked: Path) -> dict[str, list[str]]:
    """Give what a pupil reads in a pack before anything is run, a sentence a line."""
    found = {"README.md": (unpacked / "README.md").read_text(encoding="utf-8").splitlines()}
    for path in sorted((unpacked / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        told = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        found[path.name] = [line for text in told for line in text.splitlines()]
    return found


def test_no_sentence_of_the_pack_promises_the_key(unpacked: Path) -> None:
    named = [
        (name, sentence)
        for name, lines in lines_read(unpacked).items()
        for line in lines
        for sentence in re.split(r"(?<=[.?]) ", line)
        if re.search(r"\bkey('s)?\b|\bfindings?\b|\bcheating\b|look at \*Check\*", sentence, re.IGNORECASE)
    ]

    assert len(named) > 8
    assert [one for one in named if "our teacher has the key" not in one[1] and one[1] not in KEY_IS_NAMED] == [
        ("00-start-here.ipynb", "So your copy shows your own marks and no key."),
    ]
    assert "## Your teacher has the key" in lines_read(unpacked)["00-start-here.ipynb"]


def test_no_notebook_of_the_pack_leads_to_one_that_was_left_out(unpacked: Path, packed: Packed) -> None:
    leads = {
        link
        for lines in lines_read(unpacked).values()
        for line in lines
        for link in re.findall(r"\((\S+\.ipynb)\)", line)
    }

    assert leads
    assert leads <= set(packed.notebooks)


def test_each_passage_that_a_pack_replaces_stands_in_a_notebook_and_in_no_pack(packed: Packed) -> None:
    passages = read_toml(data_folder() / "pack.toml")["instead"]
    notebooks = [
        "".join(cell["source"])
        for path in notebooks_folder().glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    ]
    told = members(packed.file)

    assert len(passages) > 15
    for passage in passages:
        assert any(passage["text"] in cell for cell in notebooks), passage["text"]
        assert [name for name, text in told.items() if plain(passage["text"]) in text] == []
    assert "lessonkit-idlib/data/pack.toml" not in told


# It runs


def run(code: str, folder: Path, work: Path) -> str:
    """Run code as a pupil's notebook would, with nothing of this repository in reach."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LESSONKIT_")}
    return subprocess.run(
        [sys.executable, "-c", OPEN_LESSON + code],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder / "src"), "LESSONKIT_WORK": str(work)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout


def installed(folder: Path, work: Path, *command: str) -> str:
    """Run a command as the pack's read-me has it, in an environment of its own and without a network."""
    uv = shutil.which("uv") or str(repository_folder() / ".uv" / "bin" / "uv")
    # What this checkout runs in is not what a pupil has.
    ours = ("LESSONKIT_", "PYTHONPATH", "VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    # The groups for JupyterLab and for tests are left out: they take long and add nothing of the kit.
    options = ("--offline", "--frozen", "--no-default-groups", "--quiet", "--python", sys.executable)
    done = subprocess.run(
        [uv, "run", *options, *command],
        cwd=folder,
        env={**environment, "LESSONKIT_WORK": str(work)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_pack_installs_itself_outside_of_the_checkout_and_keeps_what_a_pupil_did(
    unpacked: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "a pupil's folder"
    shutil.copytree(unpacked, folder)
    here = (
        OPEN_LESSON
        + """
import json, sys
assert here in pathlib.Path(sys.prefix).parents, sys.prefix
lesson.mark("sourcing")
mark("sourcing", "h1", 0, 0, "party", reason="it wants something")
for sheet in (lesson.check("sourcing"), lesson.reveal("sourcing")):
    print("Your teacher has the key." in sheet.page)
lesson.keep()
pathlib.Path("kept.json").write_text(json.dumps(lesson.workbook.kept()), encoding="utf-8")
"""
    )
    checked = installed(folder, tmp_path / "work", "lessonkit", "check")
    said = installed(folder, tmp_path / "work", "python", "-c", here)
    kept = json.loads((folder / "kept.json").read_text(encoding="utf-8"))

    assert repository_folder() not in folder.resolve().parents
    assert checked.strip() == "idlib: nothing to put right."
    assert said.split() == ["True", "True"]
    assert [(mark["segment"], mark["reason"]) for mark in kept["marks"]] == [("h1", "it wants something")]
    assert list((tmp_path / "work").glob("*.jsonl"))


def test_check_reveal_and_compare_say_who_has_the_key(unpacked: Path, words: Words, tmp_path: Path) -> None:
    away = words("pack.away")
    said = run(
        """
lesson.mark("sourcing")
mark("sourcing", "s7", 12, 13, "party", reason="it speaks")
for layer in ("sourcing", "claims", "framing"):
    for sheet in (lesson.check(layer), lesson.reveal(layer), lesson.compare(layer)):
        print(layer, sheet.page.count("Your teacher has the key."), sheet.page.count("details"))
print(lesson.check("page").page.count("Your teacher has the key."))
""",
        unpacked,
        tmp_path,
    )

    assert away == "Your teacher has the key."
    assert said.split("\n")[:-2] == [f"{layer} 1 0" for layer in KEYED for _ in range(3)]
    assert said.split("\n")[-2] == "0"


def test_a_picture_shows_the_pupils_own_marks(unpacked: Path, tmp_path: Path) -> None:
    said = run(
        """
empty = lesson.chart("framing")
mark("framing", "s2", 22, 23, "naming")
drawn = lesson.chart("framing")
print(len(empty.png) > 0, len(drawn.png) > 0)
print(" ".join(line for part in drawn.parts for line in part.lines))
""",
        unpacked,
        tmp_path,
    )

    assert said.startswith("False True")
    assert "Key" not in said
    assert "doer not named" not in said


def test_every_cell_of_every_notebook_runs(unpacked: Path, packed: Packed, tmp_path: Path) -> None:
    code = """
import json, sys
for path in sorted(pathlib.Path("notebooks").glob("*.ipynb")):
    place = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), place)
    print(path.name)
"""
    said = run(code, unpacked, tmp_path)

    assert [line for line in said.split("\n") if line.endswith(".ipynb")] == list(packed.notebooks)
    assert "Your teacher has the key, so this table is empty." in said


def test_labs_and_what_is_known_from_elsewhere_say_one_sentence(unpacked: Path, words: Words, tmp_path: Path) -> None:
    said = run(
        """
print(lesson.trace().page)
print(lesson.read().page)
""",
        unpacked,
        tmp_path,
    )

    assert words("pack.away_lab") in said
    assert words("pack.away_known") in said


def test_the_packed_lesson_keeps_the_rules_and_prints_worksheets_only(
    unpacked: Path, layers: dict[str, Layer], words: Words, tmp_path: Path
) -> None:
    assert faults_of(unpacked / "data" / "idlib", layers) == []

    environment = {**os.environ, "PYTHONPATH": str(unpacked / "src"), "LESSONKIT_DATA": str(unpacked / "data")}
    said = subprocess.run(
        [sys.executable, "-m", "lessonkit", "print", "idlib", "--to", str(tmp_path / "out")],
        cwd=unpacked,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    ).stdout
    made = {path.stem for path in (tmp_path / "out").rglob("*.html")}
    assert words("print.key_away") in said
    assert {name for name in made if "key" in name} == {"page-key", "page-key-large", "page-key-low-ink"}


def test_the_words_of_the_article_are_the_same(unpacked: Path, article: Article) -> None:
    theirs = read_article(unpacked / "data" / "idlib")

    assert theirs.key_is_away
    assert theirs.text_hash == article.text_hash
    assert theirs.page == article.page
    assert (theirs.title, theirs.language, theirs.direction) == (article.title, article.language, article.direction)
    assert theirs.header["rights"] == article.header["rights"]


# The teacher's side


def test_what_a_pupil_hands_in_is_held_against_the_key(
    unpacked: Path,
    article: Article,
    layers: dict[str, Layer],
    keys: dict[str, Key],
    words: Words,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = tmp_path / "kept.json"
    run(
        f"""
import json
mark("sourcing", "h1", 0, 0, "party", reason="it wants something")
mark("sourcing", "s9", 0, 2, "camera")
pathlib.Path({str(kept)!r}).write_text(json.dumps(lesson.workbook.kept()), encoding="utf-8")
""",
        unpacked,
        tmp_path / "pupil",
    )
    teacher = Workbook(article, layers, tmp_path / "teacher", words)
    name, marks = teacher.marks_in(kept, "sourcing")
    findings = [finding for finding in hold_against(marks, keys["sourcing"], article) if finding.mark]

    assert name
    assert [(finding.kind, finding.mark.reason if finding.mark else "") for finding in findings] == [
        ("agrees", "it wants something"),
        ("differs", ""),
    ]
    assert all(finding.note and finding.note.why for finding in findings)

    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "teacher"))
    lesson = open_lesson("idlib")
    page = lesson.compare("sourcing", partner=str(kept)).page
    assert "it wants something" in page
    # One file, or a class of them: each is held against the key that stayed with the teacher.
    page = lesson.classroom(kept).check("sourcing", "kept.json").page
    assert "it wants something" in page
    assert [kind in page for kind in ('data-kind="agrees"', 'data-kind="differs"')] == [True, True]
    assert keys["sourcing"].of("h1")[0].why in html.unescape(page)


# What cannot be packed


def test_the_command_packs_and_says_what(words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "new folder" / "pupils.zip"

    assert main(["pack", "idlib", "--to", str(to)]) == 1
    assert capsys.readouterr().out.strip() == words("pack.without")

    assert main(["pack", "idlib", "--without-key", "--to", str(to)]) == 0
    said = capsys.readouterr().out
    assert f"{to}: " in said
    assert "00-start-here.ipynb" in said
    assert zipfile.is_zipfile(to)

    before = to.read_bytes()
    assert main(["pack", "idlib", "--without-key", "--to", str(to)]) == 1
    assert capsys.readouterr().out.strip() == words("files.there", file=to)
    assert to.read_bytes() == before
    assert main(["pack", "idlib", "--without-key", "--to", str(to), "--replace"]) == 0
    assert list(to.parent.iterdir()) == [to]


def test_an_installed_package_says_that_it_cannot_pack(
    article: Article, layers: dict[str, Layer], keys: dict[str, Key], words: Words, places: Places, tmp_path: Path
) -> None:
    """Without the repository there are no notebooks, and no versions to install."""
    installed = Places(tmp_path, places.package, places.data, tmp_path / "notebooks")

    with pytest.raises(LessonError, match=r"There is no pyproject\.toml in .+ an installed package does not have them"):
        pack(article, layers, keys, LABS, words, installed, tmp_path / "out.zip")


def test_an_article_that_no_notebook_opens_is_named(
    layers: dict[str, Layer], words: Words, places: Places, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    shutil.copytree(data_folder() / "_template", folder)
    other = read_article(folder)

    with pytest.raises(LessonError, match=r"No notebook in .+ opens “other”"):
        pack(other, layers, {}, LABS, words, places, tmp_path / "out.zip")


def test_a_header_survives_with_every_letter_it_has(
    layers: dict[str, Layer], words: Words, places: Places, tmp_path: Path
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    title = 'A "title" \\ with\ttabs, \x7f and “quotes” {braces} +++'
    (folder / "article.md").write_text(
        f"+++\ntitle = {json.dumps(title).replace(chr(127), chr(92) + 'u007f')}\nunknown = []\n+++\n\n# Words\n\n+++ is text here.\n",
        encoding="utf-8",
    )
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    text = (places.notebooks / "00-start-here.ipynb").read_text(encoding="utf-8")
    (notebooks / "mine.ipynb").write_text(text.replace('\\"idlib\\"', "'odd'"), encoding="utf-8")
    own = Places(places.repository, places.package, places.data, notebooks)
    made = pack(read_article(folder), layers, {}, LABS, words, own, tmp_path / "odd.zip")

    with zipfile.ZipFile(made.file) as archive:
        archive.extractall(tmp_path / "out")
    theirs = read_article(tmp_path / "out" / "lessonkit-odd" / "data" / "odd")
    assert theirs.title == title
    assert [segment.text for segment in theirs.segments] == ["Words", "+++ is text here."]


def test_check_says_what_key_may_be(layers: dict[str, Layer], tmp_path: Path) -> None:
    folder = tmp_path / "lesson"
    shutil.copytree(data_folder() / "_template", folder)
    path = folder / "article.md"
    path.write_text(path.read_text(encoding="utf-8").replace("+++\n", '+++\nkey = "me"\n', 1), encoding="utf-8")

    [fault] = faults_of(folder, layers)
    assert "key is “me”" in fault


def test_a_span_is_a_place_in_the_same_words(article: Article) -> None:
    """The marks that come back are found by number: the pupil's copy must count as the teacher's does."""
    assert article.quote(Span("s9", 0, 2)) == "A war monitor"
