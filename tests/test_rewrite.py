"""The rewriting bench: what can be swapped and turned, what the loader refuses, and the panel without a browser."""

import json
import os
import re
import shutil
import tomllib
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from lessonkit import Lesson, open_lesson
from lessonkit.article import Article, Segment, read_article
from lessonkit.deeds import names, read_deeds
from lessonkit.faults import LessonError
from lessonkit.layers import Layer
from lessonkit.panels.desk import Desk, entries
from lessonkit.places import data_folder
from lessonkit.rewrite import (
    KINDS,
    MOST_FILES,
    VIEWS,
    Bench,
    Sentence,
    fields,
    front,
    others_in,
    pick,
    picks,
    prediction,
    read_bench,
)
from lessonkit.rules import faults_of
from lessonkit.words import Words
from lessonkit.workbook import MOST_KEPT_BYTES, Workbook

HOSTILE = '<img src=x onerror="alert(1)"></script>{who}'
HEAD = '[[reader]]\nname = "near"\ntitle = "A reader near by"\n'
SENTENCE = '[[sentence]]\nname = "one"\nat = "s9"\nasked = { form = "order" }\nwhy = "Because."\n'
ORDER = '[[sentence.form]]\nkind = "order"\ntext = "Syrian government forces battling rebels in Idlib were hit by Turkish artillery fire as they tried to seize the town of Saraqeb, a war monitor said on February 6."\ngone = ["that"]\n'
SLOT = '[[sentence.slot]]\nname = "fighters"\nquote = "rebels"\n'


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def enter(panel: Desk, **texts: str) -> None:
    number = max(panel.heard.values(), default=0) + 1
    told = {name.replace("_", "-"): {"text": text, "number": number} for name, text in texts.items()}
    panel.drafts = {**panel.drafts, **told}


@pytest.fixture
def bench(article: Article, layers: dict[str, Layer]) -> Bench:
    found = read_bench(article, layers["framing"])
    assert found is not None
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(data_folder() / "idlib", tmp_path / "idlib")


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setenv("LESSONKIT_WORK", str(tmp_path / "work"))
    return open_lesson("idlib")


@pytest.fixture
def panel(lesson: Lesson) -> Desk:
    shown = lesson.rewrite()
    assert isinstance(shown, Desk)
    return shown


def the(bench: Bench, name: str) -> Sentence:
    return next(one for one in bench.sentences if one.name == name)


def put(folder: Path, text: str) -> Article:
    (folder / "rewrite.toml").write_text(text, encoding="utf-8")
    return read_article(folder)


# The article's own data


def test_a_sentence_that_nobody_changed_stands_as_it_stands(bench: Bench) -> None:
    for sentence in bench.sentences:
        assert sentence.version({}).text == sentence.segment.text


def test_every_choice_fits_every_turn_that_has_a_place_for_it(bench: Bench) -> None:
    for sentence in bench.sentences:
        for form in ("", *(one.kind for one in sentence.forms)):
            for slot in sentence.slots:
                for choice in slot.choices:
                    made = sentence.version({"form": form, slot.name: choice.name})
                    assert not re.search(r"[{}]", made.text)
                    assert (choice.text.casefold() in made.text.casefold()) is bool(made.swaps)
                    assert bool(made.swaps) is not bool(made.idle)


def test_no_version_changes_a_number(bench: Bench) -> None:
    for sentence in bench.sentences:
        for form in sentence.forms:
            added = " ".join(add.words for add in form.adds)
            before = re.findall(r"\d+", f"{sentence.segment.text} {added}")
            assert sorted(re.findall(r"\d+", sentence.version({"form": form.kind}).text)) == sorted(before)


def test_every_kind_of_turn_is_there_and_a_doer_is_put_in_only_from_the_article(bench: Bench, article: Article) -> None:
    forms = [form for sentence in bench.sentences for form in sentence.forms]

    assert {form.kind for form in forms} == set(KINDS)
    [added] = [add for form in forms if form.kind == "doer" for add in form.adds]
    assert added.words in article.segment(added.at).text


def test_every_name_that_can_be_swapped_in_has_its_user(bench: Bench) -> None:
    for sentence in bench.sentences:
        for slot in sentence.slots:
            for choice in slot.choices:
                assert choice.at or (choice.by and choice.address.startswith("http")), choice


AGENCIES = {"AFP", "AP", "Anadolu", "Reuters", "SANA", "Sputnik", "TASS"}


