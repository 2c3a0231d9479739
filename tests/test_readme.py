"""The README: it forgets nothing and its addresses hold."""

import re
import tomllib
from pathlib import Path

import pytest

from lessonkit import Lesson
from lessonkit.__main__ import main
from lessonkit.places import data_folder, notebooks_folder

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
VERBS = [name for name, value in vars(Lesson).items() if callable(value) and not name.startswith("_")]
NOT_VERBS = {"layer", "key"}  # what the verbs stand on


def repository() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["urls"]["Repository"])


def test_the_readme_has_at_most_80_lines() -> None:
    assert len(README.splitlines()) <= 80


@pytest.mark.parametrize("verb", sorted(set(VERBS) - NOT_VERBS))
def test_the_readme_forgets_no_verb(verb: str) -> None:
    assert f"lesson.{verb}(" in README


@pytest.mark.parametrize("notebook", sorted(path.name for path in notebooks_folder().glob("*.ipynb")))
def test_the_readme_forgets_no_notebook(notebook: str) -> None:
    assert f"](notebooks/{notebook})" in README


def test_the_readme_forgets_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    commands = re.findall(r"^ {4}(\w+) ", capsys.readouterr().out, flags=re.MULTILINE)

    assert commands
    assert [command for command in commands if f"lessonkit {command}" not in README] == []


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?://)([^)#]+)\)", README))
def test_what_the_readme_links_to_is_there(link: str) -> None:
    assert (ROOT / link).exists()


def test_the_binder_link_opens_the_first_notebook_of_the_public_repository() -> None:
    owner_and_name = repository().removeprefix("https://github.com/")

    assert f"https://mybinder.org/v2/gh/{owner_and_name}/HEAD?urlpath=lab/tree/notebooks/00-start-here.ipynb" in README


def test_the_public_address_stands_once() -> None:
    owner_and_name = repository().removeprefix("https://github.com/")
    said = {path.name for path in (ROOT / "src").rglob("*.py") if owner_and_name in path.read_text(encoding="utf-8")}

    assert said == set()
    assert set(re.findall(r"(?:github\.com|mybinder\.org/v2/gh)/([\w.-]+/[\w.-]+)", README)) == {owner_and_name}


def test_the_readme_shows_the_panel() -> None:
    picture = re.search(r"!\[(?P<alt>[^\]]{40,})\]\(\.github/panel\.png\)", README)

    assert picture
    assert (ROOT / ".github" / "panel.png").is_file()


def test_the_readme_names_the_two_commands_and_their_lines_for_windows() -> None:
    for line in ("make lesson", "make test", "uv run lessonkit lab", "uv run pytest"):
        assert line in README


def test_the_top_level_holds_only_what_it_should() -> None:
    allowed = {
        *("notebooks", "data", "src", "tests", "environment.yml", "README.md"),
        *("pyproject.toml", "uv.lock", "Makefile", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".ci", ".github"),
        *(".git", ".gitignore", ".gitattributes", ".pre-commit-config.yaml"),
    }
    ignored = {"work", *(line.strip("/\n") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())}

    assert {path.name for path in ROOT.iterdir()} - allowed - ignored == set()


def test_a_rights_note_stays_with_every_lesson() -> None:
    for article in data_folder().glob("*/article.md"):
        assert (article.parent / "rights.md").is_file()
