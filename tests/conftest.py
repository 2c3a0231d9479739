"""What all tests share: a work folder of their own, and nbval held to its word."""

import os
import tempfile
from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell

from lessonkit.article import Article, read_article
from lessonkit.key import Key, read_key
from lessonkit.layers import Layer, read_layers
from lessonkit.places import data_folder
from lessonkit.words import Words, read_words
from lessonkit.workbook import Workbook

# Before anything opens a lesson: tests, and the kernels they start, never touch a learner's work.
_work = tempfile.TemporaryDirectory(prefix="lessonkit-tests-", ignore_cleanup_errors=True)
os.environ["LESSONKIT_WORK"] = _work.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Hold nbval to its word.

    It does not compare the outputs of a cell without an execution count, and it passes over
    pictures: a notebook with its outputs cleared, or with another picture, would pass.
    """
    for item in items:
        if not isinstance(item, IPyNbCell):
            continue
        notebook = item.parent
        notebook.skip_compare = tuple(kind for kind in notebook.skip_compare if not kind.startswith("image/"))
        if item.cell.execution_count is None:
            msg = f"{notebook.path}: code cell {item.cell_num} has no execution count, so nbval would not compare it. Run `make notebooks`."
            raise pytest.UsageError(msg)


@pytest.fixture(scope="session")
def article() -> Article:
    """The article of the kit."""
    return read_article(data_folder() / "idlib")


@pytest.fixture(scope="session")
def layers() -> dict[str, Layer]:
    """All layers of the kit."""
    return read_layers(data_folder())


@pytest.fixture(scope="session")
def words() -> Words:
    """The words learners read."""
    return read_words(data_folder())


@pytest.fixture(scope="session")
def sourcing(layers: dict[str, Layer]) -> Layer:
    """The layer that asks who says so."""
    return layers["sourcing"]


@pytest.fixture(scope="session")
def keys(article: Article, layers: dict[str, Layer]) -> dict[str, Key]:
    """The keys of the article's layers, by name."""
    return {name: key for name, layer in layers.items() if (key := read_key(article, layer))}


@pytest.fixture(scope="session")
def sourcing_key(article: Article, layers: dict[str, Layer]) -> Key:
    """The key of the sourcing layer."""
    key = read_key(article, layers["sourcing"])
    assert key is not None
    return key


@pytest.fixture
def workbook(article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path) -> Workbook:
    """An empty workbook in a folder of its own."""
    return Workbook(article, layers, tmp_path, words)