def agencies_by_address(folder: Path) -> dict[str, set[frozenset[str]]]:
    """Give the agencies that a lesson's files name for each page, one set for each time that they name any."""
    found: dict[str, set[frozenset[str]]] = {}

    def look(entry: Any) -> None:
        if isinstance(entry, list):
            for one in entry:
                look(one)
        if not isinstance(entry, dict):
            return
        # Of an outlet that is its title, of a label or headline who used it, of a fact all that is told of it.
        told = next((str(entry[key]) for key in ("house", "by", "title", "text") if key in entry), "")
        named = frozenset(AGENCIES & set(re.findall(r"\w+", told)))
        if "address" in entry and named:
            found.setdefault(entry["address"], set()).add(named)
        for one in entry.values():
            look(one)

    for name in ("coverage", "rewrite", "evidence", "framing", "trace"):
        look(tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")))
    return found


def test_one_page_is_one_agencys_in_all_files_of_the_lesson() -> None:
    found = agencies_by_address(data_folder() / "idlib")

    assert {address: named for address, named in found.items() if len(named) > 1} == {}
    told = "https://www.devdiscourse.com/article/international/863891-russia-says-military-specialists-died-tragically-in-syria"
    assert found[told] == {frozenset({"AFP"})}


def test_a_house_that_is_compared_is_named_with_the_agency_that_other_files_name_for_its_page() -> None:
    folder = data_folder() / "idlib"
    known = agencies_by_address(folder)
    pairs = tomllib.loads((folder / "trace.toml").read_text(encoding="utf-8"))["pair"]
    sides = [side for pair in pairs for side in (pair["one"], pair["other"]) if side.get("address") in known]

    assert sides
    for side in sides:
        assert {frozenset(AGENCIES & set(re.findall(r"\w+", side["house"])))} == known[side["address"]], side["house"]


def test_whose_word_it_is_is_not_said_where_it_cannot_be_seen(bench: Bench) -> None:
    why = the(bench, "killed").why

    assert "The article chose" not in why
    assert "whether the article chose it or the ministry, you cannot see" in why


def test_labels_of_the_framing_key_are_taken_with_their_user(bench: Bench) -> None:
    who = the(bench, "headline").slots[0]
    govt = next(choice for choice in who.choices if choice.name == "govt")

    assert (govt.label, govt.text) == ("Syrian govt", "Syrian Govt")
    assert govt.by.startswith("Reuters")
    assert govt.address.startswith("https://nationalpost.com/")


def test_every_actor_of_the_article_can_be_renamed_or_it_is_said_why_not(bench: Bench, article: Article) -> None:
    deeds = read_deeds(article)
    assert deeds is not None
    swapped = [Segment("", "sentence", slot.quote, 0) for one in bench.sentences for slot in one.slots if slot.choices]
    told = {one.title for one in bench.fixed}

    for actor in deeds.actors:
        renamed = any(names(name, quote) for name in actor.named for quote in swapped)
        assert renamed is not (actor.name in told), actor.name
    assert told <= {actor.name for actor in deeds.actors}


def test_regime_can_be_said_of_both_governments_that_others_called_so(bench: Bench) -> None:
    said = the(bench, "headline").version({"turkey": "regime", "russia": "moscow", "who": "govt"})

    assert said.text == "Turkish Regime Expects Moscow to Immediately Stop Syrian Govt Attacks in Idlib"
    assert said.swaps[1][1].by.startswith("SANA")
    assert said.swaps[1][1].address == "https://www.sana.sy/en/?p=184552"


def test_the_monitor_can_be_renamed_at_the_beginning_and_at_the_end_of_a_sentence(bench: Bench) -> None:
    town = the(bench, "town")

    assert town.version({"monitor": "campaign"}).text.startswith("A campaign group said on February 6")
    assert town.version({"monitor": "campaign", "form": "order"}).text.endswith(
        ", a campaign group said on February 6."
    )


def test_a_name_of_another_day_says_so_where_it_is_chosen_and_where_it_is_used(panel: Desk, bench: Bench) -> None:
    choices = [choice for one in bench.sentences for slot in one.slots for choice in slot.choices]
    days = {choice.address: choice.day for choice in choices if choice.day}

    assert days == {
        "http://english.almanar.com.lb/932142": "February 3",
        "http://english.almanar.com.lb/935354": "February 7",
        "https://www.bbc.com/news/world-middle-east-15896636": "in 2011 or later",
        "https://www.devdiscourse.com/article/law-order/863103-syrian-government-forces-enter-town-east-of-idlib-city--eyewitnesses-war-monitor": "February 5",
        "https://www.dw.com/en/syrian-forces-enter-strategic-town-east-of-idlib/a-52271952": "February 5",
    }
    assert all(choice.day for choice in choices if choice.address in days)
    assert not [choice.by for choice in choices if re.search(r"\bFebruary\b|\b20\d\d\b", choice.by)]
    assert "the Syrian Army (Al-Manar, Lebanon, after SANA; another day: February 7)" in str(panel.plan)
    enter(panel, rewrite_town_take="liberate")
    assert "of the next town; another day: February 7. There it reads" in text_of(panel.made["rewrite-sides-town"])


def test_who_keeps_the_name_stands_on_the_desk_with_the_reason(panel: Desk, bench: Bench) -> None:
    shown = text_of(str(panel.plan["steps"][0]["parts"][-1]["html"]))

    assert bench.fixed
    assert all(f"{one.title}: {one.text}" in shown for one in bench.fixed)


def test_a_sentence_that_begins_small_stays_small(folder: Path, layers: dict[str, Layer]) -> None:
    path = folder / "article.md"
    path.write_text(path.read_text(encoding="utf-8").replace("A war monitor said", "a war monitor said"), "utf-8")
    found = read_bench(put(folder, HEAD + SENTENCE + ORDER.replace("Syrian gov", "syrian gov")), layers["framing"])

    assert found is not None
    assert found.sentences[0].version({}).text.startswith("a war monitor")
    assert found.sentences[0].version({"form": "order"}).text.startswith("syrian government")


def test_a_left_out_doer_is_told_and_a_swap_alone_changes_no_fact(bench: Bench) -> None:
    attack = the(bench, "attack")

    assert [drop.said for drop in attack.version({"form": "no-doer"}).drops] == ["who attacked"]
    assert attack.version({"dead": "martyrs"}).drops == ()
    assert attack.version({"dead": "soldiers"}).open[0].startswith("The report that says “soldiers”")


def test_what_has_no_place_in_a_turn_is_told_and_not_swapped(bench: Bench) -> None:
    made = the(bench, "headline").version({"form": "passive", "verb": "urges", "who": "assad"})

    assert made.text == "Russia Is Expected by Turkey to Immediately Stop Assad Regime Attacks in Idlib"
    assert [choice.name for _, choice in made.idle] == ["urges"]


def test_a_version_begins_with_a_capital_letter(bench: Bench) -> None:
    assert the(bench, "ministry").version({"form": "order", "speaker": "full"}).text.startswith("Russia's Foreign")
    assert the(bench, "town").version({"form": "order", "forces": "army"}).text.startswith("The Syrian Army battling")


def test_choices_that_are_not_known_leave_the_sentence_as_it_is(bench: Bench) -> None:
    headline = the(bench, "headline")

    assert headline.version({"who": HOSTILE, "form": HOSTILE}).text == headline.segment.text
    assert picks(headline, {pick("headline", "who"): "assad", "stuck-first": "x"}) == {"who": "assad"}


def test_what_is_stored_has_names_of_its_own_that_a_workbook_takes(bench: Bench, workbook: Workbook) -> None:
    stored = [name for sentence in bench.sentences for name in fields(sentence, bench.readers)]

    assert len(stored) == len(set(stored))
    for name in stored:
        workbook.write(name, "x")
    assert set(workbook.texts) == set(stored)


def test_a_sentence_is_moved_to_the_top_and_the_others_stay_in_order(article: Article) -> None:
    ids = [segment.id for segment in front(article, "s9")]

    assert ids == ["s9", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s10"]
    assert [segment.id for segment in front(article, HOSTILE)][:2] == ["s1", "s2"]


def test_words_that_lean_on_an_earlier_sentence_are_known(bench: Bench) -> None:
    assert [lean.quote for lean in bench.loose("s10")] == ["Government forces", "the previous day"]
    assert bench.loose("s1") == ()


# What the loader refuses


def test_an_article_without_the_file_has_no_bench_and_its_other_verbs_work(
    folder: Path, layers: dict[str, Layer]
) -> None:
    (folder / "rewrite.toml").unlink()
    lesson = open_lesson(str(folder))

    assert read_bench(lesson.article, layers["framing"]) is None
    assert "has no rewrite.toml" in text_of(lesson.rewrite().page)
    assert "Turkey Expects" in lesson.read().page
    assert "Portfolio" in lesson._portfolio()
    assert not [fault for fault in faults_of(folder, layers) if fault.startswith(str(folder / "rewrite.toml"))]


def test_without_a_key_of_framing_its_labels_are_left_out_and_the_rest_works(
    folder: Path, layers: dict[str, Layer]
) -> None:
    (folder / "framing.toml").unlink()
    found = read_bench(read_article(folder), layers["framing"])

    assert found is not None
    assert [choice.name for choice in the(found, "headline").slots[0].choices] == ["assad", "forces", "damascus"]
    shown = open_lesson(str(folder)).rewrite()
    assert isinstance(shown, Desk)
    # A slot that is left without other words is not asked for: an empty choice would be a field to write in.
    assert "rewrite-headline-verb" not in str(shown.plan)
    assert "rewrite-headline-who" in str(shown.plan)


def test_the_version_to_predict_for_never_rests_on_a_label_of_another_file(
    folder: Path, layers: dict[str, Layer]
) -> None:
    text = HEAD + SENTENCE.replace('form = "order"', 'fighters = "a"') + SLOT
    text += '[[sentence.slot.choice]]\nname = "a"\ntake = "rebel bastion"\n' + ORDER.replace("rebels", "{fighters}")

    with pytest.raises(LessonError, match="asked names “a”, which take has from framing"):
        read_bench(put(folder, text), layers["framing"])


def test_the_smallest_bench_is_read(folder: Path, layers: dict[str, Layer]) -> None:
    found = read_bench(put(folder, HEAD + SENTENCE + ORDER), layers["framing"])

    assert found is not None
    assert found.sentences[0].version({"form": "order"}).text.startswith("Syrian government forces battling")


OPTION = '[[sentence.slot.choice]]\nname = "a"\nlabel = "fighters"\nby = "A house"\n'
READ = 'address = "https://example.org"\nread = "2026"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, "no [[sentence]]"),
        (SENTENCE + ORDER, "there is no [[reader]]"),
        ("[[readers]]\n", "readers is not known here"),
        ("[reader]\nname = 'x'\n", "Write [[reader]]"),
        (HEAD + HEAD + SENTENCE + ORDER, "the name “near” is taken"),
        (HEAD.replace("near", "Near Town") + SENTENCE + ORDER, "the name “Near Town” cannot be kept"),
        (HEAD + SENTENCE.replace("s9", "s99") + ORDER, "There is no segment “s99”"),
        (HEAD + SENTENCE.replace("s9", "p3") + ORDER, "p3 is a line of the saved page"),
        (HEAD + SENTENCE + 'facts = ["March"]\n' + ORDER, "facts lists “March”"),
        (HEAD + SENTENCE.replace("order", "plain") + ORDER, "asked names"),
        (HEAD + SENTENCE.replace('{ form = "order" }', "{}") + ORDER, "asked names nothing"),
        (HEAD + SENTENCE + ORDER + ORDER, "the form “order” is there twice"),
        # A form that changes a fact.
        (HEAD + SENTENCE + ORDER.replace("February 6", "February 7"), "the word “7” is new"),
        (HEAD + SENTENCE + ORDER.replace("February 6", "February 7") + 'new = ["7"]\n', "a number is no grammar"),
        (HEAD + SENTENCE + ORDER.replace("Saraqeb", "Sarmin"), "the word “sarmin” is new"),
        (HEAD + SENTENCE + ORDER.replace("hit by Turkish artillery", "hit by artillery"), "the word “turkish” is gone"),
        (HEAD + SENTENCE + ORDER.replace("were hit", "were not hit"), "the word “not” is new"),
        (HEAD + SENTENCE + 'facts = ["Turkish"]\n' + ORDER.replace("Turkish ", "").replace('"that"', '"that", "Turkish"'), "“Turkish” is among the facts"),
        (HEAD + SENTENCE + ORDER + 'new = ["seize"]\n', "new lists “seize”, and that word is not new"),
        (HEAD + SENTENCE + ORDER + 'drops = [{ words = "rebels", said = "who" }]\n', "must be gone from text"),
        (HEAD + SENTENCE + ORDER + 'drops = [{ words = "tanks", said = "which" }]\n', "drops lists “tanks”"),
        (HEAD + SENTENCE + ORDER + 'adds = [{ words = "Russia", from = "s9", said = "who" }]\n', "Only what stands in the article can be put in"),
        (HEAD + SENTENCE + ORDER + 'adds = [{ words = "Government forces", from = "s10", said = "who" }]\n', "which does not stand in text"),
        (HEAD + SENTENCE + ORDER.replace("rebels", "{rebels}"), "there is no slot “rebels”"),
        (HEAD + SENTENCE + ORDER.replace('"order"', '"upside-down"'), "kind is “upside-down”"),
        (HEAD + SENTENCE + ORDER.replace("Saraqeb,", "Saraqeb on February 6,"), "the numbers in text are not those of s9"),
        # A name that nobody is known to have used.
        (HEAD + SENTENCE + SLOT + OPTION + ORDER.replace("rebels", "{fighters}"), "address is missing"),
        (HEAD + SENTENCE + SLOT + OPTION + READ.replace("https:", "javascript:") + ORDER.replace("rebels", "{fighters}"), "address is “javascript"),
        (HEAD + SENTENCE + SLOT + OPTION + READ.replace("2026", "") + ORDER.replace("rebels", "{fighters}"), "read is missing"),
        (HEAD + SENTENCE + SLOT + OPTION + READ + 'text = "heroes"\n' + ORDER.replace("rebels", "{fighters}"), "“heroes” stands neither in the label"),
        (HEAD + SENTENCE + SLOT + OPTION.replace('"fighters"', '"200 fighters"') + READ + ORDER.replace("rebels", "{fighters}"), "brings a number"),
        (HEAD + SENTENCE + SLOT + '[[sentence.slot.choice]]\nname = "a"\nat = "s1"\nlabel = "rebels"\n' + ORDER, "“rebels” does not stand in s1"),
        (HEAD + SENTENCE + SLOT + '[[sentence.slot.choice]]\nname = "a"\ntake = "the good ones"\n' + ORDER, "has 0 users of that label"),
        (HEAD + SENTENCE + SLOT.replace("rebels", "the") + OPTION + READ + ORDER, "stands 2 times in s9"),
        (HEAD + SENTENCE + SLOT + SLOT.replace("fighters", "town").replace("rebels", "battling rebels") + ORDER, "the slots “battling rebels” and “rebels” share words in s9"),
        (HEAD + SENTENCE + ORDER + '[[fixed]]\ntitle = "The town"\n', "fixed 1 (“The town”): text is missing"),
        (HEAD + SENTENCE + SLOT + OPTION + READ + ORDER, "write {fighters} in its place, once"),
        (HEAD + SENTENCE + SLOT.replace("fighters", "why") + OPTION + READ + ORDER.replace("rebels", "{why}"), "the name “why” is taken"),
        # More than a few words of somebody else's.
        (HEAD + SENTENCE + SLOT + OPTION.replace('"fighters"', f'"{"fighters " * 11}"') + READ + ORDER.replace("rebels", "{fighters}"), "longer than 10 words"),
        (HEAD + SENTENCE + ORDER + f'[[sentence.known]]\ntext = "It says: “{"so " * 11}”."\n{READ}', "longer than 10 words"),
        (HEAD + SENTENCE + ORDER + f'[[headline]]\nname = "a"\ntext = "{"so " * 16}"\nby = "B"\n{READ}', "longer than 15 words"),
        # Known from elsewhere, and the whole page.
        (HEAD + SENTENCE + ORDER + '[[sentence.known]]\ntext = "So it was."\n', "address is missing"),
        (HEAD + SENTENCE + ORDER + '[[headline]]\nname = "a"\ntext = "T"\nby = "B"\naddress = "x"\nread = "2026"\n', "address is “x”"),
        (HEAD + SENTENCE + ORDER + '[[headline]]\nname = "own"\ntext = "T"\nby = "B"\n' + READ, "the name “own” is taken"),
        (HEAD + SENTENCE + ORDER + '[[headline]]\nname = "a"\ntext = "T"\nby = "B"\nseen = "dream"\n' + READ, "seen is"),
        (HEAD + SENTENCE + ORDER + '[[leans]]\nat = "s1"\nquote = "Turkey"\non = "s2"\n', "s1 cannot lean on s2"),
        (HEAD + SENTENCE + ORDER + '[[leans]]\nat = "s6"\nquote = "Iran"\non = "s5"\n', "“Iran” does not stand in s6"),
        (HEAD + SENTENCE + ORDER + '[order]\nalso = ["x"]\n', "why is missing"),
        (HEAD + SENTENCE.replace("Because.", " ") + ORDER, "why is empty or no text"),
        (HEAD + SENTENCE + "also = [1]\n" + ORDER, "also is a list of texts"),
        ("[[sentence", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_fault_names_the_file_and_the_remedy(folder: Path, layers: dict[str, Layer], text: str, said: str) -> None:
    article = put(folder, text)

    with pytest.raises(LessonError, match=r"rewrite\.toml") as error:
        read_bench(article, layers["framing"])
    assert said in str(error.value)
    assert str(error.value) in faults_of(folder, layers)


def test_a_fault_deep_inside_names_the_way_to_it(folder: Path, layers: dict[str, Layer]) -> None:
    article = put(folder, HEAD + SENTENCE + SLOT + OPTION + ORDER)

    with pytest.raises(LessonError, match=r"sentence 1 \(“one”\): slot 1 \(“fighters”\): choice 1 \(“a”\): address"):
        read_bench(article, layers["framing"])


def test_a_fault_in_the_framing_key_is_told_once(folder: Path, layers: dict[str, Layer]) -> None:
    path = folder / "framing.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('tag = "naming"', 'tag = "names"', 1), encoding="utf-8")
    told = faults_of(folder, layers)

    assert len([fault for fault in told if "There is no tag “names”" in fault]) == 1


# The panel


def test_showing_the_bench_writes_nothing_and_says_nothing_of_the_learner(panel: Desk, lesson: Lesson) -> None:
    assert repr(panel) == f"Desk('rewrite', article='idlib', fields={len(panel.texts)})"
    assert not lesson.workbook.path.exists()


def test_every_sentence_is_folded_away_and_its_bench_inside_it(panel: Desk, bench: Bench) -> None:
    folds = [part for part in panel.plan["steps"][0]["parts"] if part["part"] == "fold"]

    assert [fold["name"] for fold in folds] == [f"rewrite-{one.name}" for one in bench.sentences]
    for fold in folds:
        kinds = [part["part"] for part in fold["parts"]]
        assert kinds.count("fold") == 1
        assert kinds[-1] == "fold"


def test_both_versions_stand_side_by_side_with_the_user_of_the_word(panel: Desk) -> None:
    assert "side by side" in text_of(panel.made["rewrite-sides-headline"])
    enter(panel, rewrite_headline_who="assad")
    page = panel.made["rewrite-sides-headline"]

    assert '<del class="lk-u" data-shape="dotted" data-lane="0">Syrian</del> Regime Attacks' in page
    assert '<ins class="lk-u" data-shape="double" data-lane="0">Assad</ins> Regime Attacks' in page
    said = text_of(page)
    assert "“Assad Regime” in place of “Syrian Regime”. Used by: A News, Turkey. There it reads “Assad regime”." in said
    assert "Look it up: www.anews.com.tr" in said


def test_the_same_words_side_by_side_are_the_two_versions(panel: Desk, bench: Bench) -> None:
    enter(panel, rewrite_town_form="order", rewrite_town_fighters="terrorists")
    sides = re.findall(r'<p lang="en" dir="ltr">(.*?)</p>', panel.made["rewrite-sides-town"])
    made = the(bench, "town").version({"form": "order", "fighters": "terrorists"}).text

    assert [text_of(side) for side in sides] == [the(bench, "town").segment.text, made]


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({}, "What changed in fact Nothing is changed yet."),
        ({"rewrite_headline_who": "assad"}, "What changed in fact Nothing."),
        ({"rewrite_attack_form": "no-doer"}, "Nothing is added. No longer said: who attacked."),
        (
            {"rewrite_ministry_form": "doer"},
            "Nothing is lost. Added, from elsewhere in the article (Sentence 5): who attacked and killed, by the ministry's own account.",
        ),
        ({"rewrite_killed_killers": "rebels"}, "What the words cannot tell you The article says “militants” here"),
    ],
)
def test_what_changed_in_fact_is_worked_out(panel: Desk, entered: dict[str, str], said: str) -> None:
    enter(panel, **entered)
    name = next(iter(entered), "rewrite_headline_x").split("_")[1]

    assert said in text_of(panel.made[f"rewrite-fact-{name}"])


def test_what_an_analyst_could_say_is_closed_and_asks_to_try_first(panel: Desk, bench: Bench) -> None:
    page = panel.made["rewrite-says-town"]
    assert "Write your own words first." in page[: page.index("<details")]
    assert "<details open" not in page
    assert the(bench, "town").why in text_of(page)
    assert the(bench, "town").also[0] in text_of(page)
    assert "None of these names is the one that has to stand there." in text_of(page)

    enter(panel, rewrite_town_feeling="It sounds like a rescue.")
    assert "Write your own" not in panel.made["rewrite-says-town"]


def test_the_front_page_follows_lead_and_headline(panel: Desk) -> None:
    assert "the article's own" in text_of(panel.made["rewrite-front"])
    enter(panel, rewrite_lead="s10", rewrite_top="a-news", rewrite_headline_who="country")
    page = text_of(panel.made["rewrite-front"])

    assert page.index("Turkey calls on Russia") < page.index("Government forces backed") < page.index("Turkey expects")
    assert "Only the words in the address of the page were seen" in page
    assert "“the previous day” points back to Sentence 9, and that comes later now." in page
    assert "Named elsewhere in the article, and not in these two sentences: Rebels, Militants, Iran" in page
    enter(panel, rewrite_top="own")
    assert "Immediately Stop Syrian Attacks in Idlib" in text_of(panel.made["rewrite-front"])


def test_an_article_without_actors_has_a_front_page_too(folder: Path) -> None:
    (folder / "deeds.toml").unlink()
    shown = open_lesson(str(folder)).rewrite()

    assert isinstance(shown, Desk)
    assert "Named" not in text_of(shown.made["rewrite-front"])


def test_a_choice_that_is_not_offered_is_not_kept(panel: Desk, lesson: Lesson) -> None:
    enter(panel, rewrite_headline_who=HOSTILE, rewrite_lead="h1", rewrite_headline_as_turkey="praise")

    assert lesson.workbook.texts == {}


def test_nothing_hostile_becomes_html(folder: Path) -> None:
    harm = '<img src=x onerror=\\"alert(1)\\"><b>'
    text = HEAD.replace("A reader near by", harm) + SENTENCE.replace("Because.", harm) + f'cannot = "{harm}"\n'
    text += ORDER + f'[[sentence.known]]\ntext = "{harm}"\n{READ}'
    text += f'[[headline]]\nname = "a"\ntext = "{harm}"\nby = "{harm}"\naddress = "https://x/\\"><script>"\nread = "{harm}"\n'
    put(folder, text)
    shown = open_lesson(str(folder)).rewrite()
    assert isinstance(shown, Desk)
    enter(shown, rewrite_one_form="order", rewrite_top="a", rewrite_one_feeling=HOSTILE, rewrite_seconds=HOSTILE)

    html = [*shown.made.values(), *re.findall(r"'html': (.*?)\}", str(shown.plan))]
    assert html
    assert not [page for page in html if re.search(r"<(img|script|b)\b", page)]


def test_an_article_that_is_hostile_stays_text(folder: Path) -> None:
    path = folder / "article.md"
    text = path.read_text(encoding="utf-8").replace("A war monitor said", "A <b>war</b> monitor said")
    path.write_text(text, encoding="utf-8")
    put(folder, HEAD + SENTENCE + ORDER.replace("a war monitor", "a <b>war</b> monitor"))
    shown = open_lesson(str(folder)).rewrite()
    assert isinstance(shown, Desk)
    enter(shown, rewrite_one_form="order", rewrite_lead="s9")

    assert "&lt;b&gt;war&lt;/b&gt;" in shown.made["rewrite-sides-one"]
    assert not [
        page for page in (*shown.made.values(), shown.plan["steps"][0]["parts"][1]["parts"][0]["html"]) if "<b>" in page
    ]


def test_what_was_entered_is_there_for_the_portfolio(panel: Desk, lesson: Lesson) -> None:
    enter(panel, rewrite_headline_as_turkey="closer", rewrite_headline_who="assad", rewrite_seconds="Two sides.")
    told = dict(entries(lesson._lab_steps("rewrite"), lesson.workbook.texts))

    assert told["Headline: “Turkey Expects Russia to Immediately Stop Syrian …”"] == [("A reader in Turkey", "Closer")]
    assert told["2. Change it yourself: Headline"] == [("In place of “Syrian Regime”", "Assad Regime (A News, Turkey)")]
    assert "Two sides." in lesson._portfolio()


def test_every_word_the_bench_shows_is_plain(bench: Bench, words: Words) -> None:
    own = json.dumps(words.section("rewrite"))
    said = [
        one.why + " ".join(one.also) + one.cannot + " ".join(known.text for known in one.known)
        for one in bench.sentences
    ]

    for text in (own, bench.order_why, *said):
        assert not re.search(
            r"!|\b(correct|wrong|biased|propaganda|truth|score|annotat\w+|quiz)\b", text, re.IGNORECASE
        )


# The class


@pytest.fixture
def hand_in(article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path) -> Any:
    """Write a kept file of another learner, and give its path."""

    def write(name: str, file: str = "", **texts: str) -> Path:
        other = Workbook(article, layers, tmp_path / "others" / name, words)
        for field, text in texts.items():
            other.write(field.replace("_", "-"), text)
        path = tmp_path / "class" / (file or f"{name}.json")
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(other.kept()), encoding="utf-8")
        return path

    return write


