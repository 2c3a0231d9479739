"""How statements reached the reader: the chains, the pairs, the desk they are built on, and the picture."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lessonkit import Lesson, open_lesson
from lessonkit.article import Article, Segment, Span, read_article
from lessonkit.charts import Picture
from lessonkit.charts.sources import OWN_VOICE, given, short_name
from lessonkit.charts.trace import trace_chart
from lessonkit.deeds import read_deeds
from lessonkit.faults import LessonError
from lessonkit.key import Key, Note, is_address
from lessonkit.layers import Layer
from lessonkit.panels.desk import Desk, Fold
from lessonkit.places import data_folder
from lessonkit.rules import faults_of
from lessonkit.trace import (
    NOBODY,
    OPEN,
    READINGS,
    Link,
    Speaker,
    Trace,
    field_of,
    field_of_pair,
    read_trace,
    state_of,
)
from lessonkit.words import Words

Put = Callable[[str, str], Path]
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>{card}'
RUN = """
import hashlib
from lessonkit import open_lesson
print(hashlib.sha256(open_lesson("idlib").chart("trace").png).hexdigest())
"""


class Tags(HTMLParser):
    """All tags of some HTML, with the addresses of its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(data_folder() / "idlib", tmp_path / "idlib")


@pytest.fixture
def put(folder: Path) -> Put:
    """Change words of ``trace.toml`` in a copy of the lesson."""

    def change(old: str, new: str) -> Path:
        path = folder / "trace.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return change


@pytest.fixture
def trace(article: Article, sourcing_key: Key) -> Trace:
    found = read_trace(article, sourcing_key)
    assert found is not None
    return found


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


@pytest.fixture
def desk(lesson: Lesson) -> Desk:
    panel = lesson.trace()
    assert isinstance(panel, Desk)
    return panel


def lay(desk: Desk, **cards: str) -> None:
    """Lay cards, each under the name of its field without ``trace_``."""
    drafts = {f"trace-{name.replace('_', '-')}": {"text": card, "number": 1} for name, card in cards.items()}
    desk.drafts = {**desk.drafts, **drafts}


# The chains


def test_the_chains_teach_different_things(trace: Trace) -> None:
    opened = {chain.name: [link.card for link in chain.links.values()].count(OPEN) for chain in trace.chains}

    first = {"photo": 0, "minister": 1, "eight": 4, "attacks": 3, "artillery": 3, "saraqeb": 3}
    rest = {"headline": 4, "expects": 2, "threat": 2, "archive": 4, "visit": 1, "surge": 3, "coordinate": 2}
    assert opened == first | rest
    assert list(opened)[:6] == list(first)


def test_every_attributed_statement_of_the_article_has_a_chain(trace: Trace, sourcing_key: Key) -> None:
    """“Turkey”, and the minister who says what it expects, are two sources of one statement."""
    sources = [chain.source for chain in trace.chains if chain.source is not None]
    attributed = [note.span for note in sourcing_key.notes if note.tag != OWN_VOICE]
    without = [
        span for span in attributed if not any(span.words & one.words for one in sources if one.segment == span.segment)
    ]

    assert [(span.segment, span.first) for span in without] == [("s1", 0)]


def test_six_statements_stand_open_and_the_others_are_one_fold(lesson: Lesson) -> None:
    chains = lesson._lab_steps("trace")[1]
    folds = [part for part in chains.parts if isinstance(part, Fold)]

    assert [fold.name for fold in folds][1:] == [
        *(f"chain-{name}" for name in ("photo", "minister", "eight", "attacks", "artillery", "saraqeb")),
        "chains-more",
    ]
    assert folds[-1].title == "More statements"
    assert len(folds[-1].parts) == 7


def test_the_stations_run_from_what_happened_to_the_reader(trace: Trace) -> None:
    assert [station.name for station in trace.stations] == [
        *("what", "there", "told", "office", "agency", "outlet", "page", "you")
    ]
    assert [station.name for station in trace.stations if station.link] == ["outlet"]


