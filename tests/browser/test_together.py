"""Three layers on one page, and the field below them: what the eye has to tell apart."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from .conftest import Lab, ask_kernel, axe, hide_sidebar, open_notebook, run_all, set_theme, shot

NEW_WORK = "import os, tempfile; os.environ['LESSONKIT_WORK'] = tempfile.mkdtemp()"
OPEN = "from lessonkit import open_lesson; lesson = open_lesson('idlib')"
LAYERS = ("sourcing", "claims", "framing")
NEAR = 60  # steps of colour, all three together, within which a pixel belongs to a line
# The widest shapes of all, one under the other, over the same words.
PUT = """
from lessonkit.workbook import Mark
span = lesson.article.find('deadly airstrikes')
for layer, tag in (('sourcing', 'unnamed'), ('claims', 'position'), ('framing', 'charged')):
    lesson.workbook.put([Mark(layer, layer, span, 'deadly airstrikes', tag)])
"""


@pytest.fixture
def together(page: Page, lab: Lab) -> Page:
    """Open a page on which three layers meet on the same words, and a field to write in."""
    open_notebook(
        page, lab, lab.write("together.ipynb", NEW_WORK, OPEN, "lesson.together()", "lesson.write('retelling')")
    )
    hide_sidebar(page)
    run_all(page)
    page.locator(".lk-desk textarea").wait_for()
    assert ask_kernel(page, PUT) == ""
    page.locator(".lk-together .lk-u[data-layer=framing][data-lane='2']").first.wait_for()
    return page


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_lines_over_the_same_words_do_not_touch(together: Page, theme: str, width: int) -> None:
    together.set_viewport_size({"width": width, "height": 900})
    set_theme(together, theme)
    assert axe(together, ".lk-together") == []
    shot(
        together,
        f"together-{width}-{theme.rsplit(maxsplit=1)[-1].lower()}",
        ".lk-together .lk-segment:has([data-lane='2'])",
    )
    together.add_style_tag(content=".lk-together .lk-segment > p * { color: transparent !important; }")
    bands = [rows_of(together, layer) for layer in LAYERS]
    assert all(bands)
    for above, below in itertools.pairwise(bands):
        assert below[0] - above[-1] > 2, bands


def rows_of(page: Page, layer: str) -> list[int]:
    """List the rows of pixels in which the line of a layer is painted, on the first line of its words."""
    words = page.locator(".lk-together .lk-segment > p .lk-u[data-layer=framing]").first
    words.scroll_into_view_if_needed()
    colour = page.locator(f".lk-together .lk-segment > p .lk-u[data-layer={layer}]").first.evaluate(
        "one => getComputedStyle(one).textDecorationColor.match(/[0-9]+/g).map(Number)"
    )
    place = words.evaluate(
        "one => { const box = one.getClientRects()[0]; return [box.x, box.y, box.width, box.height]; }"
    )
    x, y, wide, tall = place
    taken = page.screenshot(clip={"x": x, "y": y, "width": wide, "height": tall + 30})
    pixels = np.asarray(Image.open(io.BytesIO(taken)).convert("RGB")).astype(int)
    near = np.abs(pixels - np.array(colour)).sum(axis=-1) < NEAR
    return [int(row) for row in np.flatnonzero(near.any(axis=1))]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_count_of_words_begins_where_its_field_begins(together: Page, width: int) -> None:
    together.set_viewport_size({"width": width, "height": 900})
    together.locator(".lk-desk textarea").fill("Two governments say what they want.")
    count = together.locator(".dk-count")
    expect(count).to_have_text("6 of about 60 words")
    left = "one => one.getBoundingClientRect().left"
    assert abs(count.evaluate(left) - together.locator(".lk-desk textarea").evaluate(left)) < 1
    expect(together.locator(".dk-state[data-state=saved]")).to_be_visible()
    assert abs(count.evaluate(left) - together.locator(".lk-desk textarea").evaluate(left)) < 1
    shot(together, f"desk-count-{width}", ".lk-desk")
