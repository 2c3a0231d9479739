"""Robot learners in the layers' notebooks and in the one that puts them together."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lessonkit.article import Article
from lessonkit.key import read_key
from lessonkit.layers import Layer

from .conftest import Lab, hide_sidebar, new_context, open_notebook, run_all, shot
from .robot import HOSTILE, Robot


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
    notes = [*key.notes]
    half = len(notes) // 2

    robot.open(notebook)
    robot.into_text()
    for note in notes[:half]:
        robot.mark(article, note.span.segment, note.span.first, note.span.last, layers[name].tag(note.tag).key)
    robot.saved()

    # The lid is shut half-way, and opened again.
    robot.open(notebook)
    assert robot.chips() == half
    robot.into_text()
    for note in notes[half:]:
        robot.mark(article, note.span.segment, note.span.first, note.span.last, layers[name].tag(note.tag).key)
    robot.saved()

    findings = robot.page.locator(".lk-sheet").nth(0).locator(".lk-finding")
    expect(findings).to_have_count(len(notes))
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

    # Together: all marks on one page, layers switched off by keyboard, questions answered.
    robot.open("05-together.ipynb")
    sheet = page.locator(".lk-sheet").first
    expect(sheet.locator(".lk-chip")).to_have_count(5)
    box = sheet.locator("input[data-layer=claims]")
    box.focus()
    robot.press("Space")
    expect(sheet.locator(".lk-chip:visible")).to_have_count(3)
    robot.press("Space")
    expect(sheet.locator(".lk-chip:visible")).to_have_count(5)
    expect(sheet).to_contain_text("Which claims that could be checked rest on one side alone?")
    for question, words in (
        ("one side alone?", "1,000"),
        ("without its doer?", "surge"),
        ("in whose sentence?", "militants"),
    ):
        expect(sheet.locator(".lk-segment", has_text=question).last).to_contain_text(words)

    # Write, with the count of words beside it.
    page.locator("[data-name=retelling-text]").fill(f"Russia's ministry says that there were attacks. {HOSTILE}")
    page.locator("[data-name=retelling-text]").press("Tab")
    expect(page.locator(".lk-desk .dk-state").nth(1)).to_have_attribute("data-state", "saved")

    # The portfolio: one page, opened without the server, printed.
    with page.expect_download() as download:
        page.locator(".lk-keeper").get_by_role("button", name=re.compile("portfolio")).press("Enter")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    context = new_context(browser, outside, offline=True)
    alone = context.new_page()
    alone.goto(path.as_uri())
    text = alone.locator("main").inner_text()
    for words in ("militants", "more than 1,000 attacks", "Agrees", "RFE/RL", "<img src=x onerror="):
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

    expect(phone.locator(".lk-desk .dk-state").last).to_have_attribute("data-state", "saved")
