"""The marking panel in a real JupyterLab: keys, mouse, finger, screen reader, lost kernels."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from lessonkit.places import data_folder

from .conftest import (
    Lab,
    ask_kernel,
    axe,
    hide_sidebar,
    new_context,
    open_notebook,
    run_all,
    set_theme,
    shot,
)

PANEL = ".lk-marker"
TEXTS = f"{PANEL} .mk-text"
CHIPS = f"{PANEL} .mk-chip"
STATUS = f"{PANEL} .mk-status"
NEW_WORK = "import os, tempfile; os.environ['LESSONKIT_WORK'] = tempfile.mkdtemp()"
OPEN = "from lessonkit import open_lesson; lesson = open_lesson('idlib')"
MARK = "panel = lesson.mark('sourcing'); panel"
ALL_MARKS = """
import json
print(json.dumps([mark.plain() for mark in lesson.workbook.marks('sourcing')]))
"""
ARABIC = """+++
title = "عينة"
language = "ar"
direction = "rtl"
+++

# تركيا تتوقع من روسيا وقف الهجمات

قال وزير الخارجية إن بلاده تتوقع من موسكو وقف الهجمات فورا.
"""


@pytest.fixture(scope="module")
def desk(browser: Browser, lab: Lab) -> Iterator[Page]:
    """One page with one kernel, shared by the tests that need no kernel of their own."""
    outside: list[str] = []
    context = new_context(browser, outside)
    page = context.new_page()
    open_notebook(page, lab, lab.write("marking.ipynb", NEW_WORK, OPEN, MARK))
    hide_sidebar(page)
    yield page
    context.close()
    assert outside == []


@pytest.fixture
def panel(desk: Page) -> Page:
    """The shared page with an empty workbook, a new panel, and the focus on its headline."""
    desk.evaluate("document.querySelector('dialog[open]')?.close(); localStorage.clear()")
    show_panel(desk)
    return desk


def show_panel(page: Page) -> None:
    """Run all cells and wait for the new panel."""
    page.evaluate("document.querySelectorAll('.lk-marker').forEach(old => old.dataset.old = '')")
    run_all(page)
    page.locator(f"{PANEL}:not([data-old]) .mk-text").first.wait_for()
    page.wait_for_function("!document.querySelector('.lk-marker[data-old]')")
    page.locator(TEXTS).first.focus()


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    """Wait until the panel says that all is saved."""
    expect(page.locator(f"{PANEL} .mk-state[data-state=saved]").first).to_be_visible()


def marks(page: Page) -> list[dict[str, Any]]:
    """Ask Python for the marks."""
    found: list[dict[str, Any]] = json.loads(ask_kernel(page, ALL_MARKS))
    return found


def brief(page: Page) -> list[tuple[str, str]]:
    """Ask Python for tag and quotation of every mark, in article order."""
    return [(mark["tag"], mark["quote"]) for mark in marks(page)]


def word(page: Page, segment: str, number: int) -> Any:
    """Find one word on the page."""
    return page.locator(f"{PANEL} [data-segment={segment}] [data-word='{number}'] .mk-word")


def stored_keys(page: Page) -> list[str]:
    """List what the browser keeps of the lesson."""
    found: list[str] = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('lessonkit/'))")
    return found


# Keys


def test_every_segment_is_marked_by_keyboard_alone(panel: Page) -> None:
    count = panel.locator(TEXTS).count()
    for number in range(count):
        press(panel, str(number % 5 + 1), "ArrowDown")
    saved(panel)
    names = ["party", "observer", "unnamed", "camera", "own-voice"]
    texts = panel.locator(TEXTS).all_text_contents()
    found = marks(panel)
    assert count == 13
    assert {mark["tag"] for mark in found} == set(names)
    assert sorted(text.rstrip('.")').lstrip('"') for text in texts) == sorted(
        mark["quote"].rstrip('.")') for mark in found
    )


def test_words_are_walked_and_chosen_with_arrows(panel: Page) -> None:
    press(panel, "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "2")
    press(panel, "End", "Shift+ArrowLeft", "3", "Home", "4")
    saved(panel)
    assert brief(panel) == [("camera", "Turkey"), ("observer", "expects Moscow"), ("unnamed", "has said")]


@pytest.mark.parametrize(
    "keys", [["Enter"], ["Space"], ["a"], ["ArrowRight", "Shift+End"], ["End", "Shift+Home"]], ids=" ".join
)
def test_a_whole_segment_is_chosen(panel: Page, keys: list[str]) -> None:
    press(panel, *keys, "1")
    saved(panel)
    assert brief(panel) == [("party", "Turkey Expects Russia to Immediately Stop Syrian Regime Attacks in Idlib")]


def test_what_is_done_is_undone_and_done_again(panel: Page) -> None:
    press(panel, "ArrowRight", "1", "ArrowRight", "2", "Backspace")
    expect(panel.locator(CHIPS)).to_have_count(1)
    press(panel, "Control+z")
    expect(panel.locator(CHIPS)).to_have_count(0)
    press(panel, "Control+y", "Control+Shift+Z")
    saved(panel)
    assert brief(panel) == [("party", "Turkey"), ("observer", "Expects")]


def test_removing_takes_the_mark_under_the_cursor(panel: Page) -> None:
    press(panel, "ArrowRight", "1", "ArrowRight", "2", "ArrowLeft", "Delete")
    saved(panel)
    assert brief(panel) == [("observer", "Expects")]
    expect(panel.locator(STATUS)).to_have_text("Removed. A side speaks: “Turkey”")


def test_marks_that_overlap_stay_apart_to_the_eye(panel: Page) -> None:
    press(panel, "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "1", "ArrowLeft", "2", "a", "3")
    expect(panel.locator(CHIPS)).to_have_count(3)
    lines = panel.locator(f"{TEXTS} >> nth=0 >> [data-word='1'] .lk-u").evaluate_all(
        "all => all.map(one => [getComputedStyle(one).textDecorationStyle, getComputedStyle(one).textUnderlineOffset])"
    )
    by_shape = dict(lines)
    assert set(by_shape) == {"double", "solid", "wavy"}
    assert len(set(by_shape.values())) == 3


def test_the_same_words_with_the_same_tag_are_marked_once(panel: Page) -> None:
    press(panel, "ArrowRight", "1", "1")
    expect(panel.locator(STATUS)).to_have_text("These words have this tag already. A side speaks: “Turkey”")
    expect(panel.locator(CHIPS)).to_have_count(1)


def test_reason_and_confidence_reach_the_journal(panel: Page) -> None:
    press(panel, "ArrowRight", "1", "c", "c", "r")
    panel.keyboard.type("he speaks for 1 side, a minister")
    press(panel, "Enter")
    assert panel.evaluate("document.activeElement.dataset.word") == "0"
    saved(panel)
    (mark,) = marks(panel)
    assert (mark["reason"], mark["confidence"]) == ("he speaks for 1 side, a minister", "fairly sure")
    assert "he speaks for 1 side" in ask_kernel(panel, "print(lesson.workbook.path.read_text(encoding='utf-8'))")


def test_a_reason_is_one_step_to_undo(panel: Page) -> None:
    press(panel, "ArrowRight", "1", "r")
    panel.keyboard.type("because")
    press(panel, "Enter", "Backspace")
    saved(panel)
    assert [mark["reason"] for mark in marks(panel)] == [""]


def test_confidence_is_chosen_with_native_radios(panel: Page) -> None:
    press(panel, "ArrowRight", "1", "r", "Tab", "Space", "ArrowRight", "ArrowRight")
    saved(panel)
    assert [mark["confidence"] for mark in marks(panel)] == ["sure"]


def test_a_tag_is_changed_from_the_list_of_marks(panel: Page) -> None:
    press(panel, "ArrowRight", "1")
    panel.get_by_role("button", name="Change A side speaks: “Turkey”").click()
    panel.locator(f"{PANEL} select").select_option("own-voice")
    panel.get_by_role("button", name="Done").click()
    saved(panel)
    assert brief(panel) == [("own-voice", "Turkey")]


def test_no_key_reaches_jupyterlab(panel: Page) -> None:
    cells = "window.jupyterapp.shell.currentWidget.content.model.cells"
    state = f"[{cells}.length, [...{cells}].map(cell => cell.type + cell.sharedModel.getSource()), window.jupyterapp.shell.currentWidget.content.activeCellIndex].join()"
    panel.locator(TEXTS).nth(3).focus()
    before = panel.evaluate(state)
    keys = [
        "d",
        "d",
        "b",
        "a",
        "x",
        "m",
        "y",
        "0",
        "0",
        "c",
        "v",
        "z",
        "h",
        "1",
        "9",
        "j",
        "k",
        "Escape",
        "ArrowUp",
        "ArrowDown",
    ]
    for place in ("text", "word", "tag", "chip", "radio"):
        if place == "word":
            press(panel, "ArrowRight", "1")
        if place == "tag":
            panel.locator(f"{PANEL} .mk-tag").first.focus()
        if place == "chip":
            panel.locator(f"{CHIPS} button").first.focus()
        if place == "radio":
            panel.locator(f"{CHIPS} button").first.click()
            panel.locator(f"{PANEL} input[type=radio]").first.focus()
        press(panel, *keys)
        assert panel.evaluate(state) == before, place
    assert panel.locator(PANEL).is_visible()


def test_saving_and_running_stay_jupyterlabs_keys(panel: Page) -> None:
    press(panel, "ArrowRight", "1")
    saved(panel)
    panel.locator(TEXTS).first.focus()
    press(panel, "Control+s")
    panel.wait_for_function("!window.jupyterapp.shell.currentWidget.model.dirty")
    panel.evaluate("document.querySelector('.lk-marker').dataset.old = ''")
    press(panel, "Shift+Enter")
    panel.locator(f"{PANEL}:not([data-old]) .mk-chip").wait_for()


def test_the_text_is_one_tab_stop(panel: Page) -> None:
    panel.locator(f"{PANEL} .mk-tools button").last.focus()
    press(panel, "Tab", "ArrowDown", "ArrowRight", "Tab")
    assert not panel.evaluate("document.activeElement.closest('.lk-marker')")
    press(panel, "Shift+Tab")
    assert panel.evaluate("document.activeElement.dataset.segment") == "c1"


def test_the_guide_opens_and_gives_the_place_back(panel: Page) -> None:
    press(panel, "ArrowDown", "ArrowRight", "?")
    guide = panel.get_by_role("dialog", name="How to mark")
    expect(guide).to_contain_text("Do they gain if you believe it?")
    assert axe(panel, "dialog") == []
    shot(panel, "marker-guide")
    press(panel, "Escape")
    expect(guide).to_be_hidden()
    assert panel.evaluate(
        "[document.activeElement.dataset.word, document.activeElement.parentNode.dataset.segment]"
    ) == ["0", "c1"]


SIGHT = """() => {
  const box = one => one.getBoundingClientRect();
  const [legend, focus, page, panel] = [
    document.querySelector('.lk-marker > .mk-tags'), document.activeElement,
    document.querySelector('.jp-WindowedPanel-outer'), document.querySelector('.lk-marker')].map(box);
  const first = document.querySelector('.lk-marker > .mk-tags kbd').getBoundingClientRect();
  return {
    legend: legend.top - page.top, free: focus.top - legend.bottom, below: page.bottom - focus.bottom,
    tall: legend.height, spare: page.right - panel.right,
    on_top: document.elementFromPoint(first.x + 3, first.y + 3)?.closest('.mk-tags') !== null,
  };
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_the_tags_stay_in_sight_and_cover_nothing_that_has_the_focus(
    page: Page, lab: Lab, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_notebook(page, lab, lab.write(f"sight-{width}.ipynb", NEW_WORK, OPEN, MARK))
    hide_sidebar(page)
    show_panel(page)
    seen = []
    for key in ["ArrowDown"] * 10 + ["ArrowRight"] + ["ArrowUp"] * 6 + ["ArrowRight"]:
        press(page, key)
        page.wait_for_timeout(50)
        seen.append(page.evaluate(SIGHT))
    deep = seen[8:]
    assert all(abs(one["legend"]) < 2 and one["on_top"] for one in deep)
    assert [one for one in deep if one["free"] < 0 or one["below"] < -1] == []
    assert all(one["spare"] >= 0 and one["tall"] < height / 6 for one in seen)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        set_theme(page, theme)
        assert axe(page) == []
        shot(page, f"marker-sight-{width}-{theme.rsplit(maxsplit=1)[-1].lower()}")


# Mouse and finger


def test_a_mouse_drags_over_words(panel: Page) -> None:
    word(panel, "s2", 3).scroll_into_view_if_needed()
    start, end = word(panel, "s2", 1).bounding_box(), word(panel, "s2", 3).bounding_box()
    panel.mouse.move(start["x"] + 3, start["y"] + 9)
    panel.mouse.down()
    panel.mouse.move(end["x"] + 3, end["y"] + 9, steps=6)
    panel.mouse.up()
    panel.locator(f"{PANEL} .mk-palette .mk-tag").first.click()
    saved(panel)
    assert brief(panel) == [("party", "speaking to reporters")]


def test_two_clicks_choose_what_is_between_and_a_double_click_all(panel: Page) -> None:
    word(panel, "h1", 2).click()
    word(panel, "h1", 0).click()
    panel.locator(f"{PANEL} .mk-tags .mk-tag").nth(1).click()
    word(panel, "s7", 1).dblclick()
    panel.locator(f"{PANEL} .mk-palette .mk-tag").nth(4).click()
    saved(panel)
    found = brief(panel)
    assert found[0] == ("observer", "Turkey Expects Russia")
    assert found[1][1].startswith("Russia continues")
    assert found[1][1].endswith("the statement said")


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_keys_tag_at_once_after_the_button_that_takes_the_whole_sentence(panel: Page, by: str) -> None:
    word(panel, "s2", 1).click()
    whole = panel.get_by_role("button", name="Whole sentence")
    if by == "mouse":
        whole.click()
    else:
        whole.focus()
        press(panel, "Enter")
    press(panel, "2")
    saved(panel)
    ((tag, quote),) = brief(panel)
    assert tag == "observer"
    assert quote.startswith("Cavusoglu, speaking to reporters")
    assert quote == panel.locator(f"{PANEL} [data-segment=s2]").inner_text().rstrip(".")
    assert panel.evaluate("document.activeElement.closest('[data-segment]').dataset.segment") == "s2"


def middle(place: Any) -> tuple[float, float]:
    """Give the point in the middle of what is on the screen."""
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_double_click_below_an_open_selection_makes_no_mark_and_takes_the_whole_sentence(panel: Page) -> None:
    for above, below in [("h1", ("s1", 2)), ("s1", ("s2", 3)), ("s4", ("s7", 1)), ("s7", ("s8", 0))]:
        word(panel, above, 1).click()
        panel.wait_for_timeout(600)
        target = word(panel, *below)
        target.scroll_into_view_if_needed()
        panel.wait_for_timeout(200)
        x, y = middle(target)
        panel.mouse.dblclick(x, y)
        panel.wait_for_timeout(300)
        assert abs(middle(target)[1] - y) < 2, (above, below)
        expect(panel.locator(CHIPS)).to_have_count(0)
        chosen = panel.locator(f"{PANEL} [data-segment={below[0]}] .mk-word.mk-selected")
        expect(chosen).to_have_count(panel.locator(f"{PANEL} [data-segment={below[0]}] .mk-unit").count())
        press(panel, "Escape")
        panel.wait_for_timeout(600)


def test_a_tag_that_comes_under_the_pointer_between_two_clicks_is_not_taken(panel: Page) -> None:
    # Where the text cannot be scrolled, it moves all the same: so the tag is put there by hand, and without a pause.
    x, y = middle(word(panel, "h1", 1))
    under = panel.evaluate(
        """([x, y]) => {
          const click = () => document.elementFromPoint(x, y).dispatchEvent(
            new MouseEvent('click', { bubbles: true, cancelable: true, clientX: x, clientY: y, detail: 1 }));
          click();
          const tag = document.querySelector('.mk-palette .mk-tag');
          tag.style.cssText = 'position: fixed; z-index: 99; left: 0; top: 0';
          const there = tag.getBoundingClientRect();
          tag.style.left = `${x - 40 - there.x}px`;
          tag.style.top = `${y - 20 - there.y}px`;
          const under = document.elementFromPoint(x, y).closest('.mk-tag') !== null;
          click();
          return under;
        }""",
        [x, y],
    )
    assert under
    panel.wait_for_timeout(500)
    expect(panel.locator(CHIPS)).to_have_count(0)
    # A click that is not the second of a pair is taken.
    panel.mouse.click(x, y)
    expect(panel.locator(CHIPS)).to_have_count(1)


def test_a_tag_without_words_asks_for_words(panel: Page) -> None:
    panel.locator(f"{PANEL} .mk-tags .mk-tag").first.click()
    expect(panel.locator(STATUS)).to_have_text("Choose words first: tap one word, then another.")
    expect(panel.locator(CHIPS)).to_have_count(0)


def test_a_click_on_its_words_says_how_sure_one_is(panel: Page) -> None:
    word(panel, "h1", 0).click()
    panel.locator(f"{PANEL} .mk-palette .mk-tag").first.click()
    for sure in ("guessing", "fairly sure", "sure"):
        panel.wait_for_timeout(500)  # sooner, and at the same place, it would be the second click of a pair
        panel.locator(f"{CHIPS} label").get_by_text(sure, exact=True).click()
        saved(panel)
        expect(panel.locator(f"{CHIPS} .mk-sure")).to_have_text(sure)


def test_a_finger_marks_on_a_phone(browser: Browser, lab: Lab) -> None:
    outside: list[str] = []
    context = new_context(browser, outside, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_notebook(page, lab, lab.write("phone.ipynb", NEW_WORK, OPEN, MARK))
    hide_sidebar(page)
    show_panel(page)
    word(page, "s2", 0).tap()
    word(page, "s2", 2).tap()
    page.locator(f"{PANEL} .mk-palette .mk-tag").first.scroll_into_view_if_needed()
    shot(page, "marker-phone-choosing")
    page.locator(f"{PANEL} .mk-palette .mk-tag").first.tap()
    page.wait_for_timeout(500)  # sooner, and at the same place, it would be the second tap of a pair
    word(page, "s4", 1).tap()
    page.get_by_role("button", name="Whole sentence").tap()
    page.locator(f"{PANEL} .mk-palette .mk-tag").nth(4).tap()
    saved(page)
    assert next(quote for _, quote in brief(page)) == "Cavusoglu, speaking to"
    assert len(marks(page)) == 2
    shot(page, "marker-phone-marked")
    small = page.locator(f"{PANEL} button:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.textContent)"
    )
    wide = page.evaluate(
        "document.querySelector('.lk-marker').scrollWidth - document.querySelector('.lk-marker').clientWidth"
    )
    set_theme(page, "JupyterLab Dark")
    shot(page, "marker-phone-dark")
    context.close()
    assert (small, wide, outside) == ([], 0, [])


# What is seen and heard


def test_a_screen_reader_gets_sentences_words_and_marks(panel: Page) -> None:
    press(panel, "ArrowRight", "1", "Escape")
    focused = spoken(panel)
    assert focused["role"] == "application"
    assert focused["name"] == "Turkey Expects Russia to Immediately Stop Syrian Regime Attacks in Idlib"
    assert focused["description"] == "1 of 13. A side speaks: “Turkey”"
    press(panel, "ArrowRight")
    assert spoken(panel)["name"].strip() == "Turkey"
    expect(panel.locator(STATUS)).to_have_text("A side speaks: “Turkey”")
    press(panel, "Shift+ArrowRight")
    expect(panel.locator(STATUS)).to_have_text("Selected: “Turkey Expects”")


def test_what_happens_is_said_once(panel: Page) -> None:
    panel.evaluate(
        """() => {
          window.said = [];
          for (const live of document.querySelectorAll('.lk-marker [role=status], .lk-marker [aria-live]')) {
            new MutationObserver(() => live.textContent && window.said.push(live.textContent))
              .observe(live, { subtree: true, childList: true, characterData: true });
          }
        }"""
    )
    press(panel, "ArrowRight", "1")
    saved(panel)
    panel.wait_for_timeout(500)
    # Going to the word says it, too, unless the key that marks it comes before that is spoken.
    assert [said for said in panel.evaluate("window.said") if said.startswith("Marked")] == [
        "Marked. A side speaks: “Turkey”"
    ]


def spoken(page: Page) -> dict[str, str]:
    """Give role, name and description of what has the focus, as the browser tells a screen reader."""
    session = page.context.new_cdp_session(page)
    node = session.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
    tree = session.send("Accessibility.getPartialAXTree", {"objectId": node, "fetchRelatives": False})["nodes"]
    session.detach()
    return {part: tree[0].get(part, {}).get("value", "") for part in ("role", "name", "description")}


def test_looking_is_counted_and_marking_is_not(panel: Page) -> None:
    press(panel, "ArrowDown", "ArrowDown", "1", "2", "3")
    expect(panel.locator(f"{PANEL} .mk-progress")).to_have_text("3 of 13 looked at")
    panel.wait_for_timeout(1500)
    assert ask_kernel(panel, "print(sorted(lesson.workbook.looked('sourcing')))").strip() == "['c1', 'h1', 's1']"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_nothing_is_wrong_with_its_accessibility(panel: Page, theme: str) -> None:
    set_theme(panel, theme)
    try:
        press(
            panel,
            "ArrowRight",
            "1",
            "c",
            "ArrowDown",
            "Enter",
            "5",
            "ArrowDown",
            "ArrowRight",
            "2",
            "Shift+ArrowRight",
            "Shift+ArrowRight",
            "3",
            "a",
            "4",
        )
        press(panel, "ArrowDown", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
        panel.locator(f"{CHIPS} button").nth(2).evaluate("one => one.click()")
        panel.wait_for_timeout(400)
        faults = axe(panel)
        assert weak_lines(panel) == []
        shot(panel, f"marker-{theme.rsplit(maxsplit=1)[-1].lower()}")
        panel.set_viewport_size({"width": 1280, "height": 2600})
        shot(panel, f"marker-{theme.rsplit(maxsplit=1)[-1].lower()}-whole", PANEL)
    finally:
        panel.set_viewport_size({"width": 1280, "height": 900})
        set_theme(panel, "JupyterLab Light")
    assert faults == []


def test_axe_would_find_pale_text(panel: Page) -> None:
    panel.evaluate("document.querySelector('.lk-marker .mk-how').style.color = '#bbb'")
    assert any(fault.startswith("color-contrast") for fault in axe(panel))


def weak_lines(page: Page) -> list[str]:
    """Name the underlines and borders of marks that stand out less than 3 to 1."""
    found: list[str] = page.evaluate(
        """() => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
          const light = colour => {
            canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
          };
          const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
          const root = document.querySelector('.lk-marker');
          const papers = [getComputedStyle(root).backgroundColor, getComputedStyle(root).getPropertyValue('--lk-select'), getComputedStyle(root).getPropertyValue('--lk-tint')];
          const lines = [...root.querySelectorAll('.lk-u')].map(one => getComputedStyle(one).textDecorationColor);
          const ring = getComputedStyle(root).getPropertyValue('--lk-link');
          const edge = getComputedStyle(root).getPropertyValue('--lk-edge');
          const pairs = papers.flatMap(paper => [...new Set([...lines, ring, edge])].map(line => [line, paper]));
          return pairs.filter(([a, b]) => ratio(a, b) < 3).map(([a, b]) => `${a} on ${b}: ${ratio(a, b).toFixed(2)}`);
        }"""
    )
    return found


def test_underlines_survive_high_contrast(panel: Page) -> None:
    press(panel, "ArrowRight", "1", "ArrowRight", "3", "ArrowRight", "Shift+ArrowRight")
    panel.emulate_media(forced_colors="active")
    shapes = panel.locator(f"{TEXTS} >> nth=0 >> .lk-u").evaluate_all(
        "all => all.map(one => getComputedStyle(one).textDecorationStyle)"
    )
    shot(panel, "marker-high-contrast")
    panel.emulate_media(forced_colors="none")
    assert set(shapes) == {"solid", "wavy"}


def test_markup_is_shown_and_never_run(panel: Page) -> None:
    markup = "<img src=x onerror=window.hacked=1><script>window.hacked=2</script>"
    press(panel, "ArrowRight", "1", "r")
    panel.keyboard.type(markup)
    press(panel, "Enter", "ArrowDown")
    saved(panel)
    expect(panel.locator(f"{CHIPS} .mk-reason")).to_have_text(markup)
    show_rerun(panel)
    expect(panel.locator(f"{CHIPS} .mk-reason")).to_have_text(markup)
    assert panel.evaluate("window.hacked") is None


def show_rerun(page: Page) -> None:
    """Run the last cell again, on the same workbook."""
    page.evaluate("document.querySelectorAll('.lk-marker').forEach(old => old.dataset.old = '')")
    page.evaluate(
        "async () => { const app = window.jupyterapp; app.shell.currentWidget.content.activeCellIndex = 2; await app.commands.execute('notebook:run-cell'); }"
    )
    page.locator(f"{PANEL}:not([data-old]) .mk-text").first.wait_for()
    page.wait_for_function("!document.querySelector('.lk-marker[data-old]')")


def test_one_panel_shown_twice_shows_one_state(panel: Page) -> None:
    panel.evaluate(
        "async () => { const app = window.jupyterapp; app.shell.currentWidget.content.activeCellIndex = 2; await app.commands.execute('notebook:create-output-view'); }"
    )
    views = panel.locator(PANEL)
    expect(views).to_have_count(2)
    views.nth(0).locator(".mk-text").first.focus()
    press(panel, "ArrowRight", "1")
    for view in (views.nth(0), views.nth(1)):
        expect(view.locator(".mk-chip")).to_have_count(1)
    panel.evaluate(
        "[...window.jupyterapp.shell.widgets('main')].filter(one => one !== window.jupyterapp.shell.currentWidget || !one.sessionContext).forEach(one => one.sessionContext || one.dispose())"
    )
    expect(views).to_have_count(1)
    saved(panel)
    assert len(marks(panel)) == 1


# Right to left


def test_a_text_from_right_to_left_is_walked_leftwards(page: Page, lab: Lab, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_folder(), data)
    (data / "sample").mkdir()
    (data / "sample" / "article.md").write_text(ARABIC, encoding="utf-8")
    there = f"import os; os.environ['LESSONKIT_DATA'] = {str(data)!r}"
    open_notebook(page, lab, lab.write("right-to-left.ipynb", NEW_WORK, there, OPEN.replace("idlib", "sample"), MARK))
    hide_sidebar(page)
    show_panel(page)
    assert page.locator(TEXTS).first.evaluate("one => getComputedStyle(one).direction") == "rtl"
    press(page, "ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "1", "ArrowDown", "ArrowLeft", "Shift+End", "5")
    saved(page)
    shot(page, "marker-right-to-left")
    assert brief(page)[0] == ("party", "تتوقع من")
    assert axe(page) == []


# Lost kernels, lost pages, full disks


def at_work(lab: Lab, name: str, folder: Path) -> str:
    """Write a notebook whose work is in a folder of its own, and stays there."""
    return lab.write(name, f"import os; os.environ['LESSONKIT_WORK'] = {str(folder)!r}", OPEN, MARK)


def restart_kernel(page: Page) -> None:
    page.evaluate(
        "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(); }"
    )


def test_work_outlives_the_page_and_the_kernel(page: Page, lab: Lab, tmp_path: Path) -> None:
    name = at_work(lab, "outlives.ipynb", tmp_path)
    open_notebook(page, lab, name)
    show_panel(page)
    press(page, "ArrowRight", "1", "c", "ArrowDown", "5")
    saved(page)
    open_notebook(page, lab, name)  # the page is loaded again; the kernel lives
    show_panel(page)
    expect(page.locator(CHIPS)).to_have_count(2)
    restart_kernel(page)
    show_panel(page)
    expect(page.locator(CHIPS)).to_have_count(2)
    assert page.locator(f"{PANEL} .mk-offer").count() == 0
    assert len(brief(page)) == 2


def test_marks_made_without_a_kernel_are_offered_and_brought_back(page: Page, lab: Lab, tmp_path: Path) -> None:
    open_notebook(page, lab, at_work(lab, "dead.ipynb", tmp_path))
    show_panel(page)
    press(page, "ArrowRight", "1")
    saved(page)
    restart_kernel(page)
    page.locator(TEXTS).first.focus()
    press(page, "ArrowDown", "5", "ArrowDown", "2")
    expect(page.locator(f"{PANEL} .mk-trouble")).to_contain_text("Your marks are kept in this browser", timeout=8000)
    assert page.locator(f"{PANEL} .mk-state").text_content() == ""
    shot(page, "marker-not-saved")
    show_panel(page)
    offer = page.locator(f"{PANEL} .mk-offer")
    expect(offer).to_contain_text("2 marks by ")
    expect(page.locator(CHIPS)).to_have_count(1)
    assert axe(page) == []
    shot(page, "marker-offer")
    offer.get_by_role("button", name="Bring it back").click()
    expect(page.locator(CHIPS)).to_have_count(3)
    expect(page.locator(STATUS)).to_have_text("Marks brought back: 2.")
    expect(offer).to_have_count(0)
    assert len(brief(page)) == 3


def test_work_on_a_lost_machine_is_offered_from_the_browser(panel: Page) -> None:
    press(panel, "ArrowRight", "1", "ArrowDown", "5")
    saved(panel)
    show_panel(panel)  # with a new, empty folder, as on a new machine
    offer = panel.locator(f"{PANEL} .mk-offer")
    expect(offer).to_contain_text("2 marks by ")
    offer.get_by_role("button", name="Not now").click()
    expect(offer).to_have_count(0)
    show_panel(panel)
    panel.locator(f"{PANEL} .mk-offer").get_by_role("button", name="Bring it back").click()
    expect(panel.locator(CHIPS)).to_have_count(2)
    show_rerun(panel)
    panel.wait_for_timeout(1000)
    expect(panel.locator(f"{PANEL} .mk-offer")).to_have_count(0)


def test_what_another_notebook_has_saved_is_no_lost_work(panel: Page) -> None:
    ask_kernel(panel, "elsewhere = open_lesson('idlib').mark('sourcing')")  # a workbook that was read before the marks
    press(panel, "ArrowRight", "1", "ArrowDown", "5")
    saved(panel)
    source = "source => window.jupyterapp.shell.currentWidget.content.model.cells.get(2).sharedModel.setSource(source)"
    panel.evaluate(source, "elsewhere")
    show_rerun(panel)
    panel.evaluate(source, MARK)
    expect(panel.locator(CHIPS)).to_have_count(2)
    panel.wait_for_timeout(1000)
    expect(panel.locator(f"{PANEL} .mk-offer")).to_have_count(0)


def test_an_offer_is_erased_for_good(panel: Page) -> None:
    press(panel, "ArrowRight", "1")
    saved(panel)
    show_panel(panel)
    panel.locator(f"{PANEL} .mk-offer").get_by_role("button", name="Erase it from this browser").click()
    assert stored_keys(panel) == []
    show_panel(panel)
    panel.wait_for_timeout(1000)
    expect(panel.locator(f"{PANEL} .mk-offer")).to_have_count(0)


def test_erasing_leaves_nothing_until_the_next_mark(panel: Page) -> None:
    press(panel, "ArrowRight", "1")
    saved(panel)
    assert len(stored_keys(panel)) == 1
    press(panel, "?")
    panel.get_by_role("button", name="Erase what this browser keeps of this lesson").click()
    panel.get_by_role("button", name="Keep", exact=True).click()
    assert len(stored_keys(panel)) == 1
    panel.get_by_role("button", name="Erase what this browser keeps of this lesson").click()
    panel.get_by_role("button", name="Erase", exact=True).click()
    expect(panel.get_by_role("dialog")).to_contain_text("This browser keeps nothing of this lesson")
    press(panel, "Escape", "ArrowDown", "ArrowDown")
    panel.wait_for_timeout(1500)  # what was looked at is saved now, and Python tells the panel
    assert stored_keys(panel) == []
    press(panel, "1")
    saved(panel)
    assert len(stored_keys(panel)) == 1


@pytest.mark.parametrize(
    "late", ["[{**mark, 'tag': 'unnamed'} for mark in panel.marks]", "[]"], ids=["older", "shorter"]
)
def test_what_is_late_from_python_takes_nothing_away(panel: Page, late: str) -> None:
    press(panel, "ArrowRight", "1")
    saved(panel)
    ask_kernel(panel, f"late = {late}")
    press(panel, "c")
    saved(panel)
    ask_kernel(panel, "panel._send({'method': 'update', 'state': {'marks': late}, 'buffer_paths': []})")
    panel.wait_for_timeout(300)
    # At once, without waiting: after a while Python would put it right.
    assert panel.locator(f"{CHIPS} .mk-name").all_text_contents() == ["A side speaks"]
    press(panel, "ArrowRight", "2")
    saved(panel)
    assert [(mark["tag"], mark["confidence"]) for mark in marks(panel)] == [("party", "guessing"), ("observer", "")]


@contextmanager
def silent_kernel(page: Page) -> Iterator[None]:
    """Stop the kernel's process for a while, so that it answers nobody."""
    process = psutil.Process(int(ask_kernel(page, "import os; print(os.getpid())")))
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def test_what_is_not_acknowledged_is_not_called_saved(panel: Page) -> None:
    trouble = panel.locator(f"{PANEL} .mk-trouble")
    with silent_kernel(panel):
        press(panel, "ArrowRight", "1", "c")
        expect(panel.locator(CHIPS)).to_have_count(1)
        expect(panel.locator(f"{PANEL} .mk-state")).to_have_text("Saving")
        expect(trouble).to_contain_text("Your marks are kept in this browser")
        assert len(stored_keys(panel)) == 1
    saved(panel)
    expect(trouble).to_be_empty()
    expect(panel.locator(STATUS)).to_have_text("Saved now.")
    assert [mark["confidence"] for mark in marks(panel)] == ["guessing"]


def test_a_browser_that_keeps_nothing_is_no_obstacle(panel: Page) -> None:
    panel.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    with silent_kernel(panel):
        press(panel, "ArrowRight", "1")
        expect(panel.locator(f"{PANEL} .mk-trouble")).to_contain_text("this browser keeps nothing")
    saved(panel)
    panel.reload()
    panel.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext !== undefined")


def test_disk_trouble_is_told_and_saving_again_helps(panel: Page) -> None:
    ask_kernel(panel, "folder = lesson.workbook.path.parent; folder.rmdir(); folder.write_text('in the way')")
    press(panel, "ArrowRight", "1")
    trouble = panel.locator(f"{PANEL} .mk-trouble")
    expect(trouble).to_contain_text("Not saved")
    shot(panel, "marker-trouble")
    # The panel tries once more by itself, after half of LATE_AFTER. The way is cleared only then.
    panel.evaluate("() => new Promise((done) => setTimeout(done, 2_000))")
    ask_kernel(panel, "folder.unlink()")
    trouble.get_by_role("button", name="Save again").click()
    saved(panel)
    assert brief(panel) == [("party", "Turkey")]