def test_no_chain_says_other_than_the_sourcing_key(trace: Trace, article: Article, sourcing_key: Key) -> None:
    for chain in trace.chains:
        notes = sourcing_key.of(chain.span.segment)
        if chain.source is None:
            assert any(note.tag == OWN_VOICE and chain.span.words <= note.span.words for note in notes)
            continue
        [note] = [
            note
            for note in notes
            if note.tag != OWN_VOICE
            and note.span.words & chain.source.words
            and given(note, article).words & chain.span.words
        ]
        assert (note.tag == "unnamed") == (chain.links["office"].card == "monitor")


def test_a_card_is_named_in_the_article_or_has_a_page(trace: Trace, article: Article) -> None:
    for card in trace.cards:
        if card.span is None:
            assert card.source is not None
            assert is_address(card.source.address)
            assert card.source.read == "2026"
        else:
            assert article.quote(card.span)


def test_a_house_outside_the_article_is_told_from_the_article(trace: Trace) -> None:
    """The page does not name its house, and it is known from elsewhere."""
    [outlet] = [station.link for station in trace.stations if station.link]

    assert outlet.card == OPEN
    assert [(one.card, one.sure) for one in outlet.elsewhere] == [("voa", True), ("rferl", False), ("rferl", False)]
    assert state_of(outlet, OPEN) == "same"
    assert state_of(outlet, "voa") == "elsewhere"
    assert state_of(outlet, "ap") == "open"


def test_likeness_is_never_called_known(trace: Trace) -> None:
    likely = [one for chain in trace.chains for link in chain.links.values() for one in link.elsewhere]

    assert len(likely) >= 8
    assert not any(one.sure for one in likely)


@pytest.mark.parametrize(
    ("card", "chosen", "said"),
    [
        ("minister", "", "empty"),
        ("minister", "minister", "same"),
        ("minister", "reporters", "also"),
        ("minister", OPEN, "closed"),
        ("minister", "ministry", "other"),
        ("minister", NOBODY, "other"),
        (OPEN, OPEN, "same"),
        (OPEN, "ministry", "open"),
        (NOBODY, NOBODY, "same"),
    ],
)
def test_a_card_is_held_against_the_key(card: str, chosen: str, said: str) -> None:
    assert state_of(Link(card, ("reporters",), "Because.", ()), chosen) == said


def test_the_names_of_fields_can_be_kept_and_are_all_different(trace: Trace, desk: Desk) -> None:
    names = [field_of(chain, one) for chain in trace.chains for one in trace.stations if one.pile and not one.link]
    names += [field_of_pair(pair) for pair in trace.pairs]

    assert len(names) == len(set(names)) == 13 * 4 + 7
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name) for name in desk.texts)
    assert set(names) < set(desk.texts)


# The pairs


def test_every_pair_has_a_page_for_each_house_or_quotes_the_article(trace: Trace, article: Article) -> None:
    whole = " ".join(segment.text for segment in article.segments)
    for pair in trace.pairs:
        for side in (pair.one, pair.other):
            assert side.words in whole if side.source is None else is_address(side.source.address)
            assert len(side.words.split()) <= 10
        assert pair.order


def test_the_pairs_hold_all_three_readings_and_some_can_be_read_in_two_ways(trace: Trace) -> None:
    assert {pair.reading for pair in trace.pairs} == set(READINGS)
    assert sum(bool(pair.also) for pair in trace.pairs) >= 2


