"""The teacher's guide in a browser: each page on one sheet of paper, and all of them readable on any screen."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lessonkit.article import read_article
from lessonkit.guide import read_guide
from lessonkit.panels.guide import guide_sheet
from lessonkit.panels.leaves import printable
from lessonkit.places import data_folder
from lessonkit.words import Words

from .conftest import Lab, axe, hide_sidebar, new_context, open_notebook, run_all, set_theme, shot

ARTICLE = read_article(data_folder() / "idlib")
GUIDE = read_guide(ARTICLE)
SMALLEST = 9 / 72 * 96  # points, as a browser counts pixels
NOT_FULL = 0.96  # letters differ from machine to machine: the last line of a sheet stays free
TALL = 6500
MARGINS = (22, 24)  # mm, as the style sheet has them: above and below, left and right
PAPERS = {"A4": (210, 297), "Letter": (215.9, 279.4)}

READABLE = 16  # pixels
MOST_TYPED = 33  # letters of a line that a telephone has room for
BROKEN = """() => {
  const broken = [];
  const range = document.createRange();
  for (const box of document.querySelectorAll("td, th, li, p")) {
    if (box.querySelector("li, p")) continue;
    const letters = [];
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) for (let at = 0; at < texts.currentNode.data.length; at++) letters.push([texts.currentNode, at]);
    let word = "", before;
    const end = () => { if (word.includes("|")) broken.push(word); word = ""; before = undefined; };
    for (const [text, at] of letters) {
      if (/\\s/.test(text.data[at])) { end(); continue; }
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const { top, height } = range.getBoundingClientRect();
      const middle = top + height / 2;
      if (before !== undefined && middle > before + 6) word += "|";
      word += text.data[at];
      before = middle;
    }
    end();
  }
  return broken;
}"""

every_page = pytest.mark.parametrize("name", [page.name for page in GUIDE])
every_paper = pytest.mark.parametrize("paper", PAPERS)


def sheet(name: str, words: Words, folder: Path) -> str:
    """Write a page of the guide as a file, and give its address."""
    path = folder / f"{name}.html"
    path.write_text(printable([page for page in GUIDE if page.name == name], ARTICLE, words), encoding="utf-8")
    return path.as_uri()


def sheets_of(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@every_paper
@every_page
def test_a_page_fits_on_one_sheet_with_room_for_other_letters(
    page: Page, words: Words, tmp_path: Path, name: str, paper: str
) -> None:
    width, height = PAPERS[paper]
    page.goto(sheet(name, words, tmp_path))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round((width - MARGINS[1]) / 25.4 * 96), "height": 900})

    used = page.evaluate("document.querySelector('main').getBoundingClientRect().height")

    assert sheets_of(page.pdf(format=paper)) == 1
    assert used / 96 * 25.4 < (height - MARGINS[0]) * NOT_FULL


def test_the_whole_guide_has_a_sheet_for_every_page(page: Page, words: Words, tmp_path: Path) -> None:
    path = tmp_path / "guide.html"
    path.write_text(printable(GUIDE, ARTICLE, words), encoding="utf-8")
    page.goto(path.as_uri())

    assert sheets_of(page.pdf(format="A4")) == len(GUIDE)


@every_page
def test_a_sheet_is_readable_and_shows_its_addresses(page: Page, words: Words, tmp_path: Path, name: str) -> None:
    page.goto(sheet(name, words, tmp_path))

    assert axe(page, "body") == []

    page.emulate_media(media="print")
    sizes = page.locator("td, th, li, p, blockquote").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    shown = page.locator(".lk-source a").evaluate_all("all => all.map(one => getComputedStyle(one, '::after').content)")
    addresses = page.locator(".lk-source a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert min(sizes) >= SMALLEST - 0.01
    assert shown == [f'"{address}"' for address in addresses]


@pytest.mark.parametrize("width", [1280, 900, 390])
@pytest.mark.parametrize("name", [None, *(one.name for one in GUIDE)])
def test_no_word_is_broken_and_what_is_typed_stays_whole_where_there_is_room(
    page: Page, words: Words, name: str | None, width: int
) -> None:
    shown = guide_sheet(ARTICLE, GUIDE, name, words)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(f'<style>{shown._css}</style><div class="lessonkit lk-text lk-sheet">{shown.page}</div>')

    # A word may end a line at its own hyphen, and an address anywhere.
    broken = [word for word in page.evaluate(BROKEN) if not re.search(r"-\||//", word)]
    assert broken == []
    codes = page.locator(".lk-typed code, .lk-index code").evaluate_all(
        "all => all.filter(one => one.getClientRects().length > 1 || one.offsetHeight > 30).map(one => one.textContent)"
    )
    assert [code for code in codes if len(code) <= MOST_TYPED] == []
    sizes = page.locator(".lk-index code").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert all(size >= READABLE for size in sizes)


def test_every_page_of_the_guide_is_accessible_and_inside_its_box(
    browser: Browser, lab: Lab, outside: list[str], tmp_path: Path
) -> None:
    cells = [f"lesson.guide({page.name!r})" for page in GUIDE]
    name = lab.write(
        "guide.ipynb", 'from lessonkit import open_lesson\nlesson = open_lesson("idlib")\nlesson.guide()', *cells
    )
    context = new_context(browser, outside, accept_downloads=True)
    page = context.new_page()
    open_notebook(page, lab, name)
    hide_sidebar(page)
    run_all(page)
    boxes = page.locator(".jp-OutputArea-output .lk-sheet")
    expect(boxes).to_have_count(len(GUIDE) + 1)

    # The page that is taken away is the page that is printed.
    with page.expect_download() as download:
        boxes.nth(1).locator("a[download]").click()
    taken = tmp_path / download.value.suggested_filename
    download.value.save_as(taken)
    assert taken.name == "idlib-plan-20.html"
    assert GUIDE[0].title in taken.read_text(encoding="utf-8")

    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            set_theme(page, theme)
            look = f"{theme.split()[1].lower()}-{width}"
            assert axe(page) == [], look
            wide = boxes.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length")
            assert wide == 0, look
            # What is scrolled out of sight is not drawn: the window grows to the longest of the pages.
            page.set_viewport_size({"width": width, "height": TALL})
            for number, part in ((0, "list"), (3, "plan"), (5, "answers")):
                page.evaluate("number => document.querySelectorAll('.lk-sheet')[number].id = 'shot'", number)
                shot(page, f"guide-{part}-{look}", "#shot")
                page.evaluate("document.querySelector('#shot').removeAttribute('id')")
    context.close()
    assert outside == []
