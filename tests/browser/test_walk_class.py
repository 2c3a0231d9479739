"""A robot teacher goes from thirty files to a talk and back: by keyboard, on a projector and on a telephone."""

import json
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from lessonkit import open_lesson
from lessonkit.article import Article
from lessonkit.intake import hand_in
from lessonkit.layers import Layer
from lessonkit.words import Words
from lessonkit.workbook import Workbook

from ..pupils import HOSTILE, a_mark
from .conftest import ask_kernel, axe, hide_sidebar, open_notebook, run_all, set_theme, shot
from .robot import Robot

NOTEBOOK = "90-teachers.ipynb"
PAGES = ("files", "talk", "reasons", "see", "key", "check", "confidence", "agreement")
FOR_THE_TEACHER = {"files", "check"}
DESK = ".lk-desk:has([data-name^=vote-])"
MINUTES = 2


def sheet(name: str) -> str:
    """Give the selector of a page of the notebook."""
    return f".lk-sheet >> nth={PAGES.index(name)}"


def field(page: Page, tag: str, when: str) -> str:
    """Give the selector of a field of the vote."""
    desk = page.locator(f"{DESK} [data-name$='-{tag}-{when}']").first
    return f"{DESK} [data-name='{desk.get_attribute('data-name')}']"


def open_tags(page: Page) -> list[str]:
    """Give the numbers of the tags whose fields stand open: those the class gave to the words that are voted on."""
    fields = page.locator(f"{DESK} [data-name$='-before']:visible")
    expect(fields.nth(1)).to_be_visible()
    names = fields.evaluate_all("all => all.map(one => one.dataset.name)")
    return [tag for name in names if (tag := str(name).split("-")[-2]).isdecimal()]


def focus(page: Page, selector: str) -> None:
    """Go to the cell of a panel, from where the Tab key leads into it."""
    page.locator(selector).first.evaluate(
        "one => { const cell = one.closest('.jp-CodeCell'); cell.setAttribute('tabindex', '-1'); cell.focus(); }"
    )


def test_a_teacher_walks_from_files_to_a_second_vote_by_keyboard(
    robot: Robot, browser: Browser, layers: dict[str, Layer]
) -> None:
    page = robot.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open(NOTEBOOK)
    expect(page.locator(".lk-sheet").nth(len(PAGES) - 1)).to_be_visible()
    expect(page.locator(sheet("files"))).to_contain_text("Pupils: 30.")

    # Five segments, each with its question; the key waits behind a step.
    talk = page.locator(sheet("talk"))
    expect(talk.locator(".lk-segment")).to_have_count(5)
    expect(talk.locator(".cl-ask")).to_have_count(5)
    inside = talk.locator("details .lk-inside").first
    expect(inside).to_be_hidden()
    focus(page, sheet("talk"))
    robot.tab_to(".lk-sheet details > summary")
    robot.press("Enter")
    expect(inside).to_be_visible()

    # No page that a class may see names anybody.
    names = [name for name in json.loads(ask_kernel(page, NAMES)) if name]
    assert len(names) == 30
    for name in (name for name in PAGES if name not in FOR_THE_TEACHER):
        told = page.locator(sheet(name)).inner_html()
        assert not [one for one in names if one in told], name

    # The vote: numbers by keyboard, a wrong one on the way.
    one, other, *_ = open_tags(page)
    titles = {tag.key: tag.title for tag in layers["sourcing"].tags}
    focus(page, DESK)
    robot.tab_to(field(page, one, "before"))
    page.keyboard.type("-9")
    made = page.locator(f"{DESK} .dk-made")
    expect(made).to_contain_text("“-9” is no number of hands.")
    robot.press("Control+a")
    page.keyboard.type("9")
    robot.tab_to(field(page, other, "before"))
    page.keyboard.type("12")
    expect(made).to_contain_text("Now talk in pairs.")
    robot.tab_to(field(page, one, "after"))
    page.keyboard.type("14")
    robot.tab_to(field(page, other, "after"))
    page.keyboard.type("8")
    expect(made).to_contain_text(f"{titles[one]} 5 more")
    expect(made).to_contain_text(f"{titles[other]} 4 fewer")
    expect(page.locator(f"{DESK} .dk-state")).to_have_attribute("data-state", "saved")
    shot(page, "class-vote", DESK)

    # Leave, come back to a new kernel: the vote is there.
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.close()
    robot.page = page = browser.contexts[-1].new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    robot.open(NOTEBOOK)
    expect(page.locator(field(page, one, "after"))).to_have_value("14")
    expect(page.locator(f"{DESK} .dk-made")).to_contain_text(f"{titles[one]} 5 more")
    assert errors == []


