"""The portfolio: opened alone, read on a telephone, and printed."""

import itertools
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Page

from lessonkit import Lesson, open_lesson
from lessonkit.workbook import Mark

from ..pdf import Pdf
from .conftest import axe, shot

MARGIN = 18  # mm, as the style sheet has it on all sides
PAPERS = {"A4": (210, 297), "Letter": (215.9, 279.4)}
HEADINGS = 12  # mm, at most, that a picture shares its page with


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    """Open a lesson whose learner has marked all that the key has, and has written."""
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    lesson = open_lesson("idlib")
    for layer in ("sourcing", "claims", "framing"):
        key = lesson.key(layer)
        assert key is not None
        lesson.workbook.put(
            [
                Mark(f"{layer}-{number}", layer, note.span, note.quote, note.tag, "Because.", "sure")
                for number, note in enumerate(key.notes)
            ]
        )
    lesson.workbook.write("retelling-text", "Two governments say what they want.")
    return lesson


@pytest.fixture
def alone(page: Page, lesson: Lesson, tmp_path: Path) -> Page:
    """Open its portfolio as a file."""
    path = tmp_path / "portfolio.html"
    path.write_text(lesson._portfolio(), encoding="utf-8")
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("paper", PAPERS)
def test_every_picture_is_as_wide_as_the_text_and_fits_on_a_page(alone: Page, paper: str) -> None:
    width, height = (side - 2 * MARGIN for side in PAPERS[paper])
    alone.emulate_media(media="print")
    alone.set_viewport_size({"width": round(width / 25.4 * 96), "height": 900})

    sizes = alone.locator("img").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"
    )
    pictures = [(wide / 96 * 25.4, tall / 96 * 25.4) for wide, tall in sizes]

    assert len(pictures) >= 3
    assert min(wide for wide, _ in pictures) > 0.99 * width
    assert max(tall for _, tall in pictures) < height - HEADINGS
    # A picture that is cut by the end of a page is painted on both.
    assert painted(alone.pdf(format=paper)) == [1] * len(pictures)


def painted(pdf: bytes) -> list[int]:
    """Count on how many pages each picture of a PDF file stands."""
    read = Pdf(pdf)
    names = [set(re.findall(rb"/X(\d+) Do", page)) for page in read.pages]
    images = {str(number).encode() for number, body in read.objects.items() if b"/Subtype /Image" in body[:400]}
    found = Counter(itertools.chain.from_iterable(page & images for page in names))
    return sorted(found.values())


def test_a_picture_is_as_wide_as_the_text_on_a_screen_too(alone: Page) -> None:
    widths = alone.locator("img").evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    column = alone.locator("main").evaluate("one => one.getBoundingClientRect().width")

    assert min(widths) > 0.9 * column


def test_the_pieces_of_a_picture_are_the_whole_picture(lesson: Lesson, alone: Page) -> None:
    tall = alone.locator("img").evaluate_all("all => all.map(one => one.naturalHeight)")
    whole = [
        alone.evaluate(
            "async src => { const one = new Image(); one.src = src; await one.decode(); return one.naturalHeight }",
            address,
        )
        for address in (lesson.chart(layer).data_address for layer in ("sourcing", "claims", "framing"))
    ]

    assert sum(tall) == sum(whole)


def test_it_is_accessible_and_inside_its_box_on_any_screen(alone: Page) -> None:
    for width in (1280, 390):
        alone.set_viewport_size({"width": width, "height": 900})
        assert axe(alone, "body") == []
        assert alone.evaluate("document.documentElement.scrollWidth") <= width
        shot(alone, f"portfolio-{width}", "main > section.lk-segment")
    assert "Two governments say what they want." in alone.locator("main").inner_text()
