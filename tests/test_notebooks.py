"""The notebooks: written for a tired fourteen-year-old, and compared whole."""

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from lessonkit import open_lesson
from lessonkit.lesson import LABS
from lessonkit.places import data_folder, notebooks_folder

NOTEBOOKS = sorted(notebooks_folder().glob("*.ipynb"))
LAYER_NOTEBOOKS = [path for path in NOTEBOOKS if path.stem[:2] in {"02", "03", "04"}]
HEADINGS = ["Look", "Mark", "Check", "Reveal", "Picture", "Think", "In this notebook"]


def cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def prose(path: Path) -> str:
    return "\n\n".join(source(cell) for cell in cells(path) if cell["cell_type"] == "markdown")


def code(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in cells(path) if cell["cell_type"] == "code"]


def by_name(path: Path) -> str:
    return path.stem


every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=by_name)


def test_there_are_notebooks() -> None:
    assert [path.stem for path in NOTEBOOKS][:1] == ["00-start-here"]
    assert LAYER_NOTEBOOKS


@every_notebook
def test_a_code_cell_has_one_to_three_lines(path: Path) -> None:
    for cell in code(path):
        lines = [line for line in source(cell).splitlines() if line.strip()]
        assert 1 <= len(lines) <= 3, source(cell)


@every_notebook
def test_a_code_cell_follows_prose(path: Path) -> None:
    kinds = [cell["cell_type"] for cell in cells(path)]

    assert kinds[0] == "markdown"
    assert all(before == "markdown" for before, here in pairwise(kinds) if here == "code")


@every_notebook
def test_every_code_cell_was_run_in_order_from_a_fresh_kernel(path: Path) -> None:
    assert [cell["execution_count"] for cell in code(path)] == list(range(1, len(code(path)) + 1))


@every_notebook
def test_outputs_are_stored_and_none_is_an_error(path: Path) -> None:
    outputs = [output for cell in code(path) for output in cell["outputs"]]

    assert outputs
    assert {output["output_type"] for output in outputs} <= {"execute_result", "display_data"}


@every_notebook
def test_no_cell_asks_nbval_to_look_away(path: Path) -> None:
    tags = [tag for cell in cells(path) for tag in cell["metadata"].get("tags", [])]
    comments = re.findall(r"#\s*(?:NBVAL\w*|PYTEST_VALIDATE\w*)", "".join(source(cell) for cell in code(path)))

    assert not [tag for tag in tags if "nbval" in tag or tag in {"raises-exception", "skip-execution"}]
    assert comments == []


@every_notebook
def test_a_notebook_stands_alone_from_its_first_cell(path: Path) -> None:
    first = source(code(path)[0])

    assert first.splitlines()[0] == "from lessonkit import open_lesson"
    assert 'lesson = open_lesson("idlib")' in first


@every_notebook
def test_a_notebook_says_its_price_at_the_door(path: Path) -> None:
    opening = source(cells(path)[0])

    assert re.match(r"# \S", opening)
    assert re.search(r"^\*\d+ minutes · needs .+ · afterwards you can .+\*$", opening, flags=re.MULTILINE)


@every_notebook
def test_a_notebook_ends_with_what_was_done_in_it(path: Path) -> None:
    headings = re.findall(r"^## (.+)$", prose(path), flags=re.MULTILINE)

    assert headings[-1] == "In this notebook"


@pytest.mark.parametrize("path", LAYER_NOTEBOOKS, ids=by_name)
def test_a_layers_notebook_has_the_same_headings_as_the_others(path: Path) -> None:
    assert re.findall(r"^## (.+)$", prose(path), flags=re.MULTILINE) == HEADINGS
    assert re.match(r"# .+\?$", source(cells(path)[0]).splitlines()[0])


@every_notebook
def test_prose_is_plain(path: Path) -> None:
    # Images and links aside, no mark of shouting, no "simply", no praise for nothing.
    # What is typed, such as `!lessonkit print`, is no prose.
    text = re.sub(r"`[^`\n]*`", "", re.sub(r"!\[", "[", prose(path)))

    assert "!" not in text
    assert not re.search(r"\b(simply|obviously|of course|well done|great job|please note)\b", text, flags=re.IGNORECASE)


