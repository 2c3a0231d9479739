"""The marking panel without a browser: its traits are set and read as the browser would."""

from pathlib import Path
from typing import Any

import pytest

from lessonkit.article import Article
from lessonkit.layers import Layer
from lessonkit.panels.marker import Marker
from lessonkit.words import Words
from lessonkit.workbook import Workbook

HOSTILE: tuple[object, ...] = (
    None,
    "a mark",
    7,
    [],
    {},
    {"id": "m1"},
    {"id": 1, "segment": "s1", "first": 0, "last": 0, "tag": "party"},
    {"id": "../../m1", "segment": "s1", "first": 0, "last": 0, "tag": "party"},
    {"id": "m1", "segment": "s99", "first": 0, "last": 0, "tag": "party"},
    {"id": "m1", "segment": "s1", "first": True, "last": 0, "tag": "party"},
    {"id": "m1", "segment": "s1", "first": 0, "last": 0, "tag": ["party"]},
    {"id": "m1", "segment": "s1", "first": 0, "last": 0, "tag": "party", "rev": float("inf")},
)


@pytest.fixture
def workbook(article: Article, layers: dict[str, Layer], words: Words, tmp_path: Path) -> Workbook:
    """An empty workbook in a folder that a test may take away."""
    return Workbook(article, layers, tmp_path / "work", words)


@pytest.fixture
def panel(workbook: Workbook, sourcing: Layer) -> Marker:
    """A panel on an empty workbook."""
    return Marker(workbook, sourcing)


def mark(name: str = "m1", **changes: Any) -> dict[str, Any]:
    """Give the first word of the first sentence, tagged as a side."""
    plain = {"id": name, "layer": "sourcing", "segment": "s1", "first": 0, "last": 0, "quote": "Turkey", "tag": "party"}
    return {**plain, "reason": "", "confidence": "", "rev": 1, "removed": False, **changes}


def tags(workbook: Workbook) -> list[str]:
    return [one.tag for one in workbook.marks("sourcing")]


def test_a_mark_that_is_set_is_in_the_workbook(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark()]
    assert [(one.quote, one.tag) for one in workbook.marks("sourcing")] == [("Turkey", "party")]


def test_what_is_on_disk_is_acknowledged(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark(rev=3)]
    assert panel.saved == {"m1": 3}
    assert '"rev": 3' in workbook.path.read_text(encoding="utf-8")


def test_the_newer_version_of_a_mark_counts(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark(rev=2, tag="unnamed")]
    panel.marks = [mark(rev=1)]
    assert tags(workbook) == ["unnamed"]


def test_an_older_version_is_answered_with_the_newer_one(panel: Marker) -> None:
    panel.marks = [mark(rev=2, tag="unnamed")]
    panel.marks = [mark(rev=1)]
    assert [(one["rev"], one["tag"]) for one in panel.marks] == [(2, "unnamed")]


def test_a_removed_mark_stays_known_as_removed(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark()]
    panel.marks = [mark(rev=2, removed=True)]
    assert tags(workbook) == []
    assert [one["removed"] for one in panel.marks] == [True]


def test_a_removed_mark_comes_back_with_a_newer_version(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark(rev=2, removed=True)]
    panel.marks = [mark(rev=3)]
    assert tags(workbook) == ["party"]


def test_a_mark_that_is_not_mentioned_is_not_removed(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark("m1")]
    panel.marks = [mark("m2", segment="s2")]
    assert len(workbook.marks("sourcing")) == 2
    assert {one["id"] for one in panel.marks} == {"m1", "m2"}


@pytest.mark.parametrize("raw", HOSTILE, ids=repr)
def test_a_hostile_entry_is_dropped_and_the_rest_is_kept(raw: object, panel: Marker, workbook: Workbook) -> None:
    panel.marks = [raw, mark("good")]
    assert [one["id"] for one in panel.marks] == ["good"]
    assert tags(workbook) == ["party"]


def test_words_the_segment_does_not_have_are_dropped(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark(last=500), mark("m2", first=-1), mark("m3", first=3, last=2)]
    assert workbook.marks("sourcing") == ()
    assert panel.marks == []


def test_a_tag_of_no_such_layer_is_dropped(panel: Marker) -> None:
    panel.marks = [mark(tag="hidden-doer")]
    assert panel.marks == []


def test_the_quotation_is_the_articles_and_not_the_browsers(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark(quote="Something else")]
    assert workbook.marks("sourcing")[0].quote == "Turkey"
    assert panel.marks[0]["quote"] == "Turkey"


def test_markup_in_a_reason_is_kept_as_the_text_it_is(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark(reason="<img src=x onerror=alert(1)>\nsecond line")]
    assert workbook.marks("sourcing")[0].reason == "<img src=x onerror=alert(1)> second line"


