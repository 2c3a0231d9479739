"""The key: notes that quote the article, and the faults a key can have."""

from pathlib import Path

import pytest

from lessonkit.article import Article
from lessonkit.key import Key, key_and_faults, read_glossary, read_key
from lessonkit.layers import Layer

NOTE = """
[[note]]
quote = "A war monitor"
tag = "unnamed"
source = "Nobody named"
basis = "outside"
hint = "Who?"
why = "Because."
"""


def faults(text: str, article: Article, layer: Layer, folder: Path) -> list[str]:
    path = folder / "sourcing.toml"
    path.write_text(text, encoding="utf-8")
    return key_and_faults(path, article, layer)[1]


def test_every_segment_of_the_article_has_a_note(article: Article, sourcing_key: Key) -> None:
    assert {note.span.segment for note in sourcing_key.notes} == {segment.id for segment in article.segments}


def test_every_tag_of_the_layer_is_needed(sourcing_key: Key, layers: dict[str, Layer]) -> None:
    assert {note.tag for note in sourcing_key.notes} == {tag.name for tag in layers["sourcing"].tags}


def test_a_source_inside_a_source_has_a_note_of_its_own(sourcing_key: Key) -> None:
    assert [note.quote for note in sourcing_key.of("s1")] == ["Turkey", "Foreign Minister Mevlut Cavusoglu"]


def test_every_reported_statement_has_its_cue_and_its_content(sourcing_key: Key) -> None:
    for note in sourcing_key.notes:
        if note.tag in {"party", "observer", "unnamed"}:
            assert note.fields["cue"]
            assert note.fields["content"]


def test_no_note_passes_judgement_on_the_article_or_takes_a_side(sourcing_key: Key) -> None:
    judging = {
        "true",
        "false",
        "biased",
        "bias",
        "lie",
        "lies",
        "propaganda",
        "wrong",
        "right",
        "fake",
        "terrorist",
        "terrorists",
    }

    for note in sourcing_key.notes:
        said = f"{note.hint} {note.why} {note.fields['source']}".lower()
        assert judging.isdisjoint(said.replace(".", " ").replace(",", " ").replace("?", " ").split()), note.quote


def test_a_good_note_has_no_fault(article: Article, layers: dict[str, Layer], tmp_path: Path) -> None:
    assert faults(NOTE, article, layers["sourcing"], tmp_path) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('quote = "A war monitor"', 'quote = "A peace monitor"'), "do not stand in any one segment"),
        (('quote = "A war monitor"', 'quote = "Turkey"'), "Say which one with at"),
        (('quote = "A war monitor"', "quote = 7"), "quote must be text"),
        (('tag = "unnamed"', 'tag = "anonymous"'), "There is no tag “anonymous” in sourcing. Its tags are party"),
        (('hint = "Who?"', ""), 'hint is missing. Write hint = "..."'),
        (('basis = "outside"', ""), "basis is missing"),
        (('basis = "outside"', 'basis = "rumour"'), "basis is “rumour”. Choose one of self"),
        (('basis = "outside"', 'basis = "outside"\ncue = "stated"'), "cue quotes “stated”"),
        (('basis = "outside"', 'basis = "outside"\naddress = "example.org"'), "beginning with https://"),
        (('basis = "outside"', 'basis = "outside"\nsettles = "map"'), "settles is not a field of sourcing"),
        (('tag = "unnamed"', 'tag = "unnamed"\nalso = "observer"'), "also must be a list"),
        (('tag = "unnamed"', 'tag = "unnamed"\nalso = ["unnamed"]'), "also names the note's own tag"),
        (
            ('tag = "unnamed"', 'tag = "unnamed"\nalso = [{ tag = "party", quote = "Baku" }]'),
            "do not stand in segment s9",
        ),
        (("[[note]]", "[[notes]]"), "[[notes]] is not known here"),
    ],
)
def test_a_fault_names_the_file_the_quotation_and_the_remedy(
    article: Article, layers: dict[str, Layer], tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    found = faults(NOTE.replace(*change), article, layers["sourcing"], tmp_path)

    assert any(said in fault for fault in found), found
    assert all("sourcing.toml" in fault for fault in found)


def test_every_fault_is_told_and_not_only_the_first(article: Article, layers: dict[str, Layer], tmp_path: Path) -> None:
    text = NOTE.replace("unnamed", "x") + NOTE.replace("Who?", "")

    assert len(faults(text, article, layers["sourcing"], tmp_path)) == 2


def test_the_same_words_with_the_same_tag_twice_are_a_fault(
    article: Article, layers: dict[str, Layer], tmp_path: Path
) -> None:
    assert "twice" in faults(NOTE + NOTE, article, layers["sourcing"], tmp_path)[0]


def test_a_folder_without_a_key_is_still_a_lesson(layers: dict[str, Layer], tmp_path: Path) -> None:
    bare = Article("bare", tmp_path, {}, (), None)

    assert read_key(bare, layers["sourcing"]) is None
    assert read_glossary(bare) == ()


def test_every_term_of_the_glossary_is_named_in_the_article_and_has_an_address(article: Article) -> None:
    text = " ".join(segment.text for segment in article.segments)
    terms = read_glossary(article)

    assert terms
    for term in terms:
        assert term.name in text
        assert term.address.startswith("https://")
