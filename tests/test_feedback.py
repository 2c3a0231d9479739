"""Findings: what a learner's marks come to beside a key."""

import pytest

from lessonkit.article import Article
from lessonkit.feedback import Finding, hold_against
from lessonkit.key import Key
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
