"""The evidence desk: what would settle a claim, and what can be tried with a calendar, a map and the text itself."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from lessonkit import Lesson, open_lesson
from lessonkit.article import read_article
from lessonkit.charts.map import map_chart
from lessonkit.evidence import (
    POINTS,
    Distance,
    Evidence,
    Measured,
    Place,
    between,
    measured,
    missed,
    named,
    reached,
    read_evidence,
    spot,
    step_lengths,
)
from lessonkit.faults import LessonError
from lessonkit.key import read_key
from lessonkit.layers import Layer, read_layers
from lessonkit.panels.desk import Desk, Step, entries
from lessonkit.panels.sheet import Sheet
from lessonkit.panels.verify import verify_steps
from lessonkit.places import data_folder
from lessonkit.rules import faults_of
from lessonkit.words import Words, read_words

WORDS = read_words(data_folder())
LAYERS = read_layers(data_folder())
IDLIB = read_article(data_folder() / "idlib")
CLAIMS = read_key(IDLIB, LAYERS["claims"])
HOSTILE = "<img src=x onerror=alert(1)>&{said}</script>"
CENTIMETRE = 1e-5  # of a kilometer
RUN = """
import hashlib
from lessonkit.lesson import open_lesson
print(hashlib.sha256(open_lesson("idlib").chart("verify").png).hexdigest())
"""
PLACE = """
[[place]]
name = "a"
title = "A"
latitude = "35°56′N"
longitude = "36°38′E"
house = "A house"
address = "https://example.org/a"
read = "2026"
"""
DISTANCE = """
[[distance]]
name = "d"
quote = "15 kilometers east of Idlib city"
from = "a"
to = "a"
km = 15
direction = "E"
why = "Why."
"""
NUMBER = """
[[number]]
name = "n"
title = "N"
ask = "Ask?"
why = "Why."
[[number.said]]
quote = "eight Turkish military personnel"
low = 8
interest = "None."
[number.thing]
key = "no"
why = "Why."
[number.day]
key = "no"
why = "Why."
[number.counter]
key = "no"
why = "Why."
"""
LEDGER = """
[[ledger]]
name = "eight"
quote = "eight"
holder = "side"
cost = "letters"
when = "days"
why = "Why."
"""
PAIR = """
[[pair]]
name = "p"
first = "the town of Saraqeb"
second = "the northern town of Sarmin"
ask = "Ask?"
key = "else"
why = "Why."
"""
COUNTED = """
[[counted]]
quote = "the previous day"
from = "February 6"
from_at = "s9"
days = -1
why = "Why."
"""


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def evidence_of(lesson: Lesson) -> Evidence:
    found = lesson._evidence()
    assert found is not None
    return found


def place_at(latitude: float, longitude: float) -> Place:
    return spot((latitude, longitude), Evidence((), (), (), (), (), ()), WORDS)


def steps_of(lesson: Lesson) -> tuple[Step, ...]:
    return lesson._lab_steps("verify")


def open_desk(lesson: Lesson) -> Desk:
    shown = lesson.verify()
    assert isinstance(shown, Desk)
    return shown


def enter(lesson: Lesson, texts: Mapping[str, str]) -> Desk:
    """Enter something, by the names after ``verify-``, and give the desk."""
    desk = open_desk(lesson)
    desk.drafts = {f"verify-{name}": {"text": text, "number": 1} for name, text in texts.items()}
    return desk


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return shutil.copytree(data_folder() / "idlib", tmp_path / "idlib")


def put(folder: Path, text: str) -> Lesson:
    (folder / "evidence.toml").write_text(text, encoding="utf-8")
    return open_lesson(str(folder))


# The file


def test_every_claim_of_the_ledger_has_its_words_and_its_status_from_the_claims_key(lesson: Lesson) -> None:
    claims = evidence_of(lesson).claims

    assert [one.name for one in claims[:3]] == ["km-east", "eight", "thousand-attacks"]
    assert all(one.holder and one.cost and one.when and one.why for one in claims[:10])
    assert all(one.note is not None and one.note.fields["status"] for one in claims)
    assert {one.note.fields["settles"] for one in claims if one.note} >= {"map", "calendar", "count", "time", "nothing"}


def test_the_ledger_holds_every_claim_of_the_key_each_once(lesson: Lesson) -> None:
    assert CLAIMS is not None
    claims = evidence_of(lesson).claims

    assert sorted(one.quote for one in claims) == sorted(note.quote for note in CLAIMS.notes)
    assert len(claims) == len(CLAIMS.notes)


def test_what_the_desk_has_not_worked_out_is_said_and_the_key_speaks_in_its_place(lesson: Lesson) -> None:
    [baku] = [one for one in evidence_of(lesson).claims if one.quote == "on Thursday in Azerbaijan's capital, Baku"]
    assert baku.note is not None
    made = open_desk(lesson).made
    held = text_of(made[f"verify-l-{baku.name}-held"])

    assert baku.note.hint in held
    assert baku.note.why in held
    assert "this desk has not worked out for this claim" in held
    assert "this desk has not worked out" not in text_of(made["verify-l-eight-held"])
    assert baku.note.fields["status"] in text_of(made[f"verify-v-{baku.name}-known"])


def test_both_sides_and_the_monitor_stand_in_the_ledger(lesson: Lesson) -> None:
    segments = {one.span.segment for one in evidence_of(lesson).claims}

    assert {"s3", "s4", "s5", "s6", "s10", "c1"} <= segments


def test_without_a_claims_key_the_ledger_keeps_its_own_quotations(folder: Path) -> None:
    (folder / "claims.toml").unlink()
    lesson = open_lesson(str(folder))
    desk = open_desk(lesson)

    assert len(evidence_of(lesson).claims) == 10
    assert "This article has no key for its claims" in text_of(desk.made["verify-v-eight-known"])
    assert "This desk: One side in the story." in text_of(desk.made["verify-l-eight-held"])
    assert faults_of(folder, LAYERS) == faults_of(data_folder() / "idlib", LAYERS)


def test_without_its_file_the_verb_says_so_and_the_others_go_on(folder: Path) -> None:
    (folder / "evidence.toml").unlink()
    lesson = open_lesson(str(folder))

    assert "has no evidence.toml" in text_of(lesson.verify().page)
    assert lesson.chart("verify").png == b""
    assert "has no evidence.toml" in lesson.chart("verify").description
    said = lesson.measure("Idlib", "Saraqeb")
    assert isinstance(said, Sheet)
    assert "has no evidence.toml" in text_of(said.page)
    assert lesson.read().page
    assert lesson.mark("claims")
    assert faults_of(folder, LAYERS) == faults_of(data_folder() / "idlib", LAYERS)


@pytest.mark.parametrize("table", ["ledger", "counted", "place", "distance", "number", "pair"])
def test_each_table_may_be_left_out(folder: Path, table: str) -> None:
    text = (folder / "evidence.toml").read_text(encoding="utf-8")
    left = {"place", "distance"} if table == "place" else {table}
    tables = re.split(r"(?m)^(?=\[\[(?:ledger|counted|place|distance|number|pair)\]\])", text)
    lesson = put(folder, "".join(one for one in tables if not any(one.startswith(f"[[{name}]]") for name in left)))

    assert steps_of(lesson)
    assert lesson.chart("verify").png or (
        table == "place" and "names no two places" in lesson.chart("verify").description
    )


@pytest.mark.parametrize("missing", ["house", "address", "read"])
@pytest.mark.parametrize(
    "toml",
    [
        PLACE,
        PLACE + DISTANCE + 'house = "A"\naddress = "https://example.org"\nread = "2026"\n',
        LEDGER + '[[ledger.later]]\ntext = "T."\nhouse = "A"\naddress = "https://example.org"\nread = "2026"\n',
        COUNTED + '[[counted.later]]\ntext = "T."\nhouse = "A"\naddress = "https://example.org"\nread = "2026"\n',
        NUMBER.replace(
            'quote = "eight Turkish military personnel"',
            'quote = "8"\nhouse = "A"\naddress = "https://example.org"\nread = "2026"',
        ),
        NUMBER.replace(
            "[[number.said]]",
            '[[number.later]]\ntext = "T."\nhouse = "A"\naddress = "https://example.org"\nread = "2026"\n[[number.said]]',
        ),
    ],
    ids=["place", "distance", "ledger", "counted", "number", "found beside a number"],
)
def test_what_stands_outside_the_article_needs_its_address(folder: Path, toml: str, missing: str) -> None:
    put(folder, toml)
    assert read_evidence(read_article(folder)) is not None
    lines = toml.splitlines()
    at = max(number for number, line in enumerate(lines) if line.startswith(f"{missing} ="))
    lesson = put(folder, "\n".join(line for number, line in enumerate(lines) if number != at))

    with pytest.raises(LessonError, match=rf"{missing} is missing"):
        lesson.verify()


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (
            LEDGER.replace('"eight"\nholder', '"killed eight"\nholder'),
            "no note of claims.toml quotes exactly these words",
        ),
        (LEDGER.replace('"eight"\nholder', '"nine"\nholder'), "do not stand in any one segment"),
        (LEDGER.replace('"side"', '"me"'), "holder is “me”. Choose one of anyone, side"),
        (LEDGER.replace('"letters"', '"euros"'), "cost is “euros”. Choose one of minute"),
        (LEDGER.replace('"days"', '"soon"'), "when is “soon”. Choose one of now"),
        (LEDGER.replace('why = "Why."', ""), "why is missing"),
        (LEDGER.replace('"Why."', '" "'), "why is empty or no text"),
        (LEDGER.replace('name = "eight"', 'name = "the eight of them"'), "the name “the eight of them” cannot be kept"),
        (LEDGER.replace('name = "eight"', f'name = "{"e" * 21}"'), "Use 1 to 20 letters"),
        (LEDGER + LEDGER, "the name “eight” is taken"),
        (LEDGER + 'score = "1"', "score is not known here"),
        (LEDGER + 'later = "x"', "later is a list of tables"),
        (COUNTED.replace("-1", '"-1"'), "write days = -1"),
        (COUNTED.replace("-1", "true"), "write days = -1"),
        (COUNTED + "month_end = true", "write days = -1"),
        (COUNTED.replace("days = -1", "month_end = 1"), "write days = -1"),
        (COUNTED.replace('from_at = "s9"', ""), "Say which one with at"),
        (COUNTED.replace("-1", "99999999"), "go at most 366 days"),
        (COUNTED.replace('"February 6"\nfrom_at = "s9"', '"the fighting"'), "dates.toml does not say which day"),
        (COUNTED.replace('"February 6"\nfrom_at = "s9"', '"Thursday"'), "dates.toml does not say which day"),
        (NUMBER.replace("low = 8", 'low = 8\nabout = "yes"'), "about is true or false"),
        (NUMBER.replace('"None."', '{ text = "None." }'), "interest: address is missing"),
        (NUMBER.replace('"None."', "3"), "interest is empty or no text"),
        (PLACE.replace("35°56′N", "35.56"), "is no coordinate"),
        (PLACE.replace("35°56′N", "35°56′E"), "is no coordinate"),
        (PLACE.replace("35°56′N", "91°N"), "lies outside the map"),
        (PLACE.replace("35°56′N", "35°60′N"), "lies outside the map"),
        (PLACE.replace("https://example.org/a", "example.org"), "address is “example.org”"),
        (DISTANCE, "from is “a”. Choose one of"),
        (PLACE + DISTANCE.replace('"E"', '"east"'), "direction is “east”. Choose one of N, NNE"),
        (PLACE + DISTANCE.replace("15\n", '"15"\n'), "write km as a number"),
        (PLACE + DISTANCE + 'house = "A"\nat = "s10"', "it stands either in the article"),
        (NUMBER.replace("low = 8", ""), "write low and high as numbers"),
        (NUMBER.replace("low = 8", 'low = "8"'), "write low and high as numbers"),
        (NUMBER.replace("low = 8", "low = 8\nhigh = 7"), "low is above high"),
        (NUMBER.replace('interest = "None."', ""), "said 1 (“eight Turkish military personnel”): interest is missing"),
        (NUMBER.replace("[number.day]", "[number.week]"), "week is not known here"),
        (NUMBER.replace('[number.counter]\nkey = "no"\nwhy = "Why."', ""), "Write it as [number.counter] below it"),
        (NUMBER.replace('[number.counter]\nkey = "no"', '[number.counter]\nkey = "maybe"'), "Choose one of yes, no"),
        (NUMBER[: NUMBER.index("[[number.said]]")], "Write it as [number.thing] below it"),
        (PAIR.replace('"else"', '"other"'), "key is “other”. Choose one of same"),
        (PAIR + 'also = ["else"]', "also is a list of other readings than “else”"),
        (PAIR + 'also = "same"', "also is a list of texts"),
        ('[[scale]]\nname = "a"', "scale is not known here"),
        ('ledger = "eight"', "Write [[ledger]]"),
        ("[[ledger", "not valid TOML"),
    ],
)
def test_a_fault_names_the_file_and_the_remedy_and_is_found_by_check(folder: Path, toml: str, said: str) -> None:
    lesson = put(folder, toml)

    with pytest.raises(LessonError, match=re.escape(said)) as error:
        lesson.verify()
    assert str(folder / "evidence.toml") in str(error.value)
    assert str(error.value) in faults_of(folder, LAYERS)


def test_a_day_at_the_edge_of_the_calendar_is_refused_and_not_counted_from(folder: Path) -> None:
    dates = folder / "dates.toml"
    dates.write_text(dates.read_text(encoding="utf-8").replace("2020-02-06", "0001-01-01"), encoding="utf-8")
    lesson = put(folder, COUNTED)

    with pytest.raises(LessonError, match="lies outside the calendar"):
        lesson.verify()


def test_without_dates_or_with_a_fault_in_them_the_desk_says_nothing_of_its_own_about_them(folder: Path) -> None:
    dates = folder / "dates.toml"
    dates.write_text(dates.read_text(encoding="utf-8").replace('"2020-02-02"', '"2020-02-31"'), encoding="utf-8")
    assert len([fault for fault in faults_of(folder, LAYERS) if "2020-02-31" in fault]) == 1
    dates.unlink()

    assert steps_of(open_lesson(str(folder)))
    assert not [fault for fault in faults_of(folder, LAYERS) if "evidence.toml" in fault]


def test_a_fault_in_the_claims_key_is_told_once(folder: Path) -> None:
    key = folder / "claims.toml"
    key.write_text(key.read_text(encoding="utf-8").replace('tag = "event"', 'tag = "deed"', 1), encoding="utf-8")

    assert [fault for fault in faults_of(folder, LAYERS) if "evidence.toml" in fault] == []


def test_the_template_can_be_copied() -> None:
    folder = data_folder() / "_template"
    found = read_evidence(read_article(folder))

    assert found is not None
    assert found.claims
    assert found.pairs
    assert not [
        fault for fault in faults_of(folder, LAYERS) if "evidence.toml" in fault and "_template/evidence" in fault
    ]


# Measuring


def test_measuring_agrees_with_the_distances_that_the_library_documents() -> None:
    """Wellington to Salamanca: 19959679.267 m. https://geographiclib.sourceforge.io/html/python/examples.html."""
    found = measured(place_at(-41.32, 174.81), place_at(40.96, -5.50))

    assert found.km == pytest.approx(19959.679267, abs=CENTIMETRE / 10)


