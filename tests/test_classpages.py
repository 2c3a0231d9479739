"""The pages of the class: what they show, what they never show, and the vote."""

import inspect
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from lessonkit import Lesson, open_lesson
from lessonkit.article import Article, Span
from lessonkit.classroom import MADE_UP, Class, Passed, Pupil
from lessonkit.faults import LessonError
from lessonkit.panels.classpages import BAR_FROM, Classroom, reading_bar
from lessonkit.panels.classvote import ClassDesk, Vote
from lessonkit.panels.sheet import Sheet
from lessonkit.places import data_folder, notebooks_folder
from lessonkit.words import Words
from lessonkit.workbook import Mark

from .pupils import HOSTILE, a_crowd, a_mark, a_pupil, everything

VERBS = ("see", "talk", "reasons", "against_key", "confidence")
LAYERS = ("sourcing", "claims", "framing")
NO_TAG = "0"


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


def crowd(lesson: Lesson, number: int, *more: Pupil) -> Class:
    found = {name: lesson.key(name) for name in LAYERS}
    keys = {name: key for name, key in found.items() if key is not None}
    made = a_crowd(number, lesson.article, lesson.layers, keys)
    return replace(made, pupils=(*made.pupils, *more))


def opened(lesson: Lesson, handed_in: Class) -> Classroom:
    return Classroom(handed_in, lesson.layer, lesson.key, lesson.workbook)


def of_pupils(lesson: Lesson, *marks: list[Mark]) -> Classroom:
    looked = everything(lesson.article, lesson.layers)
    pupils = tuple(a_pupil(number, own, looked) for number, own in enumerate(marks))
    return opened(lesson, Class(lesson.article, lesson.layers, pupils))


def on(article: Article, tag: str, reason: str = "", confidence: str = "") -> list[Mark]:
    return [a_mark(article, "sourcing", ("s1", 0, 0), tag, reason, confidence)]


def shown(panel: Sheet | ClassDesk) -> str:
    """Give all HTML of a panel."""
    if isinstance(panel, ClassDesk):
        parts = [part for step in panel.plan["steps"] for part in step["parts"]]
        return "".join(part.get("html", "") for part in parts) + "".join(panel.made.values())
    return panel.page


def pages(room: Classroom, *layers: str) -> Iterator[tuple[str, str]]:
    """Give every page a projector may show, by its name."""
    yield "agreement", shown(room.agreement())
    for layer in layers:
        for verb in (*VERBS, "vote"):
            yield f"{verb} {layer}", shown(getattr(room, verb)(layer))


