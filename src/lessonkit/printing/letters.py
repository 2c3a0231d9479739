"""Letters in the order and in the shapes in which paper has them, for scripts that run from right to left."""

import unicodedata
from functools import cache

_FORMS = ("isolated", "final", "initial", "medial")
_LAM = "\u0644"
_TRANSPARENT = {"Mn", "Me", "Cf"}
_JOINS_ALL = "\u0640\u200d"  # the stretched line between letters, and the joiner that is not seen
_JOINS_NOTHING = "\u200c"
_MIRRORED = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))


def shaped(text: str) -> list[str]:
    """
    Give each letter the shape it has beside its neighbours.

    Arabic letters join, and Unicode has the joined shapes as letters of their own. The PDF gets
    those, so that no shaping library is needed; text copied from it is the same after
    normalization (NFKC).

    Parameters
    ----------
    text
        Letters in the order in which they are read.

    Returns
    -------
    list of str
        One entry for each letter of the text. Where two letters are written as one sign, the
        first has it and the second is empty.
    """
    shapes = list(text)
    if not any(letter in _shapes() for letter in text):
        return shapes
    letters = [at for at, letter in enumerate(text) if not _is_transparent(letter)]
    for place, at in enumerate(letters):
        if shapes[at] == "":
            continue
        before = text[letters[place - 1]] if place else ""
        after = text[letters[place + 1]] if place + 1 < len(letters) else ""
        behind = _joins_next(before) and _joins_previous(text[at])
        pair = text[at] + after
        if after and text[at] == _LAM and pair in _shapes():
            shapes[at], shapes[letters[place + 1]] = _shape(pair, behind=behind, ahead=False), ""
        elif text[at] in _shapes():
            shapes[at] = _shape(text[at], behind=behind, ahead=_joins_next(text[at]) and _joins_previous(after))
    return shapes


def ordered(text: str, direction: str) -> list[tuple[int, bool]]:
    """
    Put the letters of one line in the order in which they stand on paper, from left to right.

    Parameters
    ----------
    text
        One line, in the order in which it is read.
    direction
        The direction of the paragraph, ``"ltr"`` or ``"rtl"``.

    Returns
    -------
    list of (int, bool)
        Numbers of letters; beside each, whether it runs from right to left.
    """
    if direction == "ltr" and not has_right_to_left(text):
        return [(at, False) for at in range(len(text))]
    from fpdf.bidi import BidiParagraph
    from fpdf.enums import TextDirection

    base = TextDirection.RTL if direction == "rtl" else TextDirection.LTR
    # A mark comes in front of its letter now, and that is where these typefaces expect it.
    return [
        (one.character_index, one.embedding_level % 2 == 1)
        for one in BidiParagraph(text, base).get_reordered_characters()
    ]


def mirrored(letter: str) -> str:
    """Give the bracket that opens to the other side; any other letter is what it was."""
    return _MIRRORED.get(letter, letter)


def alone(text: str) -> str:
    """Keep the order of some words from mixing with that of the words around them."""
    return f"\u2068{text}\u2069" if has_right_to_left(text) else text


def has_right_to_left(text: str) -> bool:
    """Say whether a text has letters that run from right to left."""
    return any(unicodedata.bidirectional(letter) in {"R", "AL", "AN", "RLE", "RLO", "RLI"} for letter in text)


@cache
def _shapes() -> dict[str, dict[str, str]]:
    """Give the joined shapes of every letter, and of every pair that is written as one, from Unicode's own table."""
    found: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)):
        kind, *parts = unicodedata.decomposition(chr(code)).split()[:4] or [""]
        form = kind.strip("<>")
        base = "".join(chr(int(part, 16)) for part in parts)
        if form in _FORMS and (len(base) == 1 or (base[0] == _LAM and base[1:] in "\u0622\u0623\u0625\u0627")):
            found.setdefault(base, {}).setdefault(form, chr(code))
    return found


def _shape(base: str, *, behind: bool, ahead: bool) -> str:
    forms = _shapes()[base]
    wanted = "medial" if behind and ahead else "final" if behind else "initial" if ahead else "isolated"
    return forms.get(wanted) or forms.get("isolated") or base[0]


def _joins_next(letter: str) -> bool:
    return letter != "" and (letter in _JOINS_ALL or "initial" in _shapes().get(letter, ()))


def _joins_previous(letter: str) -> bool:
    return letter != "" and (letter in _JOINS_ALL or "final" in _shapes().get(letter, ()))


def _is_transparent(letter: str) -> bool:
    return unicodedata.category(letter) in _TRANSPARENT and letter not in _JOINS_ALL + _JOINS_NOTHING