def test_a_quarter_of_a_meridian_is_about_ten_thousand_kilometers() -> None:
    """The meter was once meant to be the ten-millionth part of it; on WGS84 it is 10001.966 km."""
    found = measured(place_at(0, 0), place_at(90, 0))

    assert found.km == pytest.approx(10001.966, abs=1e-3)
    assert found.bearing == 0


def measured_by(lesson: Lesson, start: str | tuple[float, float], end: str | tuple[float, float]) -> Measured:
    found = lesson.measure(start, end)
    assert isinstance(found, Measured)
    return found


def test_the_way_back_is_as_long() -> None:
    lesson = open_lesson("idlib")
    there, back = measured_by(lesson, "Idlib", "Saraqeb"), measured_by(lesson, "Saraqeb", "Idlib")

    assert there.km == back.km
    # The two bearings are not exactly opposite: on a globe, north is another direction at each end.
    assert (back.bearing - there.bearing) % 360 == pytest.approx(180, abs=0.2)
    assert (there.east, there.north) == pytest.approx((-back.east, -back.north), abs=0.02)


def test_going_where_one_has_measured_leads_there() -> None:
    start, end = place_at(35.93, 36.63), place_at(35.93, 36.80)
    found = measured(start, end)
    said = Distance("d", None, "", "a", "b", found.km, "E", "", None, ())

    assert measured(reached(start, said), end).km == pytest.approx(0, abs=0.02)