NAMES = "import json; print(json.dumps([pupil.pseudonym for pupil in classroom.handed_in.pupils]))"


def test_the_pages_are_clean_and_inside_their_box(robot: Robot) -> None:
    page = robot.page
    robot.open(NOTEBOOK)
    one, other, *_ = open_tags(page)
    page.locator(field(page, one, "before")).fill("9")
    page.locator(field(page, other, "before")).fill("12")
    page.locator(field(page, one, "after")).fill("14")
    page.locator(field(page, other, "after")).fill("8")
    expect(page.locator(f"{DESK} .dk-made")).to_contain_text("5 more")
    page.evaluate("document.querySelectorAll('.lk-sheet details, .lk-desk details').forEach(one => one.open = true)")
    faults: list[str] = []
    for theme in ("Light", "Dark"):
        set_theme(page, f"JupyterLab {theme}")
        for width in (1280, 390):
            # As high as the highest page may be: what is scrolled out of sight is not drawn.
            page.set_viewport_size({"width": width, "height": 12_000})
            page.wait_for_timeout(500)
            look = f"{theme.lower()}-{width}"
            faults += [f"{look}: {fault}" for fault in axe(page)]
            for name in (*PAGES, "vote"):
                selector = DESK if name == "vote" else sheet(name)
                has, shows = page.locator(selector).first.evaluate("one => [one.scrollWidth, one.clientWidth]")
                if has > shows + 1:
                    faults.append(f"{look}: {name} has {has} and shows {shows}")
                if look in {"light-1280", "dark-390"}:
                    shot(page, f"class-{name}-{look}", selector)
    assert faults == []


def test_a_stranger_gets_from_thirty_files_to_five_segments_in_two_minutes(robot: Robot) -> None:
    page = robot.page
    lesson = open_lesson("idlib")
    lesson._work = robot.lab.work
    folder = lesson.rehearse(30)
    name = robot.lab.write(
        "mine.ipynb",
        'from lessonkit import open_lesson\nlesson = open_lesson("idlib")',
        f"classroom = lesson.classroom({str(folder)!r})",
        'classroom.talk("sourcing")',
    )
    start = time.monotonic()
    open_notebook(page, robot.lab, name)
    run_all(page)
    expect(page.locator(".lk-sheet .lk-segment .cl-ask")).to_have_count(5)

    assert time.monotonic() - start < MINUTES * 60


def test_a_hostile_class_runs_nothing(
    robot: Robot, article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path
) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    for number in range(6):
        book = Workbook(article, layers, tmp_path / f"work-{number}", words)
        tag = ("party", "observer")[number % 2]
        book.put([a_mark(article, "sourcing", ("s1", 0, 0), tag, HOSTILE, "sure")])
        book.rename(HOSTILE)
        (folder / f"{number} onerror=hit.json").write_text(json.dumps(book.kept()), encoding="utf-8")
    (folder / "<img src=x onerror=alert(1)>.json").write_text("<script>window.hit = 1</script>", encoding="utf-8")
    assert len(hand_in(folder, article, layers, words).pupils) == 6
    page = robot.page
    name = robot.lab.write(
        "hostile.ipynb",
        'from lessonkit import open_lesson\nlesson = open_lesson("idlib")',
        f"classroom = lesson.classroom({str(folder)!r})",
        "classroom.files()",
        'classroom.reasons("sourcing", "s1", names=True)',
        'classroom.talk("sourcing")',
    )
    open_notebook(page, robot.lab, name)
    hide_sidebar(page)
    run_all(page)
    expect(page.locator(".lk-sheet")).to_have_count(3)
    expect(page.locator(".lk-sheet").nth(1)).to_contain_text("<img src=x onerror=")
    expect(page.locator(".lk-sheet").nth(0)).to_contain_text("Not taken, and why: 1")

    assert page.evaluate("window.hit") is None
    assert page.locator(".lessonkit img, .lessonkit script").count() == 0
