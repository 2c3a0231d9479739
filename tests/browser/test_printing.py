"""The sheets as HTML, in the browser that prints them."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from lessonkit import open_lesson
from lessonkit.printing import as_html, sheets
from lessonkit.printing.blocks import Document
from lessonkit.printing.looks import LOOKS, Look

from .conftest import axe, shot


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    """A worksheet and a key."""
    lesson = open_lesson("idlib")
    layers = list(lesson.layers.values())
    made = sheets(lesson.article, layers, {layer.name: lesson.key(layer.name) for layer in layers}, lesson.words)
    return {one.name: one for one in made if one.name in {"sourcing-worksheet", "framing-key"}}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name or "usual")
@pytest.mark.parametrize("name", ["sourcing-worksheet", "framing-key"])
def test_a_sheet_is_clean_fits_a_phone_and_prints(
    name: str, look: Look, documents: dict[str, Document], page: Page, tmp_path: Path
) -> None:
    file = tmp_path / f"{name}.html"
    file.write_bytes(as_html.written(documents[name], look))
    page.goto(file.as_uri())

    assert axe(page, "body") == []
    shot(page, f"print-{name}-{look.name or 'usual'}")
    for paper, most in (("A4", 36), ("Letter", 36)):
        printed = page.pdf(path=tmp_path / f"{paper}.pdf", format=paper)
        assert 2 <= printed.count(b"/Type /Page\n") <= most

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