def test_saraqeb_is_seventeen_kilometers_east_southeast_of_idlib_and_fifteen_to_the_east() -> None:
    found = measured_by(open_lesson("idlib"), "Idlib", "Saraqeb")

    assert found.km == pytest.approx(17.0, abs=0.05)
    assert found.east == pytest.approx(15.1, abs=0.05)
    assert found.north == pytest.approx(-7.7, abs=0.05)
    assert [named(found.bearing, names) for names in (4, 8, 16)] == ["E", "SE", "ESE"]
    assert repr(found) == "Idlib to Saraqeb: 17 km, 117 degrees, east-southeast."


def test_the_bounds_are_those_of_coordinates_in_whole_minutes(lesson: Lesson) -> None:
    idlib = evidence_of(lesson).places[0]
    found = measured_by(lesson, "Idlib", "Saraqeb")

    assert idlib.steps == (1 / 60, 1 / 60)
    assert found.near == pytest.approx(15.9, abs=0.05)
    assert found.far == pytest.approx(18.1, abs=0.05)
    assert found.left < found.bearing < found.right
    # Points without a source are taken as they are given.
    exact = measured_by(lesson, (35, 36), (35, 37))
    assert exact.near == exact.km == exact.far


@pytest.mark.parametrize(
    ("written", "degrees", "step"),
    [
        ("35°51′49″N", 35 + 51 / 60 + 49 / 3600, 1 / 3600),
        ("35°56'N", 35 + 56 / 60, 1 / 60),
        ("35° 56′ S", -35 - 56 / 60, 1 / 60),
        ("35.8636°N", 35.8636, 0.0001),
        ("36°N", 36.0, 1.0),
    ],
)
def test_how_fine_a_coordinate_is_written_is_how_exact_it_is(
    folder: Path, written: str, degrees: float, step: float
) -> None:
    [place] = evidence_of(put(folder, PLACE.replace("35°56′N", written))).places

    assert place.latitude == pytest.approx(degrees)
    assert place.steps[0] == pytest.approx(step)


