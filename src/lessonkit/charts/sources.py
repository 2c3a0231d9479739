"""What a note of the sourcing layer says of its source."""

from ..article import Article, Span
from ..faults import LessonError
from ..key import Note

SOURCE = "source"
OWN_VOICE = "own-voice"
"""The tag of what has no source."""
_CONTENT = "content"

# Arabic comma and semicolon; the wide comma, semicolon, colon, full stop and list comma.
_ENDS = "\u060c\u061b\uff0c\uff1b\uff1a\u3002\u3001"
_LONGEST_ABBREVIATION = 4


def short_name(source: str) -> str:
    """
    Shorten what a note says of a source to its name.

    Parameters
    ----------
    source
        Such as ``"Ada Lovelace. Where she said so, the text does not tell."``

    Returns
    -------
    str
        What stands before the first comma, colon, semicolon or full stop: ``"Ada Lovelace"``. The
        full stop of an abbreviation, after fewer than five letters, ends nothing.
    """
    text = " ".join(source.split())
    for at, character in enumerate(text):
        followed = text[at + 1 : at + 2] in {"", " "}
        if character in _ENDS or (character in ",;:" and followed):
            return text[:at].strip() or text
        if character == "." and followed and _ends_sentence(text[:at]):
            return text[:at].strip()
    return text


def _ends_sentence(before: str) -> bool:
    word = before.rsplit(" ", 1)[-1]
    return not word[-1:].isalpha() or (len(word) > _LONGEST_ABBREVIATION and "." not in word)


def given(note: Note, article: Article) -> Span:
    """Give the words a note hands to its source: what is reported, or else what it quotes."""
    content = note.fields.get(_CONTENT)
    if content is None:
        return note.span
    try:
        return article.find(content, note.span.segment)
    except LessonError:
        return note.span