class Elements(HTMLParser):
    """Which elements there are, and what stands in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in {"span", "small", "strong", "code", "mark", "i", "b"}:
            self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


def text(html: str) -> str:
    return re.sub(r"\s+", " ", Elements(html).text).strip()


# All pages


@pytest.mark.parametrize("number", [0, 1, 2, 3, 30])
def test_every_page_is_shown_for_a_class_of_any_size(lesson: Lesson, number: int) -> None:
    room = opened(lesson, crowd(lesson, number))
    found = dict(pages(room, *LAYERS, "page"))

    assert len(found) == 1 + 4 * 6
    assert all(found.values())
    assert room.files().page


def test_pupils_who_did_nothing_make_no_page_fail(lesson: Lesson) -> None:
    room = of_pupils(lesson, [], [], [])

    assert "Nobody has marked anything in this layer yet." in text(room.see("sourcing").page)
    assert "Handed in: 3. With marks in this layer: 0." in text(room.talk("sourcing").page)
    assert all(html for _, html in pages(room, *LAYERS))


def test_no_verb_stops_run_all_where_there_is_nothing_to_show(lesson: Lesson, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    alike = on(lesson.article, "party", "The same")
    rooms = {
        "an empty folder": lesson.classroom(empty),
        "one pupil": of_pupils(lesson, alike),
        "two alike": of_pupils(lesson, alike, alike),
        "another layer only": of_pupils(lesson, [a_mark(lesson.article, "claims", ("s1", 0, 0), "unsettled")]),
    }
    verbs = [name for name, verb in vars(Classroom).items() if inspect.isfunction(verb) and name[0] != "_"]
    assert len(verbs) == 9

    for name, room in rooms.items():
        for verb in verbs:
            for layer in lesson.layers if verb not in {"files", "agreement"} else ():
                assert shown(getattr(room, verb)(layer)), (name, verb, layer)
        assert room.files().page, name
        assert room.agreement().page, name


def test_where_no_segment_comes_first_the_page_says_what_to_type(lesson: Lesson) -> None:
    alike = on(lesson.article, "party")
    room = of_pupils(lesson, alike, alike)

    for verb in ("reasons", "vote"):
        page = text(shown(getattr(room, verb)("sourcing")))
        assert "Nobody differs in this layer" in page
        assert f'classroom.{verb}("sourcing", "s1")' in page
        assert f'classroom.{verb}("sourcing")' in text(shown(getattr(room, verb)("claims")))
    assert repr(room.vote("sourcing")) == "Desk('vote-sourcing', article='idlib', fields=0)"
    assert "classroom.files()" in text(shown(of_pupils(lesson).vote("sourcing")))


def test_the_names_of_panels_say_nothing_of_a_pupil(lesson: Lesson) -> None:
    room = opened(lesson, crowd(lesson, 30))

    assert repr(room) == "Classroom(article='idlib', pupils=30, files not taken=0)"
    assert repr(room.see("sourcing")) == "Sheet('see', article='idlib', layer='sourcing')"
    assert repr(room.files()) == "Sheet('files', article='idlib')"
    assert repr(room.vote("sourcing", "s1")) == "Desk('vote-sourcing-s1', article='idlib', fields=12)"


def test_no_page_names_a_pupil_or_a_file(lesson: Lesson) -> None:
    room = opened(lesson, crowd(lesson, 30))

    for name, html in pages(room, *LAYERS):
        for pupil in room.handed_in.pupils:
            assert pupil.pseudonym not in html, name
            assert pupil.id not in html, name
            assert pupil.file not in html, name


def test_whatever_a_pupil_wrote_stays_text(lesson: Lesson) -> None:
    marks = [a_mark(lesson.article, name, ("s1", 0, 0), lesson.layers[name].tags[0].name, HOSTILE) for name in LAYERS]
    evil = Pupil(HOSTILE, HOSTILE, HOSTILE, HOSTILE, tuple(marks), {"sourcing": frozenset({"s1"})})
    there = crowd(lesson, 12, evil)
    room = opened(lesson, replace(there, passed=(Passed(HOSTILE, HOSTILE),), replaced=(Passed(HOSTILE, HOSTILE),)))
    all_ = [*pages(room, *LAYERS), ("files", room.files().page)]
    all_.append(("reasons", room.reasons("sourcing", "s1", names=True).page))

    for name, html in all_:
        found = Elements(html)
        assert not found.names & {"img", "script", "iframe", "style"}, name
        assert not {one for one in found.attributes if one.startswith("on")}, name
    assert "<img src=x" in text(all_[-1][1])
    assert "{words}" in text(all_[-1][1])


def test_the_pages_of_a_class_of_thirty_are_small(lesson: Lesson) -> None:
    room = opened(lesson, crowd(lesson, 30))

    for name, html in pages(room, *LAYERS):
        assert len(html) < 50_000, name


def test_the_pages_of_a_thousand_are_as_small(lesson: Lesson) -> None:
    room = opened(lesson, crowd(lesson, 1_000))

    for name, html in pages(room, "sourcing"):
        assert len(html) < 50_000, name


def test_few_pupils_are_said_on_every_page(lesson: Lesson) -> None:
    said = "Fewer than 5 pupils have marked here."
    few, enough = opened(lesson, crowd(lesson, 4)), opened(lesson, crowd(lesson, 6))

    for verb in VERBS:
        assert said in text(getattr(few, verb)("sourcing").page), verb
        assert said not in text(getattr(enough, verb)("sourcing").page), verb


def test_a_rehearsal_is_said_to_be_one(lesson: Lesson) -> None:
    room = lesson.classroom(lesson.rehearse(3))

    for name, html in [*pages(room, "sourcing"), ("files", room.files().page)]:
        if not name.startswith("vote"):
            assert "Pupils here who are made up and no learners: 3." in text(html), name
    assert all("made up" not in text(html) for _, html in pages(opened(lesson, crowd(lesson, 3)), "sourcing"))


def test_there_are_pages_without_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "article.md").write_text("# One two three\n\nFour five six seven.\n", encoding="utf-8")
    lesson = open_lesson(str(folder))
    marks = [[a_mark(lesson.article, "sourcing", ("s1", 0, 1), tag)] for tag in ("party", "observer") for _ in range(3)]
    room = of_pupils(lesson, *marks)

    assert "This article has no key for this layer" in text(room.against_key("sourcing").page)
    assert "What the key says" not in room.talk("sourcing").page
    assert all(html for _, html in pages(room, *LAYERS))


def test_whatever_stands_in_an_article_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "article.md").write_text(f"# {HOSTILE}\n\nOne {HOSTILE} two.\n", encoding="utf-8")
    lesson = open_lesson(str(folder))
    last = len(lesson.article.segments[1].words) - 1
    marks = [
        [a_mark(lesson.article, name, ("s1", 0, last), lesson.layers[name].tags[n % 2].name, "Why") for name in LAYERS]
        for n in range(6)
    ]
    room = of_pupils(lesson, *marks)

    for name, html in [*pages(room, *LAYERS), ("files", room.files().page)]:
        assert not Elements(html).names & {"img", "script", "iframe"}, name


def test_a_wrong_name_gets_the_right_ones(lesson: Lesson) -> None:
    room = opened(lesson, crowd(lesson, 6))

    with pytest.raises(LessonError, match=r"The layers are .*“sourcing”"):
        room.see("nothing")
    with pytest.raises(LessonError, match=r"There is no segment “s99” in “sourcing”. Its segments are h1, c1"):
        room.reasons("sourcing", "s99")
    with pytest.raises(LessonError, match="There is no segment “p1”"):
        room.vote("sourcing", "p1")


# What was handed in


def test_files_that_were_not_taken_are_named_with_the_reason(lesson: Lesson) -> None:
    there = replace(
        crowd(lesson, 10),
        passed=(Passed("a.json", "It is empty."),),
        replaced=(Passed("b.json", "It is older."),),
        partly=(Passed("c.jsonl", "Lines that cannot be read: 2."),),
    )
    page = text(opened(lesson, there).files().page)

    assert "Pupils: 10. With marks: 9." in page
    assert "no mark in any layer: 1." in page
    assert "Not taken, and why: 1" in page
    for line in ("a.json: It is empty.", "b.json: It is older.", "c.jsonl: Lines that cannot be read: 2.", "7.json"):
        assert line in page


def test_only_the_page_of_the_files_says_which_folder_was_read_and_not_where_it_is(
    lesson: Lesson, tmp_path: Path
) -> None:
    folder = tmp_path / "school of <somebody>" / "class-8b & more"
    shutil.copytree(lesson.rehearse(3), folder)
    room = lesson.classroom(folder)

    assert "Read from: class-8b & more" in text(room.files().page)
    assert "somebody" not in text(room.files().page)
    assert all("class-8b" not in html for _, html in pages(room, "sourcing"))


def test_an_empty_folder_says_what_to_do(lesson: Lesson) -> None:
    assert "Put the files that keep() gave your pupils into the folder." in text(
        opened(lesson, crowd(lesson, 0)).files().page
    )


def test_a_class_comes_from_a_folder_or_a_zip(lesson: Lesson, tmp_path: Path) -> None:
    import shutil

    folder = lesson.rehearse(5)
    (folder / "note.txt").write_text("Room 12", encoding="utf-8")
    packed = shutil.make_archive(str(tmp_path / "class"), "zip", folder)

    for source in (folder, str(folder), packed):
        assert repr(lesson.classroom(source)) == "Classroom(article='idlib', pupils=5, files not taken=1)"


def test_the_same_rehearsal_is_made_once(lesson: Lesson) -> None:
    first = lesson.rehearse(3)
    before = {path.name: path.stat().st_mtime_ns for path in first.iterdir()}

    assert lesson.rehearse(3) == first
    assert {path.name: path.stat().st_mtime_ns for path in first.iterdir()} == before
    assert len(list(lesson.rehearse(4).iterdir())) == 4


# The article as the class sees it


def test_heat_and_splits_are_said_in_words(lesson: Lesson) -> None:
    article = lesson.article
    marks = [on(article, "party")] * 6 + [on(article, "observer")] * 3 + [[]]
    html = of_pupils(lesson, *marks).see("sourcing").page

    assert '<span class="cl-h" data-h="5">Turkey</span>' in html
    page = text(html)
    assert "≠1, Sentence 1: “Turkey” A side speaks: 6, A named observer: 3, No mark: 1" in page
    assert "“Turkey”: marked by 9 of 10. A side speaks: 6, A named observer: 3." in page
    assert "Most: “Turkey” (Sentence 1), 6 of 10." in page
    assert 'aria-label="A side speaks: Sentence 1, “Turkey”, 6 of 10"' in html
    assert page.count("Nobody gave this tag.") == 3


def test_the_article_is_there_whole_whatever_is_painted_on_it(lesson: Lesson) -> None:
    html = opened(lesson, crowd(lesson, 30)).see("sourcing").page
    inside = re.sub(r'<span class="cl-sign">.*?</span>', "", html)
    page = text(inside)

    for segment in lesson.article.segments:
        assert segment.text in page


def test_the_pages_lines_can_be_seen_too(lesson: Lesson) -> None:
    mark = a_mark(lesson.article, "page", ("p1", 0, 0), "furniture")
    page = text(of_pupils(lesson, *[[mark]] * 6).see("page").page)

    assert lesson.article.page_segments[-1].text in page


# What to talk about


def test_a_stranger_gets_from_thirty_files_to_five_segments_each_with_its_question(lesson: Lesson) -> None:
    html = lesson.classroom(lesson.rehearse(30)).talk("sourcing").page
    sections = re.findall(r'<section class="lk-segment">.*?</section>', html, flags=re.DOTALL)

    assert len(sections) == 5
    asks = {tag.ask for tag in lesson.layers["sourcing"].tags}
    for number, section in enumerate(sections, start=1):
        page = text(section)
        assert page.startswith(f"{number}. ")
        assert sum(ask in page for ask in asks) == 2
        assert re.search(r"Some of you read these words as “.+”, some as “.+”\. Ask of them:", page)


def test_the_key_waits_until_it_is_asked_for(lesson: Lesson) -> None:
    html = opened(lesson, crowd(lesson, 30)).talk("sourcing").page
    key = lesson.key("sourcing")
    assert key is not None
    open_ = re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL)

    assert "<details open" not in html
    assert any(note.why[:40] in text(html) for note in key.notes)
    assert not any(note.why[:40] in text(open_) for note in key.notes)


def test_one_alone_who_is_sure_is_not_called_upon(lesson: Lesson) -> None:
    def page(sure: int) -> str:
        article = lesson.article
        some = [on(article, "party", confidence="sure")] * 5
        others = [on(article, "observer", confidence="sure" if n < sure else "guessing") for n in range(5)]
        return text(of_pupils(lesson, *some, *others).talk("sourcing").page)

    assert "Let these speak first." not in page(1)
    assert "Sure, and of different tags: A side speaks: 5, A named observer: 2. Let these speak first." in page(2)


def test_where_nobody_differs_the_page_says_so_and_asks_about_what_some_left_out(lesson: Lesson) -> None:
    marks = [on(lesson.article, "party")] * 5 + [[]] * 5
    page = text(of_pupils(lesson, *marks).talk("sourcing").page)

    assert "No two of you have read the same words in two ways." in page
    assert "Some of you read these words as “A side speaks”, and some have not marked them." in page
    assert "One reading cannot differ from itself." in text(
        of_pupils(lesson, on(lesson.article, "party")).talk("sourcing").page
    )


def test_the_second_of_two_numbers_counts_who_got_as_far_and_the_page_says_so_once(lesson: Lesson) -> None:
    article = lesson.article
    whole = a_pupil(0, on(article, "party"), everything(article, lesson.layers))
    second = a_pupil(1, on(article, "observer"), {"sourcing": ["h1", "s1"]})
    third = a_pupil(2, [], {"sourcing": ["h1", "s1", "s2"]})
    early = [a_pupil(number, [], {"sourcing": ["h1"]}) for number in (3, 4)]
    room = opened(lesson, Class(article, lesson.layers, (whole, second, third, *early)))

    for verb in ("talk", "see"):
        page = text(getattr(room, verb)("sourcing").page)
        assert "1 of 3" in page
        assert "Handed in: 5." in page
        assert page.count("how many of you got as far as this segment.") == 1


def test_no_sentence_of_the_class_counts_one_as_many(lesson: Lesson) -> None:
    one = a_pupil(0, on(lesson.article, "party", "They want it"), everything(lesson.article, lesson.layers))
    one = replace(one, id=f"{MADE_UP}1", damaged=1, aside=1)
    room = opened(lesson, Class(lesson.article, lesson.layers, (one,), (Passed("a", "b"),)))
    told = [html for _, html in pages(room, *LAYERS)]
    told += [room.files().page, room.check("sourcing").page, room.reasons("sourcing", "s1", names=True).page]

    for html in told:
        assert not re.search(r"\b1 (?!of)(\w+ )*?(pupils|marks|files|reasons|hands)\b", text(html))


# Reasons


def test_reasons_stand_under_their_tag_and_names_only_where_they_are_asked_for(lesson: Lesson) -> None:
    article = lesson.article
    room = of_pupils(
        lesson,
        on(article, "party", "They want it", "sure"),
        on(article, "party", "They want it", "sure"),
        on(article, "observer", "They only watch"),
        on(article, "observer"),
    )
    html = room.reasons("sourcing", "s1").page
    first, second = re.findall(r'<div class="lk-side.*?</div>', html, flags=re.DOTALL)

    assert "A side speaks" in text(first)
    assert "They want it (sure, pupils: 2)" in text(first)
    assert "They only watch" in text(second)
    assert "Marks with this tag and no reason: 1." in text(second)
    named = text(room.reasons("sourcing", "s1", names=True).page)
    assert "They want it (sure, by pseudonym 0, pseudonym 1)" in named
    assert "They only watch (by pseudonym 2)" in named


def test_the_tags_with_most_reasons_come_first_and_those_without_share_a_line(lesson: Lesson) -> None:
    article = lesson.article
    room = of_pupils(
        lesson,
        on(article, "party", "They want it"),
        *[on(article, "observer", f"They watch {n}") for n in range(2)],
        *[on(article, tag) for tag in ("unnamed", "unnamed", "own-voice")],
    )
    html = room.reasons("sourcing", "s1").page
    sides = re.findall(r'<div class="lk-side cl.*?</div>', html, flags=re.DOTALL)

    assert [text(side).split(" “")[0] for side in sides] == ["A named observer", "A side speaks"]
    assert text(html).endswith("Marked without a reason: Nobody you could ring up: 2, The article itself: 1.")


def test_reasons_on_the_words_to_talk_about_come_first_and_the_words_are_set_apart(lesson: Lesson) -> None:
    article = lesson.article

    def marks(place: tuple[int, int], tag: str, reason: str) -> list[Mark]:
        return [a_mark(article, "sourcing", ("s3", *place), tag, reason)]

    room = of_pupils(
        lesson,
        *[marks((6, 8), "party", "A") for _ in range(3)],
        *[marks((6, 8), "observer", "B") for _ in range(3)],
        marks((0, 2), "party", "Elsewhere"),
    )
    html = room.reasons("sourcing").page
    words = escape(article.quote(Span("s3", 6, 8)))
    party = next(side for side in html.split('<div class="lk-side') if "Elsewhere" in side)

    assert html.count(f'<mark class="cl-passage">{words}</mark>') == 3, "in the sentence, and under either tag"
    assert party.index(words) < party.index("Elsewhere")


def test_two_quotations_that_begin_alike_are_told_apart(lesson: Lesson) -> None:
    article = lesson.article
    segment = max(article.segments, key=lambda one: len(one.words))
    last = len(segment.words) - 1
    ends = (last, last - 1, last - 2)
    room = of_pupils(
        lesson, *[[a_mark(article, "sourcing", (segment.id, 0, end), "party", f"Reason {end}")] for end in ends]
    )
    quotes = re.findall(r'<p class="cl-note cl-quote">(.*?)</p>', room.reasons("sourcing", segment.id).page)

    assert len(set(quotes)) == len(quotes) == len(ends)
    assert all(" … " in text(quote) for quote in quotes)


def test_a_page_with_names_says_that_it_is_for_the_teacher_alone(lesson: Lesson) -> None:
    room = of_pupils(lesson, on(lesson.article, "party", "They want it"))
    plain, named = (text(room.reasons("sourcing", "s1", names=names).page) for names in (False, True))

    assert "With names: for you alone." in named
    assert "The order says nothing about who wrote it." not in named
    assert "With names" not in plain
    assert "The order says nothing about who wrote it." in plain


def test_of_many_reasons_some_are_drawn_and_the_rest_is_counted(lesson: Lesson) -> None:
    marks = [on(lesson.article, "party", f"Reason number {n}") for n in range(100)]
    page = text(of_pupils(lesson, *marks).reasons("sourcing", "s1").page)

    assert len(re.findall(r"Reason number \d+", page)) == 40
    assert "More reasons than fit here: 60." in page
    assert page == text(of_pupils(lesson, *reversed(marks)).reasons("sourcing", "s1").page)


# Agreement, key, confidence


def test_one_pupil_s_marks_are_held_against_the_key_by_made_up_name_or_file(lesson: Lesson) -> None:
    article = lesson.article
    room = of_pupils(lesson, on(article, "party", reason="It wants something"), on(article, "observer"))
    one, other = room.handed_in.pupils

    listed = shown(room.check("sourcing"))
    assert "<details" in listed[: listed.index(one.file)], "whoever runs all cells shows no file's name"
    chosen = text(listed)
    assert f"{one.pseudonym}. Marks: 1. With a reason: 1. File: {one.file}" in chosen
    for who in (one.pseudonym, one.pseudonym.upper(), one.file, f" {one.file} "):
        page = shown(room.check("sourcing", who))
        assert "It wants something" in page
        assert 'data-kind="agrees"' in page
    page = shown(room.check("sourcing", other.pseudonym))
    assert "It wants something" not in page
    assert 'data-kind="differs"' in page
    assert "A side speaks" in page


def test_who_is_not_there_or_shares_a_name_is_not_checked_by_guess(lesson: Lesson) -> None:
    article = lesson.article
    room = of_pupils(lesson, on(article, "party"), on(article, "observer"))
    twins = tuple(replace(pupil, pseudonym="blue otter") for pupil in room.handed_in.pupils)
    room = opened(lesson, replace(room.handed_in, pupils=twins))

    with pytest.raises(LessonError, match=r"fits 2 pupils\. Name the file instead: 0\.json, 1\.json"):
        room.check("sourcing", "blue otter")
    assert 'data-kind="agrees"' in shown(room.check("sourcing", "0.json"))
    with pytest.raises(LessonError, match="Nobody here goes by “grey”"):
        room.check("sourcing", "grey")
    nothing = text(shown(room.check("claims", "0.json")))
    assert "has marked nothing in this layer" in nothing


def test_agreement_stands_beside_its_cautions_and_the_yardstick(lesson: Lesson) -> None:
    page = text(opened(lesson, crowd(lesson, 4)).agreement().page)

    assert "0.754" in page
    assert "Their tags were others than yours" in page
    assert re.search(r"alpha 0\.\d\d", page)
    assert "With fewer than 5, one pupil alone can move the figure far." in page
    assert "No figure" in text(opened(lesson, crowd(lesson, 1)).agreement().page)


def test_the_yardstick_is_said_once_with_its_address_and_drawn_as_no_target(lesson: Lesson) -> None:
    html = opened(lesson, crowd(lesson, 30)).agreement().page

    assert html.count("0.754") == text(html).count("0.754") == 1, "nor in what a picture says"
    assert text(html).index("0.754") < text(html).index("alpha 0.")
    assert "no target" in text(html)
    assert 'href="https://github.com/networkdynamics/PolNeAR"' in html
    assert html.count("cl-coders") == 0


def test_a_figure_is_read_after_its_cautions(lesson: Lesson) -> None:
    for layer in re.findall(
        r'<section class="lk-segment">.*?</section>', opened(lesson, crowd(lesson, 4)).agreement().page, re.DOTALL
    ):
        page = text(layer)
        assert page.index("Be careful with this figure") < page.index("With fewer than 5") < page.index("alpha 0.")


def test_every_caution_has_its_sentence(words: Words) -> None:
    source = (Path(__file__).parents[1] / "src" / "lessonkit" / "agreement.py").read_text(encoding="utf-8")
    names = set(re.findall(r'Caution\("(\w+)"', source))

    assert names == set(words.section("class")["caution"])


def test_what_the_class_saw_and_the_key_lacks_comes_with_what_to_paste(lesson: Lesson) -> None:
    marks = [[a_mark(lesson.article, "sourcing", ("h1", 0, 0), "unnamed")]] * 6
    html = of_pupils(lesson, *marks).against_key("sourcing").page

    assert "Nobody you could ring up: 6 of 6 gave this tag." in text(html)
    assert "If this reading can be defended, put it into idlib/sourcing.toml." in text(html)
    assert "<pre>also = [&quot;unnamed&quot;]\n</pre>" in html
    assert "Another tag: 6 of 6." in text(html)


def test_what_the_key_says_and_what_only_a_teacher_needs_waits_until_it_is_asked_for(lesson: Lesson) -> None:
    key = lesson.key("sourcing")
    assert key is not None
    marks = [
        [
            a_mark(lesson.article, "sourcing", ("h1", 0, 0), "unnamed"),
            a_mark(lesson.article, "sourcing", place, "party"),
        ]
        for place in [("s2", 0, 0)] * 6
    ]
    html = of_pupils(lesson, *marks).against_key("sourcing").page
    open_ = text(re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL))

    assert "The key reads “" in text(html)
    for said in ("The key reads “", "has no note on these words", "sourcing.toml", "also =", "[[note]]"):
        assert said not in open_
    assert text(html).count("For the teacher: take it into the key") == html.count("<pre>") > 0


def test_where_a_number_is_a_mean_the_page_says_why_it_is_about(lesson: Lesson) -> None:
    page = text(lesson.classroom(lesson.rehearse(30)).against_key("sourcing").page)

    assert re.search(r"Another tag: about \d+ of \d+\.", page)
    assert "a number with “about” is the mean over its words" in page


def test_confidence_is_not_shown_of_a_few(lesson: Lesson) -> None:
    few, many = opened(lesson, crowd(lesson, 4)), opened(lesson, crowd(lesson, 30))

    assert "%" not in text(few.confidence("sourcing").page)
    assert text(few.confidence("sourcing").page).count("Not shown") == 6
    assert len(re.findall(r"\d+%\. Marks: \d+ of \d+\.", text(many.confidence("sourcing").page))) == 6


# The vote


@pytest.fixture
def room(lesson: Lesson) -> Classroom:
    marks = [on(lesson.article, "party")] * 6 + [on(lesson.article, "observer")] * 4
    return of_pupils(lesson, *marks)


def flat(parts: list[Any]) -> Iterator[Any]:
    """Give the parts of a desk, those that are folded away too."""
    for part in parts:
        yield part
        yield from flat(part.get("parts", []))


def enter(panel: ClassDesk, **hands: str) -> str:
    """Put in hands, such as ``before_1="12"``, and give what is made of them."""
    number = max((draft["number"] for draft in panel.drafts.values()), default=0) + 1
    fields = [part["name"] for step in panel.plan["steps"] for part in flat(step["parts"]) if part["part"] == "field"]
    ends = {f"-{key.split('_')[1]}-{key.split('_')[0]}": said for key, said in hands.items()}
    names = {name: said for name in fields for end, said in ends.items() if name.endswith(end)}
    assert len(names) == len(hands)
    panel.drafts = {**panel.drafts, **{name: {"text": said, "number": number} for name, said in names.items()}}
    (made,) = panel.made.values()
    return text(made)


def test_a_vote_begins_with_the_words_most_divided_and_their_question(room: Classroom) -> None:
    panel = room.vote("sourcing")
    page = text(shown(panel))

    assert "Turkey expects Moscow" in page
    assert "Some of you read these words as “A side speaks”, some as “A named observer”." in page
    assert "Put in the hands before the talk" in page


def test_hands_before_and_after_stand_beside_each_other(room: Classroom) -> None:
    panel = room.vote("sourcing", "s1")

    before = enter(panel, before_1="12", before_2="9", before_0="3")
    assert "A side speaksBefore the talk12" in before
    assert "Now talk in pairs." in before
    after = enter(panel, after_1="8", after_2="14", after_0="3")
    assert "After the talk: A side speaks 4 fewer, A named observer 5 more." in after
    assert "Hands before: 24. Hands after: 25." in after
    same = enter(panel, after_1="12", after_2="9")
    assert "No tag has more or fewer hands than before." in same


@pytest.mark.parametrize("said", ["-1", "1.5", "1000", "9" * 5_000, "many", HOSTILE, "٣", "²"])
def test_what_is_no_number_of_hands_is_said_to_be_none(room: Classroom, said: str) -> None:
    panel = room.vote("sourcing", "s1")
    page = enter(panel, before_1=said, before_2="3")

    assert "is no number of hands. Write one from 0 to 999." in page
    assert not Elements(shown(panel)).names & {"img", "script"}


def test_a_vote_is_kept_in_the_teachers_own_workbook(lesson: Lesson, room: Classroom) -> None:
    enter(room.vote("sourcing", "s1"), before_1="12")

    again = opened(open_lesson("idlib"), room.handed_in).vote("sourcing", "s1")
    assert [said for said in again.texts.values() if said] == ["12"]
    assert "12" in text("".join(again.made.values()))
    (name,) = open_lesson("idlib").workbook.texts
    assert name.endswith("-sourcing-s1-1-before")
    assert lesson.workbook.path.parent.name == "work"


def test_one_class_s_hands_are_not_another_s(lesson: Lesson, tmp_path: Path) -> None:
    one, other = tmp_path / "8a" / "files", tmp_path / "8b" / "files"
    for folder in (one, other):
        shutil.copytree(lesson.rehearse(3), folder)
    enter(lesson.classroom(one).vote("sourcing", "s1"), before_1="12")

    assert "12" not in lesson.classroom(other).vote("sourcing", "s1").texts.values()
    assert "12" in lesson.classroom(one).vote("sourcing", "s1").texts.values()


def test_tags_that_nobody_gave_can_be_voted_for_too(room: Classroom) -> None:
    panel = room.vote("sourcing", "s1")
    folds = [part for step in panel.plan["steps"] for part in step["parts"] if part["part"] == "fold"]
    names: list[str] = [part["name"] for fold in folds for part in fold["parts"]]

    assert len(folds) == 2
    assert names[0].endswith("-sourcing-s1-3-before")
    assert "Nobody you could ring up" in enter(panel, before_3="5")


def test_names_of_votes_are_found_again_in_a_workbook(lesson: Lesson) -> None:
    long = replace(lesson.layers["sourcing"], name="a-layer-with-a-name-that-somebody-made-very-long")

    for layer in [*lesson.layers.values(), long]:
        last = lesson.article.over(layer.over)[-1].id
        fields = [field for step in Vote(layer, last, lesson.words).steps("", layer.tags) for field in step.fields]
        assert len({field.name for field in fields}) == 2 * (len(layer.tags) + 1)
        # The workbook refuses a name that it would not find again.
        lesson.workbook.write(fields[-1].name, "1")
        assert lesson.workbook.texts[fields[-1].name] == "1"


# While the files are read


def test_a_bar_is_shown_only_while_many_files_are_read(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr("IPython.display.display", drawn.append)

    def read(tell: Callable[[int, int], None], number: int) -> None:
        for done in range(number + 1):
            tell(done, number)

    read(reading_bar(words), BAR_FROM - 1)
    assert drawn == []
    read(reading_bar(words), BAR_FROM)
    (bar,) = drawn
    assert (bar.value, bar.max) == (BAR_FROM, BAR_FROM)
    assert bar.comm is None, "the bar is gone when all are read"


def test_the_bar_is_gone_when_fewer_were_read_than_a_zip_had_promised(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr("IPython.display.display", drawn.append)
    tell = reading_bar(words)
    tell(1, 100_000)
    tell(30, 30)

    (bar,) = drawn
    assert bar.comm is None


def test_every_word_of_the_class_is_used_and_none_is_missing(words: Words) -> None:
    source = Path(__file__).parents[1] / "src" / "lessonkit"
    code = "".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
    made = re.findall(r"class\.([a-z_]*)\{", code)

    assert data_folder().is_dir()
    for name in words.section("class"):
        is_made = any(name.startswith(start) for start in made if start)
        assert f"class.{name}" in code or is_made, name


def test_in_the_notebook_only_the_files_come_before_the_five_segments() -> None:
    notebook = json.loads((notebooks_folder() / "90-teachers.ipynb").read_text(encoding="utf-8"))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]

    assert code[2:4] == ["classroom.files()", 'classroom.talk("sourcing")']
    assert any("Before the lesson" in line for line in notebook["cells"][0]["source"])