def test_predictions_are_counted_without_names(hand_in: Any, lesson: Lesson) -> None:
    hand_in("one", rewrite_headline_as_turkey="closer", rewrite_headline_as_idlib="open")
    hand_in("two", rewrite_headline_as_turkey="closer")
    path = hand_in("three", rewrite_headline_as_turkey="further", rewrite_headline_as_russia="praise")
    lesson.workbook.write("rewrite-headline-as-turkey", "same")
    shown = lesson.rewrite(others=str(path.parent))
    assert isinstance(shown, Desk)
    page = text_of(shown.made["rewrite-class-headline"])

    assert "A reader in Turkey: closer 2, further away 1. You: no difference." in page
    assert "A reader in Russia: nobody yet." in page
    assert "A reader in Idlib: cannot tell 1." in page
    names = [json.loads(one.read_text(encoding="utf-8"))["pseudonym"] for one in path.parent.glob("*.json")]
    assert not [name for name in names if name in str(shown.plan) + str(shown.made)]
    assert "others: 3" not in str(shown.plan)
    assert "Predictions from this many other learners: 3." in str(shown.plan)


def test_one_file_is_a_class_of_one(hand_in: Any, lesson: Lesson) -> None:
    found = others_in(hand_in("one", rewrite_headline_as_turkey="open"), lesson.workbook)

    assert found.views(prediction("headline", "turkey")) == {"closer": 0, "further": 0, "same": 0, "open": 1}
    assert tuple(found.views("anything")) == VIEWS


