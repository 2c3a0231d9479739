"""What a learner makes of an article, marks and texts, and how it is read from a file that nobody vouches for."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from .article import Article, Span
from .faults import LessonError
from .journal import SCHEMA, Event
from .layers import Layer
from .words import Words

CONFIDENCES = ("guessing", "fairly sure", "sure")
"""How sure a learner can say to be of a mark."""

MOST_REASON = 500
"""Characters of a reason that are kept; one line is asked for."""

MOST_TEXT = 2_000
"""Characters of a text of the learner's own that are kept."""

MOST_NAME = 100
"""Characters of a name in a file: of a layer, a tag, a segment."""

MOST_PSEUDONYM = 40
MOST_KEPT_BYTES = 5_000_000
MOST_MARKS = 5_000
MOST_TEXTS = 1_000
MOST_JOINED = 16
"""Other workbooks that a workbook remembers to have taken in: a file that names a whole class cannot stand for it."""

MOST_REV = 1_000_000
"""Changes of one mark that a kept file may tell of: one with more could never be changed again."""
_MOST_QUOTE = 5_000
_MOST_BEFORE = 500
_ID = re.compile(r"(?!__)[A-Za-z0-9_-]{1,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A learner's quotation with tag, reason and confidence."""

    id: str
    layer: str
    span: Span
    quote: str
    tag: str
    reason: str = ""
    confidence: str = ""
    """One of `CONFIDENCES`, or empty where the learner has not said."""
    rev: int = 1
    """Grows with every change; of two versions of a mark the one with the higher number is newer."""
    removed: bool = False
    """A removed mark is remembered as removed, so that no other notebook brings it back."""
    within: str = field(default="", compare=False)
    """Fingerprint of the segment's text, so that the mark finds its segment again in an edited article."""

    def plain(self) -> dict[str, Any]:
        """Give the mark as plain data for a file or the panel."""
        # Written out: dataclasses.asdict would take ten times as long, and a class has thousands of marks.
        return {
            "id": self.id,
            "layer": self.layer,
            "quote": self.quote,
            "tag": self.tag,
            "reason": self.reason,
            "confidence": self.confidence,
            "rev": self.rev,
            "removed": self.removed,
            "within": self.within,
            "segment": self.span.segment,
            "first": self.span.first,
            "last": self.span.last,
        }


@dataclass(frozen=True, slots=True)
class Text:
    """Something a learner has written, and what stood in its place before."""

    text: str
    before: tuple[str, ...] = ()
    """
    Fingerprints of the texts that were there before, oldest first.

    They tell which of two texts is the newer one, whatever the clocks of two machines say: the
    newer one has the other behind it.
    """

    def plain(self) -> dict[str, Any]:
        """Give the text as plain data for a file."""
        return {"text": self.text, "before": list(self.before)}

    def merged(self, newer: "Text") -> "Text":
        """Give the newer text with what was before either."""
        gone = dict.fromkeys([*self.before, *newer.before, *([sign(self.text)] if self.text else [])])
        return Text(newer.text, tuple(one for one in gone if one != sign(newer.text))[-_MOST_BEFORE:])


class Ground:
    """
    Where marks can stand: an article and its layers, with all that is worked out of them only once.

    Parameters
    ----------
    article
        The article.
    layers
        All layers, by name.
    """

    def __init__(self, article: Article, layers: Mapping[str, Layer]) -> None:
        self.article = article
        self.layers = layers
        self._tags = {name: {tag.name: tag.name for tag in layer.tags} for name, layer in layers.items()}
        self._segments = {
            name: {segment.id: segment for segment in article.over(layer.over)} for name, layer in layers.items()
        }
        self._fingerprints = {segment.id: sign(segment.text) for segment in article.every_segment}
        self._same: dict[str, dict[str, list[str]]] = {}
        """By layer and fingerprint, the segments with that text."""
        for name, segments in self._segments.items():
            same = self._same[name] = {}
            for segment in segments:
                same.setdefault(self._fingerprints[segment], []).append(segment)
        self._quotes: dict[Span, str] = {}
        """What stands in a span. A whole class quotes the same few words; so it holds them once."""

    def has(self, layer: str, segment: str) -> bool:
        """Say whether a layer can be marked in a segment: the page's lines belong to one layer, the article to the others."""
        return segment in self._segments[layer]

    def fingerprinted(self, mark: Mark) -> Mark:
        """Give the mark with the fingerprint of the segment it stands in."""
        return replace(mark, within=self._fingerprints.get(mark.span.segment, ""))

    def placed(self, written: Mark, *, same_text: bool = False) -> Mark | None:
        """
        Put a mark where it was made.

        Where its segment stands in the article as it was, it is the same words of that segment.
        Otherwise it is where its quotation stands, if it stands in exactly one place. It is
        never put anywhere by guess.

        Parameters
        ----------
        written
            The mark as a file has it.
        same_text
            Whether it was made in the very article that is here.

        Returns
        -------
        Mark or None
            None where it has no one clear place, or a tag that its layer does not know.
        """
        layer = self.layers.get(written.layer)
        if layer is None or written.tag not in self._tags[written.layer]:
            return None
        span = written.span
        if not same_text or layer.over == "page":
            segment = self._same_segment(written)
            span = span if segment == span.segment else replace(span, segment=segment)
        if not self._stands(written, span):
            try:
                span = self.article.find(written.quote, over=layer.over)
            except LessonError:
                return None
        # Written out, because replace() takes long; and with the texts that are here, so that the marks
        # of a class share them.
        return Mark(
            id=written.id,
            layer=layer.name,
            span=span,
            quote=self.quote(span),
            tag=self._tags[layer.name][written.tag],
            reason=written.reason,
            confidence=written.confidence,
            rev=written.rev,
            removed=written.removed,
            within=self._fingerprints[span.segment],
        )

    def in_order(self, marks: Iterable[Mark]) -> tuple[Mark, ...]:
        """Put marks in article order."""
        return tuple(sorted(marks, key=lambda mark: (*self.article.place(mark.span), mark.id)))

    def known(self, layer: object, segments: object) -> list[str]:
        """Give those segments of a file's list that the layer has, each once."""
        if not isinstance(layer, str) or layer not in self.layers or not isinstance(segments, (list, tuple)):
            return []
        there = self._segments[layer]
        return list(dict.fromkeys(name for name in segments if isinstance(name, str) and name in there))

    def quote(self, span: Span) -> str:
        """Give the words of a span as they stand in the article."""
        quote = self._quotes.get(span)
        if quote is None:
            quote = self._quotes[span] = self.article.quote(span)
        return quote

    def _same_segment(self, written: Mark) -> str:
        """Find the one segment whose text is still that of the segment the mark was made in."""
        same = self._same[written.layer].get(written.within, ())
        return written.span.segment if written.span.segment in same else same[0] if len(same) == 1 else ""

    def _stands(self, written: Mark, span: Span) -> bool:
        segment = self._segments[written.layer].get(span.segment)
        return segment is not None and span.last < len(segment.words) and self.quote(span) == written.quote


class State:
    """
    What a learner has done, folded from the events of a journal or read from a kept file.

    Parameters
    ----------
    ground
        Where the marks stand.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.id = ""
        self.pseudonym = ""
        self.marks: dict[str, Mark] = {}
        self.looked: dict[str, set[str]] = {}
        self.aside: dict[str, Mark] = {}
        """Marks that have no one clear place in the article, or a tag it does not know, as they were written, by id."""
        self.texts: dict[str, Text] = {}
        self.joined: list[str] = []
        """Ids of other workbooks whose work was brought in beside what was here, oldest first."""

    def rev(self, mark_id: str) -> int:
        """Give the version of a mark that is known, 0 where none is."""
        known = self.marks.get(mark_id) or self.aside.get(mark_id)
        return known.rev if known else 0

    def fold(self, event: Event) -> None:
        """Take one event into the state; one that makes no sense changes nothing."""
        match event:
            case {"event": "open", "id": own} if not self.id and is_id(own):
                self.id = own
                self.pseudonym = self.pseudonym or one_line(event.get("pseudonym"), MOST_PSEUDONYM)
            case {"event": "same", "id": own} if self.id and is_id(own):
                self.id = own
            case {"event": "join", "ids": ids}:
                self.join(ids)
            case {"event": "mark", "mark": raw}:
                self._fold_mark(written_mark(raw))
            case {"event": "look", "layer": layer, "segments": segments}:
                self.look(layer, segments)
            case {"event": "write", "name": name} if is_id(name):
                if newer := _text(event):
                    self.texts[name] = self.texts.get(name, Text("")).merged(newer)
            case {"event": "name", "pseudonym": pseudonym}:
                self.pseudonym = one_line(pseudonym, MOST_PSEUDONYM) or self.pseudonym

    def take(self, kept: Mapping[str, Any]) -> None:
        """
        Take over all that a kept file holds, where nothing is known yet.

        Parameters
        ----------
        kept
            What `kept_from` gave.
        """
        own = kept.get("id")
        self.id = own if is_id(own) else ""
        self.pseudonym = one_line(kept.get("pseudonym"), MOST_PSEUDONYM)
        for mark, is_placed in marks_of(kept, self.ground):
            (self.marks if is_placed else self.aside)[mark.id] = mark
        looked = kept.get("looked")
        for layer, segments in looked.items() if isinstance(looked, Mapping) else ():
            self.look(layer, segments)
        self.texts = texts_of(kept)
        self.join(kept.get("joined"))

    def join(self, ids: object) -> None:
        """Remember whose work was brought in; what is no id is passed over, and of many the newest are kept."""
        self.joined = [*self.joined, *self.not_joined(ids)][-MOST_JOINED:]

    def not_joined(self, ids: object) -> list[str]:
        """Give those of the ids that are another workbook's and not known to be brought in, each once."""
        some = ids[-MOST_JOINED:] if isinstance(ids, list) else []
        there = {self.id, *self.joined}
        return [one for one in dict.fromkeys(one for one in some if is_id(one)) if one not in there]

    def look(self, layer: object, segments: object) -> None:
        """Remember that segments of a layer were looked at; what is none is passed over."""
        if new := self.not_looked_at(layer, segments):
            self.looked.setdefault(str(layer), set()).update(new)

    def not_looked_at(self, layer: object, segments: object) -> list[str]:
        """Give those of the segments that exist and have not been looked at yet, each once."""
        known = self.ground.known(layer, segments)
        seen = self.looked.get(str(layer), set()) if known else set()
        return [name for name in known if name not in seen]

    def all_marks(self) -> list[Mark]:
        """Give every mark there ever was, those without a place in the article last."""
        return [*self.marks.values(), *self.aside.values()]

    def kept(self, saved: str) -> dict[str, Any]:
        """
        Give the state as plain data, to be written to a file and brought back.

        Parameters
        ----------
        saved
            When it is kept, UTC, ISO 8601.

        Returns
        -------
        dict
            ``schema``, ``article``, ``text`` (the article's hash), ``id``, ``pseudonym``,
            ``saved``, ``marks``, ``looked``, ``texts``; and ``joined`` where other work was brought in.
        """
        return {
            "kit": "lessonkit",
            "schema": SCHEMA,
            "article": self.ground.article.name,
            "text": self.ground.article.text_hash,
            "id": self.id,
            "pseudonym": self.pseudonym,
            "saved": saved,
            "marks": [mark.plain() for mark in self.all_marks()],
            "looked": {layer: sorted(ids) for layer, ids in self.looked.items()},
            "texts": {name: one.plain() for name, one in self.texts.items()},
            **({"joined": self.joined} if self.joined else {}),
        }

    def _fold_mark(self, written: Mark | None) -> None:
        # Of two notebooks that changed the same version, the one that wrote last has its way.
        if written is None or written.rev < self.rev(written.id):
            return
        placed = self.ground.placed(written)
        if placed:
            self.marks[written.id] = placed
            self.aside.pop(written.id, None)
        else:
            self.aside[written.id] = written
            self.marks.pop(written.id, None)


# What is in a file


def kept_from(
    data: bytes | str | Mapping[str, Any], article: Article, words: Words, section: str = "restore"
) -> Mapping[str, Any]:
    """
    Read a kept file.

    Parameters
    ----------
    data
        The file's content, or what `State.kept` gave.
    article
        The article it must be of.
    words
        The words people read.
    section
        Where in them the faults are named: ``"restore"`` speaks to a learner.

    Returns
    -------
    Mapping
        It has a list of ``marks``, none of which has been looked at, and nothing else in it is
        known to be what it should be.

    Raises
    ------
    LessonError
        When it is not a kept file of this article, in one sentence.
    """
    if isinstance(data, (bytes, str)):
        if len(data) > MOST_KEPT_BYTES:
            raise LessonError(words(f"{section}.too_large", megabytes=MOST_KEPT_BYTES // 1_000_000))
        try:
            data = json.loads(data.removeprefix("\ufeff") if isinstance(data, str) else data)
        except (ValueError, RecursionError):
            raise LessonError(words(f"{section}.not_ours")) from None
    if not isinstance(data, Mapping) or data.get("kit") != "lessonkit" or not isinstance(data.get("marks"), list):
        raise LessonError(words(f"{section}.not_ours"))
    schema, name = data.get("schema"), data.get("article")
    if not is_whole(schema) or not isinstance(name, str):
        raise LessonError(words(f"{section}.not_ours"))
    if schema > SCHEMA:
        raise LessonError(words(f"{section}.newer", version=schema))
    if name != article.name:
        raise LessonError(words(f"{section}.other_article", article=one_line(name, 60), here=article.name))
    if len(data["marks"]) > MOST_MARKS:
        raise LessonError(words(f"{section}.too_many", most=MOST_MARKS))
    return data


def marks_of(kept: Mapping[str, Any], ground: Ground) -> list[tuple[Mark, bool]]:
    """Give the marks of a kept file, of each the newest version, and whether it has its place in the article."""
    newest: dict[str, Mark] = {}
    for mark in map(written_mark, kept["marks"]):
        if mark and mark.rev <= MOST_REV and (mark.id not in newest or mark.rev > newest[mark.id].rev):
            newest[mark.id] = mark
    same_text = kept.get("text") == ground.article.text_hash
    placed = [(mark, ground.placed(mark, same_text=same_text)) for mark in newest.values()]
    return [(there or mark, there is not None) for mark, there in placed]


def texts_of(kept: Mapping[str, Any]) -> dict[str, Text]:
    """Give the texts of a kept file, none of which is trusted."""
    raw = kept.get("texts")
    if not isinstance(raw, Mapping):
        return {}
    read = {name: _text(one) for name, one in raw.items() if is_id(name)}
    return {name: one for name, one in list(read.items())[:MOST_TEXTS] if one is not None}


def written_mark(raw: object) -> Mark | None:
    """
    Read a mark from a file, whether it fits the article or not.

    It comes out with text of sensible length that every file and browser can take, or not at all.
    """
    if not isinstance(raw, Mapping):
        return None
    mark_id, quote, rev = raw.get("id"), raw.get("quote"), raw.get("rev", 1)
    layer, tag = one_line(raw.get("layer"), MOST_NAME), one_line(raw.get("tag"), MOST_NAME)
    if not (is_id(mark_id) and isinstance(quote, str) and layer and tag and is_whole(rev)):
        return None
    if not quote.strip() or len(quote) > _MOST_QUOTE:
        return None
    first, last = raw.get("first"), raw.get("last")
    first, last = first if is_whole(first) else 0, last if is_whole(last) else 0
    confidence = raw.get("confidence")
    return Mark(
        id=mark_id,
        layer=layer,
        span=Span(one_line(raw.get("segment"), MOST_NAME), first, last) if 0 <= first <= last else Span("", 0, 0),
        quote=_encodable(quote),
        tag=tag,
        reason=one_line(raw.get("reason"), MOST_REASON),
        confidence=CONFIDENCES[CONFIDENCES.index(confidence)] if confidence in CONFIDENCES else "",
        rev=max(1, rev),
        removed=raw.get("removed") is True,
        within=one_line(raw.get("within"), MOST_NAME),
    )


def _text(raw: object) -> Text | None:
    """Read a text from a file."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("text"), str):
        return None
    before = raw.get("before")
    signs = [one for one in before if is_id(one)] if isinstance(before, list) else []
    return Text(many_lines(raw["text"], MOST_TEXT), tuple(signs[-_MOST_BEFORE:]))


# Plain text and numbers


def one_line(text: object, most: int) -> str:
    """
    Cut text of a learner or a file to one line without control characters.

    Parameters
    ----------
    text
        Anything; what is not text becomes an empty line.
    most
        How many characters are kept.

    Returns
    -------
    str
    """
    if not isinstance(text, str):
        return ""
    # Nearly all text is so: printable says that there is no control character, no lone surrogate and
    # no white space but plain spaces.
    if len(text) <= most and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_CONTROL.sub(" ", _encodable(text)).split())[:most].strip()


def many_lines(text: object, most: int) -> str:
    """
    Free text of a learner or a file of control characters; line breaks stay.

    Parameters
    ----------
    text
        Anything; what is not text becomes empty.
    most
        How many characters are kept.

    Returns
    -------
    str
    """
    if not isinstance(text, str):
        return ""
    lines = _encodable(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_CONTROL.sub(" ", line).rstrip() for line in lines)[:most].strip()


def sign(text: str) -> str:
    """Give the fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def is_id(value: object) -> TypeGuard[str]:
    """Say whether something can be the name of a workbook, a mark or a text."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_whole(value: object) -> TypeGuard[int]:
    """Say whether something is a whole number that every browser can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _encodable(text: str) -> str:
    # Lone surrogates are legal in JSON and in no file: they would stop the journal from being written.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