@pytest.mark.parametrize(
    ("bearing", "names", "point"),
    [(0, 16, "N"), (359, 16, "N"), (11.3, 16, "NNE"), (112.4, 8, "E"), (112.6, 8, "SE"), (316, 4, "N"), (314, 4, "W")],
)
def test_a_direction_has_the_name_it_is_nearest_to(bearing: float, names: int, point: str) -> None:
    assert named(bearing, names) == point


def test_what_is_said_is_missed_by_two_kilometers_and_twenty_seven_degrees(lesson: Lesson) -> None:
    evidence = evidence_of(lesson)
    found = between(evidence, "idlib", "saraqeb")
    assert found is not None
    [said] = [one for one in evidence.distances if one.name == "km-east"]
    by = missed(said, found)

    assert by.km.here == pytest.approx(1.96, abs=0.01)
    assert by.km.least < by.km.here < by.km.most
    assert by.turn.here == pytest.approx(27.1, abs=0.1)
    assert by.turn.least < by.turn.here < by.turn.most


def test_a_bearing_on_either_side_of_the_name_can_miss_it_by_nothing() -> None:
    start, end = Place("", "", (), 0.0, 0.0, "", (1.0, 1.0), None), place_at(0, 3)
    said = Distance("d", None, "", "a", "b", 333, "E", "", None, ())

    assert missed(said, measured(start, end)).turn.least == 0


@pytest.mark.parametrize("name", ["Idlib", "idlib", " SARAQIB ", "Sarmeen"])
def test_a_place_is_found_by_any_of_its_spellings(lesson: Lesson, name: str) -> None:
    assert measured_by(lesson, name, (35.0, 36.0)).km > 0


@pytest.mark.parametrize("place", ["Homs", "", None, 3, (1,), ("a", "b"), (1, 2, 3)])
def test_a_place_that_is_not_there_gets_the_list_of_those_that_are(lesson: Lesson, place: object) -> None:
    with pytest.raises(LessonError, match=r"The places are “Idlib”, “Saraqeb”, “Sarmin”"):
        lesson.measure("Idlib", place)  # type: ignore[arg-type]