def test_a_learner_counts_once_with_the_newest_file_and_you_do_not_count(hand_in: Any, lesson: Lesson) -> None:
    old = hand_in("one", "a.json", rewrite_headline_as_turkey="closer")
    kept = json.loads(old.read_text(encoding="utf-8"))
    kept["saved"] = "2000-01-01T00:00:00Z"
    old.write_text(json.dumps(kept), encoding="utf-8")
    hand_in("one", "b.json", rewrite_headline_as_turkey="further")
    lesson.workbook.write("rewrite-headline-as-turkey", "same")
    (old.parent / "mine.json").write_text(json.dumps(lesson.workbook.kept()), encoding="utf-8")
    found = others_in(old.parent, lesson.workbook)

    assert found.views(prediction("headline", "turkey")) == {"closer": 0, "further": 1, "same": 0, "open": 0}


def test_files_that_cannot_be_taken_are_named_one_by_one(hand_in: Any, lesson: Lesson) -> None:
    folder = hand_in("one", rewrite_headline_as_turkey="closer").parent
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    (folder / "huge.json").write_text(" " * (MOST_KEPT_BYTES + 1), encoding="utf-8")
    (folder / "inside.json").mkdir()
    (folder / f"{HOSTILE.replace('/', '')}.json").write_text("[]", encoding="utf-8")
    other = {**lesson.workbook.kept(), "article": "another"}
    (folder / "other.json").write_text(json.dumps(other), encoding="utf-8")
    (folder / "notes.txt").write_text("no kept file", encoding="utf-8")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.json")
    found = others_in(folder, lesson.workbook)

    assert len(found.kept) == 1
    told = "\n".join(found.passed)
    for name in ("broken.json", "deep.json", "huge.json", "inside.json", "other.json", "onerror"):
        assert told.count(name) == 1, told
    assert len(found.passed) == (7 if hasattr(os, "mkfifo") else 6)
    shown = lesson.rewrite(others=str(folder))
    assert "&lt;img src=x" in str(shown.plan)
    assert "<img" not in str(shown.plan)