# What breaks a rule


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\n[[station]]", "\n[[stations]]", "stations is not known here"),
        ("\n[[clue]]", "\n[clue]", "not valid TOML"),
        ('name = "defence"', 'name = "open"', "the name “open” is taken"),
        ('name = "defence"', 'name = "Turkey\'s ministry"', "cannot be kept"),
        ('name = "credit"', 'name = "time"', "the name “time” is taken"),
        (
            'name = "reporters"\ntitle = "Reporters in Baku"\npile = "people"',
            'name = "reporters"\ntitle = "R"\npile = "pets"',
            "pile is “pets”",
        ),
        ('quote = "reporters"', 'quote = "Reporters from Ankara"', "do not stand in any one segment"),
        ('card = "none"', 'card = "nobody"', "Choose from fighters"),
        ('card = "none"', 'card = "defence"', "a card from elsewhere belongs into elsewhere"),
        ('also = ["rescuers"]', 'also = ["photographer"]', "has a card, and other cards in also"),
        ('also = ["rescuers"]', 'also = "rescuers"', "also is a list of texts"),
        ('{ card = "voa", sure = true,', '{ card = "ap", sure = true,', "card is “ap”. Choose one of reuters"),
        ('{ card = "voa", sure = true,', '{ card = "voa", sure = "yes",', "sure is true or false"),
        (
            'hint = "Which links does a photo credit fill all by itself?"',
            'hint = "Look."',
            "the hint is not a question",
        ),
        ('source = "A war monitor"', 'source = "Turkish artillery fire"', "sourcing.toml has no source in s9"),
        ('source = "A war monitor"\n', "", "sourcing.toml does not say of these words"),
        ('name = "photo"', 'name = "pair"', "the name “pair” is taken"),
        ('reading = "kept"', 'reading = "fine"', "reading is “fine”. Choose one of kept"),
        (
            'quote = "A war monitor said", at = "s9"',
            'quote = "A war monitor wrote", at = "s9"',
            "do not stand in segment s9",
        ),
        ("pages = [{ address", "pages = [1, { address", "pages is a list"),
        ('pages = [{ address = "https:', 'pages = [{ address = "mailto:', "needs the page it was read on"),
        ('named = "person"', 'named = "yes"', "named is “yes”. Choose one of person"),
        (
            'source = "“A war monitor”"\nnamed = "nobody"',
            'source = "“A war monitor”"\nnamed = "body"',
            "named does not fit the tag",
        ),
        (
            'source = "Recep Tayyip Erdogan"',
            'source = "Recep T. Erdogan"',
            "no source in sourcing.toml begins with these words",
        ),
        (
            '[[speaker]]\nsource = "The Foreign Ministry of Russia"\nfor = "Russia"\nnamed = "body"',
            "",
            "no [[speaker]] says whom it speaks for",
        ),
        ('title = "AP"', 'title = "AP"\nmood = "calm"', "mood is not known here"),
        ('title = "AP"', "", "title is missing"),
    ],
)
def test_a_broken_rule_is_named_with_file_and_remedy(
    put: Put, layers: dict[str, Layer], sourcing_key: Key, old: str, new: str, said: str
) -> None:
    folder = put(old, new)

    with pytest.raises(LessonError, match=r"trace\.toml") as error:
        read_trace(read_article(folder), sourcing_key)
    assert said in str(error.value)
    assert str(error.value) in faults_of(folder, layers)


@pytest.mark.parametrize(
    ("start", "gone"),
    [
        ('[[card]]\nname = "defence"', "address"),
        ('[[card]]\nname = "voa"', "read"),
        ('{ card = "rferl"', "address"),
        ('{ house = "The Media Times"', "address"),
        ('{ house = "The Media Times"', "read"),
    ],
)
def test_a_fact_from_outside_without_its_page_is_refused(folder: Path, start: str, gone: str) -> None:
    path = folder / "trace.toml"
    before, found, after = path.read_text(encoding="utf-8").partition(start)
    assert found
    path.write_text(before + found + re.sub(rf'(, )?{gone} = "[^"]*"', "", after, count=1), encoding="utf-8")

    with pytest.raises(LessonError, match="needs the page it was read on"):
        read_trace(read_article(folder))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org", "www.voanews.com"])
def test_an_address_that_is_no_web_page_is_refused(put: Put, address: str) -> None:
    folder = put('line = "The page stood on its website."\naddress = "https:', f'line = "x"\naddress = "{address}" #')

    with pytest.raises(LessonError, match="needs the page it was read on"):
        read_trace(read_article(folder))


def test_a_key_that_is_broken_is_named_once_and_not_through_the_chains(folder: Path, layers: dict[str, Layer]) -> None:
    path = folder / "sourcing.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('tag = "unnamed"', 'tag = "nobody"'), encoding="utf-8")

    found = faults_of(folder, layers)

    assert found
    assert not any(fault.startswith(str(folder / "trace.toml")) for fault in found)


def test_a_folder_without_chains_is_still_a_lesson(folder: Path, layers: dict[str, Layer]) -> None:
    (folder / "trace.toml").unlink()
    lesson = open_lesson(str(folder))

    assert "has no trace.toml" in text_of(lesson.trace().page)
    assert lesson.chart("trace").png
    assert lesson.chart("sourcing").png
    assert lesson.read()
    assert not any(fault.startswith(str(folder / "trace.toml")) for fault in faults_of(folder, layers))


