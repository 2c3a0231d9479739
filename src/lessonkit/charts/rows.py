"""Marks or notes as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..article import Article, Span
from ..key import Key
from ..layers import Layer
from ..workbook import Mark
from .sources import OWN_VOICE, SOURCE, given

# Tables are imported where they are made: most kernels never need them.
if TYPE_CHECKING:
    import pandas as pd


def table(article: Article, layer: Layer, marks_or_key: Sequence[Mark] | Key | None) -> "pd.DataFrame":
    """
    Give marks or notes as a table.

    Parameters
    ----------
    article
        The article.
    layer
        The layer.
    marks_or_key
        A learner's marks, or the key; None where the article has no key.

    Returns
    -------
    pandas.DataFrame
        One row a mark or note, in article order, with the same columns when it is empty:
        ``segment``, ``kind``, ``quote`` and ``tag``; ``source`` in a layer that asks for one;
        ``words`` and ``segment_words``; then ``reason`` and ``confidence`` of a mark, or the
        layer's own fields of a note, such as ``cue``, ``content`` and ``basis``.

        ``words`` counts the words of a mark's quotation; of a note, the words it reports
        (``content``), or of its quotation where it has no content. The ``source`` of a mark is
        its quotation, and is empty where the tag says that there is none. What is not said is
        an empty text.
    """
    import pandas as pd

    asks_source = any(field.name == SOURCE for field in layer.fields)
    rows: list[dict[str, Any]] = []
    if isinstance(marks_or_key, Key) or marks_or_key is None:
        # Addresses are for reveal, which makes links of them.
        more = [field.name for field in layer.fields if field.name != SOURCE and not field.address]
        for note in marks_or_key.notes if marks_or_key is not None else ():
            told = {name: note.fields.get(name, "") for name in (SOURCE, *more)}
            rows.append(
                _row(article, note.span, note.quote, note.tag) | told | {"words": len(given(note, article).words)}
            )
    else:
        more = ["reason", "confidence"]
        for mark in marks_or_key:
            told = {
                SOURCE: "" if mark.tag == OWN_VOICE else mark.quote,
                "reason": mark.reason,
                "confidence": mark.confidence,
            }
            rows.append(_row(article, mark.span, mark.quote, mark.tag) | told | {"words": len(mark.span.words)})
    order = {segment.id: number for number, segment in enumerate(article.over(layer.over))}
    rows.sort(key=lambda row: (order[row["segment"]], *row["span"]))
    columns = ["segment", "kind", "quote", "tag", *([SOURCE] if asks_source else []), "words", "segment_words", *more]
    types: dict[str, Any] = dict.fromkeys(columns, "string") | {
        "tag": pd.CategoricalDtype([tag.name for tag in layer.tags]),
        "words": "int64",
        "segment_words": "int64",
    }
    made = pd.DataFrame(rows, columns=columns).astype(types)
    # A name in the corner, so that a screen reader does not meet a heading without words.
    made.columns.name = "#"
    return made


def _row(article: Article, span: Span, quote: str, tag: str) -> dict[str, Any]:
    segment = article.segment(span.segment)
    return {
        "segment": segment.id,
        "kind": segment.kind,
        "span": (span.first, span.last),
        "quote": quote,
        "tag": tag,
        "segment_words": len(segment.words),
    }
