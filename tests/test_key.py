"""The key: notes that quote the article, and the faults a key can have."""

import re
from pathlib import Path

import pytest

from lessonkit.article import Article
from lessonkit.evidence import read_evidence
from lessonkit.key import Key, key_and_faults, read_glossary, read_key
from lessonkit.layers import Layer

from .readability import sentences

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


def test_a_source_inside_a_source_has_a_note_of_its_own(sourcing_key: Key) -> None:
    assert [note.quote for note in sourcing_key.of("s1")] == ["Turkey", "Foreign Minister Mevlut Cavusoglu"]


def test_every_reported_statement_has_its_cue_and_its_content(sourcing_key: Key) -> None:
    for note in sourcing_key.notes:
        if note.tag in {"party", "observer", "unnamed"}:
            assert note.fields["cue"]
            assert note.fields["content"]


@pytest.mark.parametrize("layer", ["sourcing", "claims", "framing"])
def test_no_note_passes_judgement_on_the_article_or_takes_a_side(keys: dict[str, Key], layer: str) -> None:
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

    for note in keys[layer].notes:
        said = f"{note.hint} {note.why} {note.fields.get('source', '')} {note.fields.get('status', '')}".lower()
        # What somebody is quoted with is theirs, and stands in quotation marks.
        own = re.sub(r"“[^”]*”", " ", said)
        assert judging.isdisjoint(re.findall(r"[a-z]+", own)), note.quote


@pytest.mark.parametrize("layer", ["sourcing", "claims", "framing"])
def test_every_tag_of_a_layer_is_used_and_no_segment_is_left_out_by_oversight(
    article: Article, keys: dict[str, Key], layers: dict[str, Layer], layer: str
) -> None:
    notes = keys[layer].notes

    assert {note.tag for note in notes} == {tag.name for tag in layers[layer].tags}
    # In the fourth sentence no word was found that steers: framing has nothing to say of it.
    left_out = {"s4"} if layer == "framing" else set()
    assert {note.span.segment for note in notes} == {segment.id for segment in article.segments} - left_out


def test_a_claim_that_something_is_known_of_elsewhere_says_so_with_an_address(
    article: Article, keys: dict[str, Key]
) -> None:
    evidence = read_evidence(article, keys["claims"])
    assert evidence is not None
    told = {claim.note.span for claim in evidence.claims if claim.later and claim.note is not None}

    for note in keys["claims"].notes:
        if note.span in told:
            assert note.fields.get("address"), note.quote
            assert not note.fields["status"].startswith("Unsettled"), note.quote


@pytest.mark.parametrize("layer", ["sourcing", "claims", "framing"])
def test_a_reason_has_one_to_three_sentences(keys: dict[str, Key], layer: str) -> None:
    for note in keys[layer].notes:
        assert 1 <= len(sentences([note.why])) <= 3, note.quote


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
