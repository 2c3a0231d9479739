"""Findings: what a learner's marks come to beside a key."""

import pytest

from lessonkit.article import Article
from lessonkit.feedback import Finding, hold_against, with_sources
from lessonkit.key import Key
from lessonkit.layers import Layer
from lessonkit.workbook import Mark


def mark(article: Article, quote: str, tag: str, at: str | None = None) -> Mark:
    span = article.find(quote, at)
    return Mark(id=f"{span}{tag}", layer="sourcing", span=span, quote=quote, tag=tag)


def finding(article: Article, key: Key, quote: str, tag: str, at: str | None = None) -> Finding:
    one = mark(article, quote, tag, at)
    return next(found for found in hold_against([one], key, article) if found.mark == one)


@pytest.mark.parametrize(
    ("quote", "tag", "at", "kind", "edges"),
    [
        ("A war monitor", "unnamed", None, "agrees", "same"),
        ("A war monitor", "observer", None, "also defensible", "same"),
        ("A war monitor", "party", None, "differs", "same"),
        # Edges within tolerance: title or name alone, the cue taken in, a clause of circumstance.
        ("Mevlut Cavusoglu", "party", None, "agrees", "close"),
        ("Erdogan", "party", "s3", "agrees", "close"),
        ("Russia's Foreign Ministry said on February 6", "party", None, "agrees", "close"),
        ("Cavusoglu, speaking to reporters on Thursday in Azerbaijan's capital, Baku, said", "party", None, "agrees", "close"),
        ("Human Rights", "observer", None, "agrees", "close"),
        # A statement without a source may be marked in part or whole.
        ("have agreed", "own-voice", None, "agrees", "close"),
        # Words of its own for another reading.
        ("Turkey and Russia", "party", None, "also defensible", "same"),
        # Taking in what is reported marks the statement and not its source.
        ("the ministry said in a statement on its website", "party", None, "agrees", "close"),
        ('There has recently been a dangerous increase in tension and a surge of violence in Idlib," the ministry', "party", None, "differs", "wide"),
        # A small part of the words with another tag is not the other reading of all of them.
        ("Syrian forces", "party", "s3", "differs", "close"),
        ("Moscow", "unnamed", None, "extra", "same"),
    ],
)  # fmt: skip
def test_a_mark_finds_its_note(
    article: Article, sourcing_key: Key, quote: str, tag: str, at: str | None, kind: str, edges: str
) -> None:
    found = finding(article, sourcing_key, quote, tag, at)

    assert (found.kind, found.edges) == (kind, edges)


def test_a_learner_who_marks_like_the_key_agrees_everywhere(article: Article, sourcing_key: Key) -> None:
    marks = [Mark(str(n), "sourcing", note.span, note.quote, note.tag) for n, note in enumerate(sourcing_key.notes)]

    assert {found.kind for found in hold_against(marks, sourcing_key, article)} == {"agrees"}


def test_without_a_mark_every_note_is_missed(article: Article, sourcing_key: Key) -> None:
    findings = hold_against([], sourcing_key, article)

    assert [found.kind for found in findings] == ["missed"] * len(sourcing_key.notes)


def test_findings_come_in_article_order(article: Article, sourcing_key: Key) -> None:
    marks = [
        mark(article, "A war monitor", "unnamed"),
        mark(article, "Turkey", "party", "h1"),
        mark(article, "Baku", "camera"),
    ]
    order = [segment.id for segment in article.segments]

    places = [
        (order.index(found.span.segment), found.span.first) for found in hold_against(marks, sourcing_key, article)
    ]

    assert places == sorted(places)


def test_every_mark_and_every_note_is_heard_of(article: Article, sourcing_key: Key) -> None:
    marks = [
        mark(article, "A war monitor", "unnamed"),
        mark(article, "A war monitor", "observer"),
        mark(article, "Baku", "camera"),
    ]

    findings = hold_against(marks, sourcing_key, article)

    heard_notes = [found.note for found in findings]
    assert {found.mark for found in findings if found.mark} == set(marks)
    assert all(note in heard_notes for note in sourcing_key.notes)


def test_a_mark_on_the_whole_sentence_is_held_against_one_note_only(article: Article, sourcing_key: Key) -> None:
    whole = article.segment("s1").text

    kinds = [
        found.kind
        for found in hold_against([mark(article, whole, "party")], sourcing_key, article)
        if found.span.segment == "s1"
    ]

    assert sorted(kinds) == ["differs", "missed"]


@pytest.mark.parametrize(
    ("quote", "tag", "at", "source"),
    [
        ("A war monitor said on February 6 that Syrian government forces battling rebels in Idlib were hit by Turkish artillery fire", "event", None, "A war monitor said"),
        ("the statement said", "event", None, "the statement said"),
        ("Russia's Foreign Ministry said on February 6 that Russian and Turkish \"military specialists\" were killed", "event", None, "Russia's Foreign Ministry said"),
        ("according to the British-based Syrian Observatory for Human Rights", "event", None, "according to the British-based Syrian Observatory for Human Rights"),
        # The source without its cue may be who does something; and the claim alone is what is asked for.
        ("Cavusoglu", "event", "s2", None),
        ("Syrian government forces battling rebels in Idlib were hit by Turkish artillery fire", "event", None, None),
        # With a wish, who has it belongs to it, by the tag or by the key's own words.
        ("Turkey Expects Russia to Immediately Stop Syrian Regime Attacks in Idlib", "position", None, None),
        ("Turkey expects Moscow to put an end to Syrian government forces' attacks", "event", None, None),
    ],
)  # fmt: skip
def test_a_claim_that_takes_in_who_says_so_is_asked_which_of_two_it_is(
    article: Article,
    keys: dict[str, Key],
    layers: dict[str, Layer],
    quote: str,
    tag: str,
    at: str | None,
    source: str | None,
) -> None:
    span = article.find(quote, at)
    one = Mark("m", "claims", span, quote, tag)
    found = with_sources(hold_against([one], keys["claims"], article), layers["claims"], keys["sourcing"], article)
    (mine,) = [finding for finding in found if finding.mark]

    assert (article.quote(mine.source) if mine.source else None) == source
    assert not (source and mine.is_alike)


def test_where_a_layer_stays_apart_from_none_or_there_is_no_key_no_source_is_looked_for(
    article: Article, keys: dict[str, Key], layers: dict[str, Layer]
) -> None:
    span = article.find("the statement said")
    one = hold_against([Mark("m", "claims", span, "the statement said", "event")], keys["claims"], article)

    assert with_sources(one, layers["framing"], keys["sourcing"], article) == one
    assert with_sources(one, layers["claims"], None, article) == one


def test_the_key_of_the_claims_leaves_out_who_says_so(
    article: Article, keys: dict[str, Key], layers: dict[str, Layer]
) -> None:
    marks = [Mark(str(n), "claims", note.span, note.quote, note.tag) for n, note in enumerate(keys["claims"].notes)]
    found = with_sources(hold_against(marks, keys["claims"], article), layers["claims"], keys["sourcing"], article)

    assert all(finding.is_alike for finding in found)