@pytest.mark.parametrize("content", ["{", "[]", '{"kit": "lessonkit"}', "\x00"])
def test_one_file_that_cannot_be_taken_is_an_error_that_names_it(tmp_path: Path, lesson: Lesson, content: str) -> None:
    path = tmp_path / "theirs.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(LessonError, match=r"theirs\.json: This file is not work kept by this kit"):
        lesson.rewrite(others=str(path))


def test_no_file_and_an_empty_folder_are_told(tmp_path: Path, lesson: Lesson) -> None:
    with pytest.raises(LessonError, match=r"nowhere\.json cannot be read"):
        lesson.rewrite(others=str(tmp_path / "nowhere.json"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(LessonError, match="there is no kept file"):
        lesson.rewrite(others=str(tmp_path / "empty"))


def test_a_folder_is_read_up_to_a_limit(tmp_path: Path, lesson: Lesson) -> None:
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number:03}.json").write_text("{", encoding="utf-8")
    found = others_in(tmp_path, lesson.workbook)

    assert len(found.passed) == MOST_FILES + 1
    assert f"Only the first {MOST_FILES}" in found.passed[-1]


def test_texts_of_a_kept_file_are_read_and_nothing_is_brought_in(hand_in: Any, lesson: Lesson) -> None:
    path = hand_in("one", rewrite_headline_why="Because\x00 of it", rewrite_headline_feeling="")
    kept = lesson.workbook.texts_in(path)

    assert kept.texts == {"rewrite-headline-why": "Because  of it"}
    assert kept.id
    assert kept.pseudonym
    assert kept.saved
    assert lesson.workbook.texts == {}
    assert not lesson.workbook.path.exists()


def test_without_files_the_bench_says_how_to_get_some(panel: Desk) -> None:
    assert "Ask a neighbour for the file that keep() gave" in str(panel.plan)
    assert not [name for name in panel.made if "class" in name]