def test_a_chain_holds_without_a_sourcing_key(folder: Path) -> None:
    (folder / "sourcing.toml").unlink()
    lesson = open_lesson(str(folder))

    assert isinstance(lesson.trace(), Desk)
    assert lesson.chart("trace").png == b""
    assert "no key for sourcing" in lesson.chart("trace").description


def test_the_template_can_be_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path))
    lesson = open_lesson(str(data_folder() / "_template"))

    assert isinstance(lesson.trace(), Desk)
    assert lesson.chart("trace").description


# The desk


def test_nothing_is_told_before_it_is_asked_for(desk: Desk, trace: Trace) -> None:
    told = ["The key", *(chain.hint for chain in trace.chains), *(pair.hint for pair in trace.pairs)]
    for html in desk.made.values():
        shown = text_of(re.sub(r"<details.*</details>", "", html, flags=re.DOTALL))
        assert not [words for words in told if words in shown]
        assert "<details open" not in html


def test_a_question_stands_before_the_key(desk: Desk) -> None:
    page = text_of(desk.made["chain-saraqeb"])

    assert page.index("How does news from Saraqeb get there?") < page.index("The key: The article does not say.")


def test_a_chain_shows_the_learners_cards_and_says_which_links_are_open(desk: Desk) -> None:
    lay(desk, saraqeb_there=OPEN, saraqeb_told="network", saraqeb_office="observatory")
    html = desk.made["chain-saraqeb"]
    page = text_of(html)

    assert "Who was there Open: the article does not say" in page
    assert "Who told of it first From elsewhere: The Observatory's people inside Syria" in page
    assert "Ministry, office or monitor The Syrian Observatory for Human Rights" in page
    assert "News agency Not chosen yet" in page
    assert page.startswith("Your chain What is told “Government forces backed by air strikes")
    assert "Open links: 1 of 5." in page
    assert html.count("border-style:dashed") == 1
    assert html.count("border-style:dotted") == 1


def test_feedback_says_link_by_link_where_the_two_agree_and_where_not(desk: Desk) -> None:
    lay(desk, eight_there="fighters", eight_told=OPEN, eight_office="defence", eight_agency="ap", all_outlet="voa")
    page = text_of(desk.made["chain-eight"])

    for said in (
        "You: The soldiers and fighters who were there. The key: The article does not say. Also defensible: The soldiers",
        "The key lays another card first, and yours can be defended.",
        "Who told of it first You and the key: The article does not say.",
        "You filled the link from elsewhere. In the article it is open.",
        "A hint from elsewhere, not proven: Turkey's Defence Ministry.",
        "The key leaves this link open. Which words made you fill it?",
        "Known from elsewhere: Voice of America, VOA.",
        "By the key, the article leaves 5 of 5 links open. Known from elsewhere: 1. With no more than a hint: 2.",
        "No words here name a source",
    ):
        assert said in page


def test_where_nothing_was_chosen_the_key_asks_to_try_first_and_hides_nothing(desk: Desk) -> None:
    for name in ("chain-photo", "pair-push"):
        page = text_of(desk.made[name])
        assert "You have chosen nothing here yet. Try first" in page
        assert "The key:" in page
        assert "You:" not in page


def test_the_house_is_chosen_once_and_stands_in_every_chain(desk: Desk, trace: Trace) -> None:
    lay(desk, all_outlet="voa", photo_agency="ap", attacks_office="ministry")

    for name in ("photo", "attacks"):
        assert "From elsewhere: Voice of America, VOA" in text_of(desk.made[f"chain-{name}"])
    assert len([name for name in desk.texts if name.endswith("outlet")]) == 1
    assert len(trace.chains) == 13


def test_a_pair_says_both_readings_and_that_the_order_is_open(desk: Desk) -> None:
    lay(desk, pair_sides="kept")
    page = text_of(desk.made["pair-sides"])

    assert "You: It is kept. The key: It is changed. Also defensible: It is kept." in page
    assert page.index("From which of the two") < page.index("The key:") < page.index("Which of the two came first?")