def test_disk_trouble_acknowledges_nothing_and_says_one_sentence(panel: Marker, workbook: Workbook) -> None:
    panel.marks = [mark("m1")]
    block(workbook)
    panel.marks = [mark("m1"), mark("m2", segment="s2")]
    assert panel.saved == {"m1": 1}
    assert str(workbook.path) in panel.trouble
    assert "\n" not in panel.trouble


def test_what_could_not_be_saved_is_still_shown(panel: Marker, workbook: Workbook) -> None:
    block(workbook)
    panel.marks = [mark()]
    assert [one["id"] for one in panel.marks] == ["m1"]


def test_of_what_waits_the_newest_version_is_written(panel: Marker, workbook: Workbook) -> None:
    block(workbook)
    panel.marks = [mark(rev=2, tag="unnamed")]
    panel.marks = [mark(rev=1)]
    assert [(one["rev"], one["tag"]) for one in panel.marks] == [(2, "unnamed")]


def test_saving_again_writes_what_waited(panel: Marker, workbook: Workbook) -> None:
    block(workbook)
    panel.marks = [mark()]
    workbook.path.parent.unlink()
    receive(panel, {"do": "save"})
    assert (panel.saved, panel.trouble, tags(workbook)) == ({"m1": 1}, "", ["party"])


def test_the_next_mark_writes_what_waited_too(panel: Marker, workbook: Workbook) -> None:
    block(workbook)
    panel.marks = [mark()]
    workbook.path.parent.unlink()
    panel.marks = [mark("m2", segment="s2")]
    assert panel.saved == {"m1": 1, "m2": 1}


def test_two_panels_on_one_workbook_see_each_others_marks(panel: Marker, workbook: Workbook, sourcing: Layer) -> None:
    other = Marker(workbook, sourcing)
    other.marks = [mark("m2", segment="s2")]
    panel.marks = [mark("m1")]
    assert {one["id"] for one in other.marks} == {one["id"] for one in panel.marks} == {"m1", "m2"}


def test_two_notebooks_on_one_journal_keep_each_others_marks(
    panel: Marker, workbook: Workbook, article: Article, layers: dict[str, Layer], words: Words
) -> None:
    other = Marker(Workbook(article, layers, workbook.path.parent, words), layers["sourcing"])
    panel.marks = [mark("m1")]
    other.marks = [mark("m2", segment="s2")]
    receive(panel, {"do": "catch up"})
    assert panel.saved == {"m1": 1, "m2": 1}


def test_looking_is_remembered_in_article_order(panel: Marker, workbook: Workbook) -> None:
    panel.looked = ["s2", "h1", "nowhere", 7]
    assert workbook.looked("sourcing") == {"h1", "s2"}
    assert panel.looked == ["h1", "s2"]


def test_work_held_by_a_browser_comes_back_and_is_counted(panel: Marker, workbook: Workbook) -> None:
    held = {**workbook.kept(), "marks": [mark("m1"), mark("m2", segment="s2", removed=True)]}
    receive(panel, {"do": "restore", "kept": held})
    assert tags(workbook) == ["party"]
    assert panel.told == "One mark brought back."


def test_held_work_that_is_none_is_refused_in_a_sentence(panel: Marker, workbook: Workbook) -> None:
    receive(panel, {"do": "restore", "kept": ["marks"]})
    assert panel.told == workbook.words("restore.not_ours")


@pytest.mark.parametrize("message", [None, "save", [], {}, {"do": "rm"}, {"do": ["save"]}], ids=repr)
def test_a_message_of_no_known_form_does_nothing(message: object, panel: Marker, workbook: Workbook) -> None:
    receive(panel, message)
    assert not workbook.path.exists()


def test_the_browser_gets_words_and_never_counts_characters(panel: Marker, article: Article) -> None:
    for segment, plain in zip(article.segments, panel.article["segments"], strict=True):
        assert "".join(plain["pieces"]) == segment.text
        assert plain["pieces"][1::2] == [segment.text[start:end] for start, end in segment.words]


def test_the_panels_text_holds_nothing_of_the_learner(panel: Marker) -> None:
    fresh = repr(panel)
    panel.marks = [mark(reason="mine")]
    bundle, _ = panel._repr_mimebundle_() or ({}, {})
    assert repr(panel) == bundle["text/plain"] == fresh == "Marker(article='idlib', layer='sourcing', segments=13)"


def receive(panel: Marker, message: object) -> None:
    """Hand the panel a message as the browser would."""
    panel._handle_custom_msg(message, [])


def block(workbook: Workbook) -> None:
    """Put a file where the folder of the journal belongs, so that nothing can be written."""
    folder = workbook.path.parent
    if folder.exists():
        folder.rename(folder.with_name("away"))
    folder.write_text("in the way", encoding="utf-8")