@every_notebook
def test_prose_uses_the_kits_words(path: Path) -> None:
    other_words = r"\b(annotat\w+|labels?|spans?|categor\w+|quiz\w*|scores?|scored|answer key)\b"

    assert re.findall(other_words, prose(path), flags=re.IGNORECASE) == []


@every_notebook
def test_a_line_of_prose_is_at_most_one_long_sentence(path: Path) -> None:
    # One sentence a line keeps changes readable; a line with two full stops in mid-text is short.
    assert max(len(line.split()) for line in prose(path).splitlines()) <= 60


@every_notebook
def test_links_lead_to_notebooks_that_exist(path: Path) -> None:
    for link in re.findall(r"\]\((?!https?://)([^)#]+)\)", prose(path)):
        assert (path.parent / link).is_file(), link


@every_notebook
def test_nothing_of_a_machine_or_a_learner_is_stored(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "/home/" not in text
    assert "/root/" not in text
    assert "/tmp/" not in text  # noqa: S108 - looked for, not written to
    assert "model_id" not in text


OF_KEY = ', of="key"'
WITH_KEYS_TABLE = [(path, cell) for path in NOTEBOOKS for cell in code(path) if OF_KEY in source(cell)]


@pytest.mark.parametrize(("path", "cell"), WITH_KEYS_TABLE, ids=[path.stem for path, _ in WITH_KEYS_TABLE])
def test_who_takes_the_key_out_of_a_cell_gets_a_table_of_their_own(
    path: Path, cell: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path))
    assert f"take out `{OF_KEY}`" in prose(path)

    own = eval(source(cell).replace(OF_KEY, ""), {"lesson": open_lesson("idlib")})  # noqa: S307 - the kit's own cell

    assert own.empty
    assert list(own.columns) == re.findall(r'"([\w-]+)"', source(cell).split("[[")[1])


def test_the_ways_that_00_names_take_the_minutes_that_it_says() -> None:
    start = prose(NOTEBOOKS[0])
    price = {path.stem: int(re.findall(r"^\*(\d+) minutes", prose(path), flags=re.MULTILINE)[0]) for path in NOTEBOOKS}
    ways = {
        int(minutes): [price["00-start-here"], *(price[name] for name in re.findall(r"\((\d\d-[a-z-]+)\.ipynb\)", way))]
        for minutes, way in re.findall(r"^- \*\*You have (\d+) minutes[^*]*\*\*(.+)$", start, flags=re.MULTILINE)
    }

    assert sorted(ways) == [20, 45, 90]
    assert len(ways[90]) == 6
    assert sum(ways[90]) == 90
    assert sum(ways[45]) <= 45
    # The shortest way goes through one notebook, and says where to stop in it; so does that notebook.
    assert len(ways[20]) == 2
    assert "the headline and the first three sentences" in start
    assert "the headline and the first three sentences" in prose(LAYER_NOTEBOOKS[0])


LAB_NOTEBOOKS = [(path, LABS[path.stem[3:]]) for path in NOTEBOOKS if path.stem[3:] in LABS]


@pytest.mark.parametrize(("path", "file"), LAB_NOTEBOOKS, ids=[path.stem for path, _ in LAB_NOTEBOOKS])
def test_a_labs_notebook_runs_to_its_end_where_the_article_has_nothing_for_the_lab(
    path: Path, file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(data_folder(), tmp_path / "data")
    (tmp_path / "data" / "idlib" / file).unlink()
    monkeypatch.setenv("LESSONKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))

    names: dict[str, Any] = {}
    for cell in code(path):
        exec(source(cell), names)  # noqa: S102 - the kit's own notebook


def test_every_lab_has_a_notebook() -> None:
    assert len(LAB_NOTEBOOKS) == len(LABS)