def test_there_is_no_score_and_no_verdict(desk: Desk, trace: Trace) -> None:
    lay(
        desk,
        **{
            field_of(chain, one)[6:].replace("-", "_"): OPEN
            for chain in trace.chains
            for one in trace.stations
            if one.pile
        },
    )
    shown = " ".join(text_of(html) for html in desk.made.values())

    assert not re.search(
        r"\b(scores?|points?|correct|wrong|well done|true|false|biased|\d+ ?%)\b", shown, re.IGNORECASE
    )
    assert "!" not in shown


def test_a_hostile_lesson_and_a_hostile_learner_stay_text(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    path = folder / "trace.toml"
    text = path.read_text(encoding="utf-8")
    plain = re.compile(r'\b(title|why|line|hint|house|words|order|ask|fixed|read) = "([^"]*)"')
    said = HOSTILE.replace('"', "'")
    path.write_text(plain.sub(lambda m: f'{m[1]} = "{said}{m[2]}"', text), encoding="utf-8")
    desk = open_lesson(str(folder)).trace()
    assert isinstance(desk, Desk)

    desk.drafts = {name: {"text": HOSTILE, "number": 1} for name in desk.texts}
    desk.drafts = {"trace-photo-there": {"text": "photographer", "number": 2}}
    shown = [part["html"] for step in desk.plan["steps"] for part in _parts(step["parts"]) if part["part"] == "shown"]
    tags = Tags("".join([*shown, *desk.made.values()]))

    assert not {"img", "script"} & set(tags.names)
    assert {"details", "ol", "li", "a"} <= set(tags.names)
    assert all(address.startswith("https://") for address in tags.links)
    assert desk.texts["trace-clue-how"] == HOSTILE
    assert desk.texts["trace-eight-there"] == ""


def _parts(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Go through parts and what is folded away in them."""
    return [one for part in parts for one in (part, *_parts(part.get("parts", [])))]


def test_a_card_that_no_station_has_counts_as_none(lesson: Lesson) -> None:
    """Such as one that a file brought in, or that an older lesson had."""
    for name in ("trace-photo-there", "trace-photo-told"):
        lesson.workbook.write(name, "nobody-knows")
    lesson.workbook.write("trace-photo-agency", "minister")
    desk = lesson.trace()
    assert isinstance(desk, Desk)

    assert text_of(desk.made["chain-photo"]).startswith("Choose a card, and your chain stands here.")


def test_what_is_laid_is_there_after_opening_again(desk: Desk) -> None:
    lay(desk, photo_there="photographer", clue_how="I would ask AP.")
    again = open_lesson("idlib").trace()
    assert isinstance(again, Desk)

    assert again.texts["trace-photo-there"] == "photographer"
    assert again.texts["trace-clue-how"] == "I would ask AP."
    assert again.made == desk.made


def test_the_desk_needs_no_library_for_tables_or_pictures() -> None:
    code = "import sys; from lessonkit import open_lesson; open_lesson('idlib').trace(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert not {"pandas", "matplotlib", "numpy"} & set(loaded.stdout.split())


# The picture


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONKIT_WORK", str(tmp_path_factory.mktemp("work")))
        return open_lesson("idlib").chart("trace")


def test_the_words_of_a_source_are_those_of_the_sourcing_key(
    picture: Picture, article: Article, sourcing_key: Key
) -> None:
    """Counted here a second time."""
    counted: dict[str, set[tuple[str, int]]] = {}
    for note in sourcing_key.notes:
        name = "The article itself" if note.tag == OWN_VOICE else short_name(note.fields["source"])
        span = given(note, article)
        counted.setdefault(name, set()).update((span.segment, number) for number in span.words)

    for name, places in counted.items():
        [line] = [line for line in picture.description.splitlines() if line.startswith((f"{name}:", f"{name} ("))]
        assert f": {len(places)} word" in line


def test_the_picture_says_who_speaks_for_whom_and_who_of_others_only(picture: Picture) -> None:
    parts = {part.title: part.lines for part in picture.parts}

    assert [line.split(" (")[0] for line in parts["For Turkey"]] == [
        *("Turkey", "Mevlut Cavusoglu", "Recep Tayyip Erdogan")
    ]
    [ministry] = parts["For Russia"]
    assert "what the other side did. (28 words)" in ministry
    assert "own acts, wishes or plans. (14 words)" in ministry
    assert [line.split(" (")[0] for line in picture.description.splitlines() if "Speaks of others only." in line] == [
        *("Ghaith Alsayed", "“A war monitor”", "The Syrian Observatory for Human Rights")
    ]
    assert "“A war monitor” (without a name)" in picture.description


def test_those_that_are_named_and_not_heard_come_from_the_deeds(picture: Picture, article: Article) -> None:
    deeds = read_deeds(article)
    assert deeds is not None
    names = [actor.name for actor in deeds.actors]

    assert picture.parts[-1].lines[1:] == tuple(name for name in names if name not in {"Turkey", "Russia"})


def test_the_picture_fits_a_telephone_and_has_a_line_for_those_who_cannot_see_it(
    picture: Picture, words: Words
) -> None:
    image = Image.open(io.BytesIO(picture.png))

    assert image.width == 880
    assert image.height < 3_000
    assert len(picture.png) < 150_000
    assert unescape(picture._repr_html_()).count(words("trace.alt", title=picture.title)) == 1


def test_the_picture_has_the_same_bytes_in_every_process(picture: Picture, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONHASHSEED": "11", "LESSONKIT_WORK": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", RUN], check=True, capture_output=True, text=True, env=env)

    assert done.stdout.strip() == hashlib.sha256(picture.png).hexdigest()


def test_a_learners_marks_do_not_change_the_picture(picture: Picture, lesson: Lesson) -> None:
    lesson.workbook.write("trace-photo-there", "photographer")

    assert lesson.chart("trace").png == picture.png


def test_a_wrong_name_still_lists_the_right_ones(lesson: Lesson) -> None:
    with pytest.raises(LessonError, match=r"The layers are .*“sourcing”"):
        lesson.chart("traces")


def test_a_word_counts_once_in_a_bar(article: Article, layers: dict[str, Layer], words: Words) -> None:
    span = article.find("Russia continues to closely coordinate with Turkey and Iran")
    notes = tuple(
        Note(span, article.quote(span), "party", (), "Who?", "So.", {"source": "Russia", "basis": basis})
        for basis in ("self", "rival")
    )
    picture = trace_chart(article, layers["sourcing"], Key("sourcing", notes), (), None, words)

    assert "Russia: 9 words" in picture.description
    assert "plans. (9 words)" in picture.description
    assert "the other side" not in picture.description


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "text", ["وكالة الأنباء السورية تقول إن", "土耳其期望俄罗斯立即停止袭击", "word " * 60, "$5 <b> {x} $6_x^2"]
)
def test_no_source_is_too_strange_to_draw(text: str, layers: dict[str, Layer], words: Words) -> None:
    made = Article("made", Path(), {"direction": "rtl"}, (Segment("s1", "sentence", text, 0),), None)
    span = Span("s1", 0, 0)
    note = Note(span, made.quote(span), "party", (), "Who?", "So.", {"source": text, "basis": "strange"})
    key = Key("sourcing", (note,))
    speakers = (Speaker(text, text, "person"),)

    picture = trace_chart(made, layers["sourcing"], key, speakers, None, words)

    assert picture.png
    assert " ".join(text.split()) in " ".join(picture.description.split())


def test_a_name_that_the_font_lacks_is_a_number_in_the_picture_and_beside_the_name_in_words(
    layers: dict[str, Layer], words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lessonkit.charts.paper import Paper

    written: list[str] = []
    write = Paper.write

    def noted(paper: Paper, at: Any, text: str, *more: Any, **others: Any) -> None:
        written.append(text)
        write(paper, at, text, *more, **others)

    monkeypatch.setattr(Paper, "write", noted)
    made = Article("made", Path(), {}, (Segment("s1", "sentence", "One two three", 0),), None)
    names = ("A ministry", "韓國", "土耳其")
    notes = tuple(
        Note(Span("s1", at, at), "", "party", (), "Who?", "So.", {"source": name}) for at, name in enumerate(names)
    )
    speakers = tuple(Speaker(name, "敘利亞" if name == names[2] else "", "body") for name in names)
    picture = trace_chart(made, layers["sourcing"], Key("sourcing", notes), speakers, None, words)

    assert {"A ministry", "Source 1", "Source 3", "Side 1"} <= set(written)
    assert "Source 1: 土耳其 (" in picture.description
    assert "Source 3: 韓國 (" in picture.description
    assert "Side 1: For 敘利亞" in picture.description
