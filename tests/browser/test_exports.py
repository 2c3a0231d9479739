"""The report of a class, in a browser: on a telephone, on paper, and for those who hear it read."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from lessonkit.article import Article
from lessonkit.exports import report
from lessonkit.key import read_key
from lessonkit.layers import Layer
from lessonkit.tally import counts
from lessonkit.words import Words

from ..pupils import a_crowd
from .test_guide import sheets_of


@pytest.fixture(params=[4, 30, 300])
def written(
    request: pytest.FixtureRequest, article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path
) -> Path:
    """A report with all that can be on it."""
    keys = {name: key for name in layers if (key := read_key(article, layers[name]))}
    group = a_crowd(request.param, article, layers, keys, seed=1)
    counted = counts(group.pupils, article, layers)
    names = [pupil.pseudonym for pupil in group.pupils]
    path = tmp_path / "report.html"
    path.write_text(report(counted, article, layers, words, made_up=1, names=names), encoding="utf-8")
    return path


def test_the_report_is_one_sheet_of_paper(page: Page, written: Path) -> None:
    page.goto(written.as_uri())

    assert [sheets_of(page.pdf(format=paper)) for paper in ("A4", "Letter")] == [1, 1]


def test_the_report_fits_a_telephone_and_can_be_heard(page: Page, written: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(written.as_uri())

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert Axe().run(page).response["violations"] == []