@pytest.mark.parametrize("point", [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_a_point_that_is_not_on_the_earth_is_refused(lesson: Lesson, point: tuple[float, float]) -> None:
    with pytest.raises(LessonError, match="is no point on the earth"):
        lesson.measure("Idlib", point)


def test_the_geodesic_library_is_loaded_only_to_measure() -> None:
    code = """
import sys
from lessonkit import open_lesson
lesson = open_lesson("idlib")
assert "geographiclib" not in sys.modules
lesson.verify()
assert not {"pandas", "matplotlib", "numpy"} & set(sys.modules)
lesson.measure("Idlib", "Saraqeb")
assert "geographiclib" in sys.modules
assert not {"pandas", "matplotlib", "numpy"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# The panel


def test_the_desk_has_a_ledger_four_benches_and_a_verdict(lesson: Lesson) -> None:
    ledger, benches, verdict = steps_of(lesson)

    assert [step.title for step in (ledger, benches, verdict)] == ["The ledger", "Try it here", "Your verdict"]
    assert [part.title.partition(":")[0] for part in benches.parts[1:]] == [  # type: ignore[union-attr]
        "The calendar",
        "The map",
        "The numbers",
        "The article against itself",
    ]
    # Three claims stand to be opened, the others behind one more fold: nobody faces a wall.
    assert len(ledger.parts) == len(verdict.parts) == 1 + 3 + 1


def test_every_name_can_be_kept_in_a_workbook_and_none_is_there_twice(lesson: Lesson) -> None:
    names = [field.name for step in steps_of(lesson) for field in step.fields]

    assert len(names) == len(set(names)) > 60
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name) for name in names)


def test_what_is_chosen_in_the_ledger_stands_beside_what_the_desk_would_choose(lesson: Lesson) -> None:
    assert "Try it yourself first." in open_desk(lesson).made["verify-l-eight-held"]
    desk = enter(lesson, {"eight-settles": "count", "eight-holder": "witness"})
    held = text_of(desk.made["verify-l-eight-held"])

    assert "Try it yourself first." not in held
    assert "You: A count, by somebody who says what is counted. This desk: A count" in held
    assert "You: People who were there. This desk: One side in the story." in held
    assert "You: nothing yet. This desk: Letters, and waiting for answers." in held
    assert "You can also say: The families know as well." in held
    assert "In the ledger you said: A count, by somebody who says what is counted · People who were there" in text_of(
        desk.made["verify-v-eight-asked"]
    )


def test_a_question_comes_before_the_reason_and_nothing_stands_open(lesson: Lesson) -> None:
    made = open_desk(lesson).made
    held = made["verify-l-eight-held"]

    assert held.index("Who would be on the list") < held.index("What this desk would say") < held.index("An army has")
    assert not any("<details open" in html for html in made.values())
    for name, html in made.items():
        shut = html.partition("<details")[0]
        assert "This desk:" not in shut, name
        assert "Unsettled" not in shut, name


def test_the_status_is_the_claims_keys_with_its_address_unsettled_included(lesson: Lesson) -> None:
    made = open_desk(lesson).made

    known = made["verify-v-thousand-attacks-known"]
    assert "Unsettled. The number is the Russian ministry" in unescape(known)
    assert "https://www.voanews.com/middle-east/turkey-expects-russia" in known
    assert "Source: TASS." in text_of(made["verify-v-delegation-known"])


def test_a_verdict_changes_nothing_but_what_is_kept(lesson: Lesson) -> None:
    seen = set()
    for verdict in ("holds", "fails", "open"):
        desk = enter(lesson, {"eight-verdict": verdict})
        seen.add(desk.made["verify-v-eight-known"])

    assert len(seen) == 1
    assert not re.search(r"\b(right|wrong|correct|score|well done)\b", text_of(seen.pop()), flags=re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Put in a day"),
        ("2020-02-06", "Thursday, February 6, 2020. That is the latest day the article tells of."),
        ("2020-02-02", "Sunday, February 2, 2020. Days until the latest day the article tells of: 4."),
        ("2020-02-29", "Saturday, February 29, 2020. Days after the latest day the article tells of: 23."),
        ("2020-02-30", "The calendar does not know the day “2020-02-30”."),
        (HOSTILE, "The calendar does not know the day “<img"),
    ],
)
def test_the_calendar_tells_the_weekday_of_any_day(lesson: Lesson, text: str, said: str) -> None:
    html = enter(lesson, {"day": text}).made["verify-weekday"]

    assert said in text_of(html) or said in unescape(html)
    assert "<img" not in html


def test_the_calendar_says_what_it_can_and_what_it_cannot(lesson: Lesson) -> None:
    made = open_desk(lesson).made

    def says(quote: str, at: str | None = None) -> str:
        span = IDLIB.find(quote, at)
        return text_of(made[f"verify-d-{span.segment}-{span.first}-{span.last}-made"])

    assert "The words say Sunday, and that fits." in says("Sunday, Feb. 2, 2020")
    assert "Thursday, February 6, 2020 is such a day itself" in says("Thursday")
    assert "Counted from Thursday, February 6, 2020 (Sentence 9), it is Wednesday, February 5" in says(
        "the previous day"
    )
    assert "Reuters, too, put the entry into the town on Wednesday." in says("the previous day")
    assert "it is Saturday, February 29, 2020." in says("by the end of month")
    assert "nothing that a calendar could contradict" in says("February 3")
    assert "names a time and no day" in says("the last two weeks of January")


def test_every_dated_quotation_can_be_tried(lesson: Lesson) -> None:
    asked = [field.name for step in steps_of(lesson) for field in step.fields if field.name.endswith("-fits")]

    assert len(asked) == 9


def test_the_desk_measures_what_is_chosen_and_holds_it_against_the_learners_yardstick(lesson: Lesson) -> None:
    assert (
        "Choose two different places" in enter(lesson, {"map-from": "idlib", "map-to": "idlib"}).made["verify-m-line"]
    )
    desk = enter(lesson, {"map-to": "saraqeb", "map-km": "1,5", "map-turn": "four"})

    assert "Idlib to Saraqeb: 17 km, 117 degrees" in desk.made["verify-m-line"]
    assert "15.1 km to the east and 7.7 km to the south." in text_of(desk.made["verify-m-measured"])
    held = text_of(desk.made["verify-m-held"])
    assert "That is 2 km off: outside your yardstick of 1.5 km. The places are written down only roughly" in held
    assert "The direction is 27 degrees away from east: inside your 45 degrees. That is" in held
    desk = enter(lesson, {"map-km": "4", "map-turn": "eight"})
    held = text_of(desk.made["verify-m-held"])
    assert "inside your yardstick of 4 km. The direction" in held
    assert "outside your 22.5 degrees. That is" in held


def test_another_house_and_the_way_back_are_told_apart(lesson: Lesson) -> None:
    desk = enter(lesson, {"map-from": "idlib", "map-to": "sarmin"})
    assert "Wikipedia, page “Sarmin” says: “15 kilometers southeast of Idlib”." in text_of(
        desk.made["verify-m-measured"]
    )
    assert "9 km" in desk.made["verify-m-line"]
    desk = enter(lesson, {"map-from": "saraqeb", "map-to": "idlib", "map-km": "1"})
    assert "This is said the other way round, from Idlib to Saraqeb." in text_of(desk.made["verify-m-measured"])
    assert "Choose the places above" in text_of(desk.made["verify-m-held"])
    desk = enter(lesson, {"map-from": "sarmin", "map-to": "saraqeb"})
    assert "Nothing on this desk says how far" in text_of(desk.made["verify-m-measured"])


@pytest.mark.parametrize("said", ["two", "-1", "nan", "inf", "1e9", HOSTILE])
def test_what_is_no_distance_is_said(lesson: Lesson, said: str) -> None:
    held = enter(lesson, {"map-from": "idlib", "map-to": "saraqeb", "map-km": said}).made["verify-m-held"]

    assert f"“{said}” is no number of kilometers." in unescape(held)
    assert "<img" not in held


def test_numbers_stand_side_by_side_with_source_and_interest(lesson: Lesson) -> None:
    evidence = evidence_of(lesson)
    shown = "".join(part["html"] for part in shown_parts(open_desk(lesson)))

    for number in evidence.numbers:
        for row in number.said:
            assert unescape(shown).count(row.words) >= 1
            assert row.source is None or row.source.address in unescape(shown)
    assert shown.count("Not known.") == sum(
        not text for number in evidence.numbers for row in number.said for text in (row.counted, row.who, row.day)
    )
    # A range is striped, an open end is named; the words say all of it without the bar.
    assert "and more" in shown
    assert 'aria-hidden="true"' in shown


def shown_parts(desk: Desk) -> list[dict[str, str]]:
    found = [part for step in desk.plan["steps"] for part in step["parts"]]
    shown = []
    while found:
        part = found.pop(0)
        shown += [part] if part["part"] == "shown" else []
        found += part.get("parts", [])
    return shown


def test_the_numbers_of_the_article_and_of_others_are_as_they_were_read(lesson: Lesson) -> None:
    numbers = {number.name: number for number in evidence_of(lesson).numbers}

    assert [(row.low, row.high) for row in numbers["turkish-dead"].said] == [(8, 8), (8, 8), (6, 6), (20, None)]
    displaced = [(row.low, row.high, row.about) for row in numbers["displaced"].said]
    assert displaced == [
        (520_000, 520_000, False),
        (1_000_000, 1_000_000, True),
        (586_000, 586_000, True),
        (948_000, None, False),
    ]
    assert [row.low for row in numbers["attacks"].said] == [1000, 1400, 100]
    assert [(row.low, row.high) for row in numbers["syrian-dead"].said] == [(13, 13), (30, 35), (76, 76)]


def test_a_number_that_is_given_only_roughly_says_so_and_has_no_solid_bar(lesson: Lesson) -> None:
    shown = "".join(part["html"] for part in shown_parts(open_desk(lesson)))
    cards = {
        quote: card
        for card in shown.split('<section class="lk-side">')
        for quote in re.findall("<q[^>]*>(.*?)</q>", card)
    }

    for quote in ("close to 1 million people", "some 586,000 people"):
        assert "≈ about: the words give it only roughly" in cards[quote]
        assert "background:var(--lk-1)" not in cards[quote]
    assert "≈" not in cards["520,000"]
    assert "background:var(--lk-1)" in cards["520,000"]


def test_what_somebody_has_to_do_with_a_number_has_its_page_where_the_article_does_not_show_it(lesson: Lesson) -> None:
    shown = "".join(part["html"] for part in shown_parts(open_desk(lesson)))
    rows = [row for number in evidence_of(lesson).numbers for row in number.said]

    assert sum(row.interest_read is not None for row in rows) >= 6
    for row in rows:
        if row.interest_read is not None:
            assert re.search(
                rf"{re.escape(escape(row.interest))} <a [^>]*{re.escape(row.interest_read.address)}", shown
            )


def test_a_quotation_in_another_language_is_what_was_read_and_its_translation_stands_beside_it(lesson: Lesson) -> None:
    [arabic] = [row for row in evidence_of(lesson).numbers[2].said if row.source and row.source.house == "Al-Alam"]

    assert arabic.words == "أكثر من 100 هجوم"
    assert arabic.counted.startswith("In English: more than 100 attacks")
    assert not [row.words for number in evidence_of(lesson).numbers for row in number.said if "(" in row.words]


def test_a_step_of_a_coordinate_is_as_long_as_it_is_on_the_ground_there(lesson: Lesson) -> None:
    """One minute of latitude is a nautical mile, 1852 m, more or less; of longitude less, the further north."""
    along, across = step_lengths(evidence_of(lesson).places[0])
    shown = text_of("".join(part["html"] for part in shown_parts(open_desk(lesson))))

    assert along == pytest.approx(1.852, abs=0.005)
    assert across == pytest.approx(along * 0.81, abs=0.01)
    assert "about 1.85 km from north to south on the ground, and about 1.5 km from east to west" in shown
    assert "about 31 m from north to south on the ground, and about 25 m from east to west" in shown


def test_the_reason_comes_with_other_readings_that_can_be_defended(lesson: Lesson) -> None:
    desk = enter(lesson, {"n-turkish-dead-day": "yes", "p-headline-says": "same"})

    assert "You: Yes. This desk: No. Also defensible: Yes." in text_of(desk.made["verify-n-turkish-dead-made"])
    assert "You: The same. This desk: Something else. Also defensible: The same, More." in text_of(
        desk.made["verify-p-headline-made"]
    )


def test_what_a_learner_entered_can_be_printed_in_words(lesson: Lesson) -> None:
    enter(lesson, {"eight-holder": "side", "map-from": "idlib", "eight-verdict": "open"})

    told = entries(steps_of(lesson), lesson.workbook.texts)

    assert ("“eight” (Sentence 3)", [("Who has that?", "One side in the story")]) in told
    assert ("“eight” (Sentence 3)", [("Your verdict on this claim", "Cannot be told from here")]) in told
    assert any(title.startswith("The map") and lines == [("From", "Idlib")] for title, lines in told)


def test_hostile_words_in_data_and_in_fields_stay_words(folder: Path) -> None:
    text = (folder / "evidence.toml").read_text(encoding="utf-8")
    hostile = HOSTILE.replace("\\", "")
    for field in ("why", "also", "ask", "title", "counted", "who", "interest", "day", "house", "text"):
        text = re.sub(rf'(?m)^{field} = ".*"$', f'{field} = "{hostile}"', text)
    lesson = put(folder, text)
    names = [field.name for step in steps_of(lesson) for field in step.fields if not field.options]
    for name in names:
        lesson.workbook.write(name, HOSTILE)
    desk = open_desk(lesson)

    for html in [*desk.made.values(), *(part["html"] for part in shown_parts(desk))]:
        assert "<img" not in html
        assert "</script" not in html
    assert "<img" not in lesson.chart("verify")._repr_html_().replace('<img alt="', "")
    assert lesson.measure("saraqeb", "idlib").line.startswith(HOSTILE.partition("{")[0])


def test_hostile_quotations_of_other_houses_stay_words(folder: Path) -> None:
    source = 'house = "A house"\naddress = "https://example.org/a"\nread = "2026"'
    said = NUMBER.replace('"eight Turkish military personnel"', f'"{HOSTILE}"\n{source}')
    other = PLACE.replace('"a"', '"b"').replace("35°56′N", "36°N")
    distance = DISTANCE.replace('to = "a"', 'to = "b"').replace(
        '"15 kilometers east of Idlib city"', f'"{HOSTILE}"\n{source}'
    )
    lesson = put(folder, PLACE + other + distance + said)
    desk = enter(lesson, {"map-from": "a", "map-to": "b"})

    shown = "".join([*desk.made.values(), *(part["html"] for part in shown_parts(desk))])
    assert shown.count(escape(HOSTILE)) >= 3
    assert "<img" not in shown


def test_the_panel_shows_one_line_without_the_learner(lesson: Lesson) -> None:
    enter(lesson, {"eight-noted": "secret"})

    assert re.fullmatch(r"Desk\('verify', article='idlib', fields=\d+\)", repr(lesson.verify()))


def test_the_desk_is_made_again_quickly(lesson: Lesson) -> None:
    desk = enter(lesson, {"map-from": "idlib", "map-to": "saraqeb", "map-km": "2"})

    # All of it goes to the browser whenever something is saved.
    assert sum(map(len, desk.made.values())) < 70_000


def test_an_article_without_dates_layers_or_claims_still_has_a_desk() -> None:
    evidence = read_evidence(IDLIB)
    assert evidence is not None
    steps = verify_steps(IDLIB, evidence, (), None, WORDS)

    assert not any(field.name.endswith("-settles") for step in steps for field in step.fields)


# The picture


def test_the_map_says_in_words_all_that_it_shows(lesson: Lesson) -> None:
    picture = lesson.chart("verify")

    for said in (
        "Idlib to Saraqeb: 17 km, 117 degrees, east-southeast.",
        "The article says: “15 kilometers east of Idlib city”.",
        "The circle: everything 15 km away from Idlib.",
        "16, the dark part: what “east” means on a compass with 16 names.",
        "8, the light part: the same with 8 names.",
        "4, between the dashed lines: the same with 4 names.",
        "The cross: 15 km due east. From there it is 7.7 km to Saraqeb.",
        "The dashed box around Idlib: anywhere in it would be written down with the same coordinates.",
        "Idlib to Sarmin: 9 km, 112 degrees, east-southeast.",
        "Saraqeb: 35°51′49″N 36°48′2″E.",
    ):
        assert said in picture.description
    assert 'alt="The map. A map with a scale and an arrow to the north' in picture._repr_html_()


@pytest.mark.parametrize("part", ["_draw_scale", "_draw_north"])
def test_scale_and_north_are_drawn_as_the_words_beside_the_map_say(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Each of the two puts ink in a corner of its own: without it, that corner of the map is empty."""
    whole = Image.open(io.BytesIO(lesson.chart("verify").png)).convert("L")
    monkeypatch.setattr(f"lessonkit.charts.map._Map.{part}", lambda *_: None)
    without = Image.open(io.BytesIO(lesson.chart("verify").png)).convert("L")

    box = ImageChops.difference(whole, without).getbbox()
    assert box is not None
    left, top, right, bottom = box
    inks = [sum(image.crop(box).histogram()[:128]) for image in (whole, without)]
    assert inks[0] > inks[1] + 100
    if part == "_draw_north":
        assert left > whole.width * 0.85
        assert bottom < whole.height * 0.4
    else:
        assert right < whole.width * 0.5
        assert top > whole.height * 0.4


def test_the_map_shows_the_places_that_were_chosen(lesson: Lesson) -> None:
    before = lesson.chart("verify").png
    enter(lesson, {"map-from": "saraqeb", "map-to": "sarmin"})
    after = lesson.chart("verify")

    assert "From Saraqeb to Sarmin" in after.description
    assert "Nothing on this desk says how far these two are apart." in after.description
    assert after.png != before


def test_one_place_chosen_is_no_map_of_its_own(lesson: Lesson) -> None:
    before = lesson.chart("verify").png
    enter(lesson, {"map-from": "saraqeb", "map-to": "saraqeb"})

    assert lesson.chart("verify").png == before


def test_the_map_has_east_on_the_right_in_every_language(folder: Path, lesson: Lesson) -> None:
    path = folder / "article.md"
    path.write_text(path.read_text(encoding="utf-8").replace('"ltr"', '"rtl"'), encoding="utf-8")

    assert open_lesson(str(folder)).chart("verify").png == lesson.chart("verify").png


def test_the_map_fits_a_telephone_and_a_notebook(lesson: Lesson) -> None:
    picture = lesson.chart("verify")
    image = Image.open(io.BytesIO(picture.png))

    assert image.width == 880
    assert image.height < 1_500
    assert len(picture.png) < 60_000


def test_the_map_has_the_same_bytes_in_every_process(lesson: Lesson, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONHASHSEED": "7", "LESSONKIT_WORK": str(tmp_path / "other")}
    done = subprocess.run([sys.executable, "-c", RUN], check=True, capture_output=True, text=True, env=env)

    assert done.stdout.strip() == hashlib.sha256(lesson.chart("verify").png).hexdigest()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("title", ["إدلب", "伊德利卜", "word " * 20, "$5 <b> {x} $6_x^2"])
@pytest.mark.parametrize("point", POINTS[::4])
def test_no_place_is_too_strange_to_draw(title: str, point: str) -> None:
    start = Place("a", title, (), 0.0, 179.9, "0", (1.0, 1.0), None)
    end = Place("b", title, (), 0.4, -179.9, "0", (0.0, 0.0), None)
    said = Distance("d", None, "words", "a", "b", 40, point, "Why.", None, ())
    picture = map_chart(IDLIB, Evidence((), (), (start, end), (said,), (), ()), ("", ""), WORDS)

    assert picture.png
    assert title in picture.description


def test_two_names_for_one_place_make_a_map_as_well() -> None:
    one, other = (Place(name, name, (), 35.0, 36.0, "0", (0.0, 0.0), None) for name in "ab")
    picture = map_chart(IDLIB, Evidence((), (), (one, other), (), (), ()), ("", ""), WORDS)

    assert picture.png
    assert "a to b: 0 km" in picture.description


def test_a_wrong_name_still_lists_the_right_ones(lesson: Lesson) -> None:
    with pytest.raises(LessonError, match="There is no layer “map”"):
        lesson.chart("map")


def test_no_sentence_of_the_desk_shouts_praises_or_uses_another_word(words: Words, layers: dict[str, Layer]) -> None:
    assert layers
    texts = " ".join(str(value) for value in words.section("verify").values())
    texts += (data_folder() / "idlib" / "evidence.toml").read_text(encoding="utf-8")

    assert not re.search(r"!|\b(annotat\w+|spans?|categor\w+|quiz\w*|scores?|scored|well done|biased)\b", texts)
