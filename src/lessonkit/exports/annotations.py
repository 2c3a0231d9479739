"""
The marks of a class as W3C Web Annotations.

The model: https://www.w3.org/TR/annotation-model/. Each mark is an annotation on a text that is
written beside them, byte for byte, so that the positions can be checked without the kit.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ..article import Article, Over, Segment
from ..classroom import Pupil
from ..layers import Layer
from ..workbook import Mark

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_AROUND = 32
_BETWEEN = "\n"


def source_of(article: Article, over: Over = "article") -> str:
    """
    Give the text that positions count in.

    Parameters
    ----------
    article
        The article.
    over
        The article itself, or the page it was saved from.

    Returns
    -------
    str
        The segments, each on a line of its own.
    """
    return _BETWEEN.join(segment.text for segment in article.over(over))


def annotations(pupils: Iterable[Pupil], article: Article, layers: Mapping[str, Layer]) -> Iterator[dict[str, Any]]:
    """
    Give each mark as an annotation.

    The layer is what it classifies, the tag is a tag, the reason is a comment, and how sure the
    pupil was is an assessment of it. Its creator has a made-up name. When a mark was made is in no
    kept file, so no annotation says it.

    Parameters
    ----------
    pupils
        The pupils.
    article
        What they read.
    layers
        All layers, by name.

    Yields
    ------
    dict
        An annotation, without the context that the collection gives them all.
    """
    places: dict[Over, _Places] = {}
    for pupil in pupils:
        for mark in pupil.marks:
            over = layers[mark.layer].over
            if over not in places:
                places[over] = _Places(article, over)
            yield _annotation(pupil, mark, places[over], article)


def collection(pupils: Sequence[Pupil], article: Article, layers: Mapping[str, Layer], label: str) -> Iterator[str]:
    """
    Write all marks of a class as one collection, in JSON-LD.

    Parameters
    ----------
    pupils
        The pupils.
    article
        What they read.
    layers
        All layers, by name.
    label
        What the collection is called.

    Yields
    ------
    str
        One piece of the file after the other: however many marks there are, only one is held.
    """
    total = sum(len(pupil.marks) for pupil in pupils)
    name = _urn(article.name, *(pupil.id for pupil in pupils))
    head = {
        "@context": CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": label,
        "generator": {"type": "Software", "name": "lessonkit"},
        "total": total,
    }
    written = json.dumps(head, ensure_ascii=False, indent=1)
    if not total:
        yield f"{written}\n"
        return
    page = _urn(name, "page")
    start = json.dumps({"id": page, "type": "AnnotationPage", "partOf": name, "startIndex": 0}, ensure_ascii=False)
    yield f'{written[:-2]},\n "last": {json.dumps(page)},\n "first": {start[:-1]}, "items": [\n'
    for number, one in enumerate(annotations(pupils, article, layers), start=1):
        yield json.dumps(one, ensure_ascii=False) + (",\n" if number < total else "\n")
    yield "]}\n}\n"


class _Places:
    """Where the segments stand in one text."""

    def __init__(self, article: Article, over: Over) -> None:
        segments = article.over(over)
        self.text = source_of(article, over)
        self.segments: dict[str, Segment] = {segment.id: segment for segment in segments}
        starts = accumulate((len(segment.text) + len(_BETWEEN) for segment in segments), initial=0)
        self.starts = dict(zip(self.segments, starts, strict=False))
        # RFC 6920: a name that is made of what it names.
        digest = urlsafe_b64encode(sha256(self.text.encode()).digest()).decode().rstrip("=")
        self.source = f"ni:///sha-256;{digest}?ct=text/plain"

    def selectors(self, mark: Mark) -> list[dict[str, Any]]:
        """Say where the words of a mark are, in two ways that hold each other in check."""
        segment, start = self.segments[mark.span.segment], self.starts[mark.span.segment]
        first, last = start + segment.words[mark.span.first][0], start + segment.words[mark.span.last][1]
        return [
            {
                "type": "TextQuoteSelector",
                "exact": self.text[first:last],
                "prefix": self.text[max(0, first - _AROUND) : first],
                "suffix": self.text[last : last + _AROUND],
            },
            {"type": "TextPositionSelector", "start": first, "end": last},
        ]


def _annotation(pupil: Pupil, mark: Mark, places: _Places, article: Article) -> dict[str, Any]:
    said = [("classifying", mark.layer), ("tagging", mark.tag)]
    said += [("commenting", mark.reason)] if mark.reason else []
    said += [("assessing", mark.confidence)] if mark.confidence else []
    creator = {"id": _urn(pupil.id), "type": "Person"}
    if pupil.pseudonym:
        creator["nickname"] = pupil.pseudonym
    return {
        "id": _urn(article.name, pupil.id, mark.id),
        "type": "Annotation",
        "motivation": "tagging",
        "creator": creator,
        "body": [
            {"type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain"}
            for purpose, value in said
        ],
        "target": {"type": "SpecificResource", "source": places.source, "selector": places.selectors(mark)},
    }


def _urn(*parts: str) -> str:
    """Give a name that the same class always gets, and that nobody else does."""
    return uuid5(NAMESPACE_URL, json.dumps(["lessonkit", *parts])).urn
