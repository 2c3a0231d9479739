"""Robot learners in the layers' notebooks and in the one that puts them together."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lessonkit.article import Article
from lessonkit.key import read_key
from lessonkit.layers import Layer

from .conftest import WAIT, Lab, hide_sidebar, new_context, open_notebook, run_all, shot
from .robot import HOSTILE, Robot, wait_for_kernel


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """Give a page on a telephone; no request may leave the machine."""
    outside: list[str] = []
    context = new_context(browser, outside, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()
    assert outside == []


@pytest.mark.parametrize(("notebook", "name"), [("03-claims.ipynb", "claims"), ("04-framing.ipynb", "framing")])
def test_a_layer_is_marked_by_keyboard_left_half_way_and_finished(
    robot: Robot, article: Article, layers: dict[str, Layer], notebook: str, name: str
) -> None:
    key = read_key(article, layers[name])
    assert key is not None
    half = len(key.notes) // 2

    robot.open(notebook)
    robot.mark_like(key.notes[:half], article, layers[name])
    robot.come_back(notebook)
    assert robot.chips() == half
    robot.mark_like(key.notes[half:], article, layers[name])

    findings = robot.page.locator(".lk-sheet").nth(0).locator(".lk-finding")
    expect(findings).to_have_count(len(key.notes))
    assert set(findings.evaluate_all("all => all.map(one => one.dataset.kind)")) == {"agrees"}


def test_three_layers_meet_and_the_portfolio_stands_alone(
    robot: Robot, article: Article, browser: Browser, outside: list[str], tmp_path: Path
) -> None:
    page = robot.page
    for notebook, marks in (
        ("02-sourcing.ipynb", [("Russia's Foreign Ministry", None, "1")]),
        ("03-claims.ipynb", [("more than 1,000 attacks", None, "2"), ("a surge of violence", None, "1")]),
        ("04-framing.ipynb", [("militants", None, "1"), ("a surge of violence", None, "3")]),
    ):
        robot.open(notebook)
        robot.into_text()
        for quote, at, key in marks:
            span = article.find(quote, at)
            robot.mark(article, span.segment, span.first, span.last, key)
        robot.press("r")
        page.keyboard.type(HOSTILE)
        robot.press("Enter")
        robot.saved()

    # Together, cell by cell: all marks on one page, layers switched off by keyboard, questions answered.
    robot.begin("05-together.ipynb")
    robot.run_to("lesson.keep()")
    page.locator(".lk-keeper h3").wait_for()
    sheet = page.locator(".lk-sheet").first
    expect(sheet.locator(".lk-chip")).to_have_count(5)
    robot.press("Escape")  # out of the empty cell that JupyterLab adds after the last
    robot.tab_to(".lk-together input[data-layer=claims]")
    robot.press("Space")
    expect(sheet.locator(".lk-chip:visible")).to_have_count(3)
    robot.press("Space")
    expect(sheet.locator(".lk-chip:visible")).to_have_count(5)
    expect(sheet).to_contain_text("Which claims that could be checked rest on one side alone?")
    for number, (question, words) in enumerate(
        (("one side alone?", "1,000"), ("without its doer?", "surge"), ("in whose sentence?", "militants"))
    ):
        answer = sheet.locator(".lk-segment", has_text=question).last.get_by_text(words).first
        expect(answer).to_be_hidden()
        robot.tab_to(f".lk-together details[data-name=question-{number}] > summary")
        robot.press("Enter")
        expect(answer).to_be_visible()

    # Write, with the count of words beside it; the kernel is started anew between one field and the next.
    retold = f"Russia's ministry says that there were attacks. {HOSTILE}"
    robot.type_into("[data-name=retelling-text]", retold)
    expect(page.locator(".dk-count:not(:empty)")).to_have_text(f"{len(retold.split())} of about 60 words")
    robot.written("retelling-text")
    robot.come_back("05-together.ipynb", new_kernel=True)
    expect(sheet.locator(".lk-chip")).to_have_count(5)
    expect(page.locator("[data-name=retelling-text]")).to_have_value(retold)
    robot.type_into("[data-name=headline-headline]", "Two governments speak of Idlib")
    robot.type_into("[data-name=headline-reason]", "It says whose words they are.")
    robot.written("headline-reason")

    # The portfolio: one page, opened without the server, printed.
    robot.tab_to(".lk-keeper .lk-main")
    robot.press("Tab")
    with page.expect_download(timeout=4 * WAIT) as download:  # three pictures are drawn for it
        robot.press("Enter")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    context = new_context(browser, outside, offline=True)
    alone = context.new_page()
    alone.goto(path.as_uri())
    text = alone.locator("main").inner_text()
    for words in ("militants", "more than 1,000 attacks", "Agrees", "RFE/RL", "<img src=x onerror=", "Two governments"):
        assert words in text
    assert alone.evaluate("window.hit") is None
    assert alone.locator("script, link, iframe, img:not([src^='data:'])").count() == 0
    alone.screenshot(path=tmp_path / "portfolio.png", full_page=True)
    for paper in ("A4", "Letter"):
        assert alone.pdf(format=paper, print_background=True).startswith(b"%PDF")
    context.close()


@pytest.mark.parametrize(
    ("notebook", "segment"),
    [("01-read.ipynb", "p5"), ("02-sourcing.ipynb", "s9"), ("03-claims.ipynb", "s9"), ("04-framing.ipynb", "s9")],
)
def test_a_finger_marks_at_390_px(phone: Page, lab: Lab, notebook: str, segment: str) -> None:
    open_notebook(phone, lab, notebook)
    hide_sidebar(phone)
    run_all(phone)
    word = phone.locator(f".lk-marker [data-segment={segment}] [data-word='3'] .mk-word")
    word.scroll_into_view_if_needed()
    before = phone.locator(".lk-marker .mk-chip").count()
    word.tap()
    phone.locator(".mk-palette .mk-tag").first.tap()

    expect(phone.locator(".lk-marker .mk-chip")).to_have_count(before + 1)
    expect(phone.locator(".lk-marker .mk-state[data-state=saved]").first).to_be_visible()
    shot(phone, f"{notebook[:2]}-phone")


def test_a_finger_runs_cells_reads_and_keeps_at_390_px(phone: Page, lab: Lab, article: Article) -> None:
    open_notebook(phone, lab, "00-start-here.ipynb")
    wait_for_kernel(phone)
    phone.locator(".jp-SideBar [data-id=filebrowser]").tap()
    for code in ("open_lesson(", "lesson.read()", "lesson.keep()"):
        phone.locator(".jp-CodeCell", has_text=code).locator(".jp-InputArea").tap()
        phone.locator("[data-command='notebook:run-cell-and-select-next']").tap()
    phone.locator(".lk-keeper h3").wait_for()
    expect(phone.locator(".lk-sheet .lk-headline")).to_have_text(article.segments[0].text)
    phone.locator(".lk-sheet details[data-name=glossary] > summary").tap()
    expect(phone.locator(".lk-sheet dd").first).to_be_visible()
    with phone.expect_download() as download:
        phone.locator(".lk-keeper .lk-main").tap()

    assert json.loads(download.value.path().read_text(encoding="utf-8"))["article"] == "idlib"
    shot(phone, "00-phone")


def test_a_finger_switches_layers_and_writes_at_390_px(phone: Page, lab: Lab) -> None:
    open_notebook(phone, lab, "05-together.ipynb")
    hide_sidebar(phone)
    run_all(phone)
    box = phone.locator(".lk-together input[data-layer=framing]")
    box.tap()
    expect(box).not_to_be_checked()
    field = phone.locator("[data-name=headline-headline]")
    field.tap()
    phone.keyboard.type("Two governments speak of Idlib")

    Robot(phone, lab).written("headline-headline")
