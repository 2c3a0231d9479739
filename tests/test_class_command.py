"""What ``lessonkit class`` says in a terminal: enough to begin a talk, and nobody's name."""

import html
import io
import re
from pathlib import Path

import pytest

from lessonkit.__main__ import _bar, main
from lessonkit.article import Article
from lessonkit.intake import hand_in
from lessonkit.layers import Layer
from lessonkit.words import Words

PUPILS = 14


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen made-up pupils, with real names in the names of their files, as learning platforms put them there."""
    folder = tmp_path_factory.mktemp("handed-in")
    assert main(["rehearse", str(PUPILS), "--to", str(folder), "--seed", "4"]) == 0
    for number, path in enumerate(sorted(folder.iterdir())):
        path.rename(folder / f"Realname-{number}_assignsubmission_file_.json")
    return folder


def said(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Give what the command says of a class."""
    capsys.readouterr()
    assert main(["class", str(folder), *more]) == 0
    return capsys.readouterr().out


def plain(text: str) -> str:
    """Undo how lines were broken."""
    return " ".join(text.split())


def test_a_class_is_told_with_the_reports_own_five_segments_and_their_questions(
    folder: Path, words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(folder, capsys)
    said(folder, capsys, "--to", str(tmp_path / "out"))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    asked, where, quoted = (
        [html.unescape(one) for one in re.findall(pattern, page)]
        for pattern in (
            r'<p class="ask">(.*?)</p>',
            r'<li><p><span class="where">(.*?)</span>',
            r"<q [^>]*>“(.*?)”</q>",
        )
    )

    assert len(asked) == 5
    at = told.index(words("exports.report_talk"))
    for number, (place, beginning, ask) in enumerate(zip(where, quoted, asked, strict=True), start=1):
        assert plain(f"{number}. {place} “{beginning}” {ask}") in plain(told[at:])
    assert plain(told[at:]).count("Ask of them:") == 5


def test_how_many_there_are_comes_first_and_then_what_was_not_taken_and_why(
    folder: Path, words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handed_in = tmp_path / "class"
    handed_in.mkdir()
    for path in folder.iterdir():
        (handed_in / path.name).write_bytes(path.read_bytes())
    (handed_in / "essay.docx").write_text("An essay", encoding="utf-8")

    lines = said(handed_in, capsys).splitlines()

    assert lines[0] == words("intake.pupils", pupils=PUPILS)
    assert lines[1] == words("intake.made_up", pupils=PUPILS)
    assert lines[2].startswith("essay.docx: It ends in none of")
    assert lines.index(words("exports.report_talk")) > 2


def test_a_terminal_is_told_of_no_name_of_a_pupil_nor_of_a_file_that_was_taken(
    folder: Path, article: Article, layers: dict[str, Layer], words: Words, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(folder, capsys)

    pupils = hand_in(folder, article, layers, words).pupils
    assert len(pupils) == PUPILS
    for pupil in pupils:
        assert pupil.pseudonym not in told
        assert pupil.id not in told
    assert "Realname" not in told


@pytest.mark.parametrize("columns", [40, 72])
def test_no_line_is_wider_than_the_terminal(
    columns: int, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    lines = said(folder, capsys).splitlines()

    assert max(map(len, lines)) <= columns
    assert max(map(len, lines)) > columns - 12


def test_the_last_line_names_the_option_that_writes_the_report(
    folder: Path, words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(folder, capsys)
    written = said(folder, capsys, "--to", str(tmp_path / "out"))

    assert plain(told).endswith(words("exports.to"))
    assert "--to FOLDER" in words("exports.to")
    assert words("exports.to") not in plain(written)


def test_of_one_pupil_it_is_said_that_nobody_differs(
    folder: Path, words: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = tmp_path / "one"
    alone.mkdir()
    path = next(iter(folder.iterdir()))
    (alone / path.name).write_bytes(path.read_bytes())

    told = plain(said(alone, capsys))

    assert words("class.talk_one") in told
    assert "Ask of them:" not in told


# The bar that a terminal is shown while files are read


class Terminal(io.StringIO):
    """A terminal of so many columns: it takes what is written, and knows what then stands on its line."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.columns = columns
        self.lines: list[str] = [""]

    def write(self, text: str) -> int:
        assert "\n" not in text
        for part in re.findall(r"\r[^\r]*|^[^\r]+", text):
            over = part.removeprefix("\r")
            # A full line makes some terminals go on to the next one, where the bar would be left behind.
            assert len(over) < self.columns
            self.lines.append(over + self.lines[-1][len(over) :] if part[0] == "\r" else self.lines[-1] + over)
        return len(text)

    @property
    def shown(self) -> list[str]:
        """What stood on the line, each once."""
        return [line.rstrip() for line in self.lines if line.strip()]


@pytest.mark.parametrize(("columns", "most"), [(80, 40), (30, 6), (18, 0), (9, 0)])
def test_a_bar_grows_on_one_line_of_any_terminal_and_leaves_it_empty(
    columns: int, most: int, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal(columns)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stderr", terminal)
    tell = _bar(words)
    for done in range(1, 2_001):
        # A zip has shown, when it was opened, that there is more than there seemed to be.
        tell(done, 1_000 if done < 900 else 2_000)

    full = [line.count("#") for line in terminal.shown]
    assert terminal.lines[-1].strip() == ""
    assert 50 < len(terminal.shown) < 250, "drawn a hundred times and not two thousand"
    assert full[0] == 0
    assert terminal.shown[0].startswith("Reading")
    assert max(full) == most


def test_nothing_is_drawn_where_errors_go_to_no_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", str(folder)]) == 0
    assert capsys.readouterr().err == ""
