"""
A reader for the PDF files of the kit: their text, their type sizes and what is painted in them.

It reads the bytes themselves, with nothing but zlib. A library would be one more dependency for
four questions, and `pdftotext` is not on every machine.
"""

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(?s)(?<!\d)(\d+) 0 obj\s(.*?)\sendobj")
_STREAM = re.compile(rb"(?s)stream\r?\n(.*)\r?\nendstream")
_FONT = re.compile(rb"/(F\d+) (\d+) 0 R")
_SHOWN = re.compile(rb"(?s)/(F\d+) ([\d.]+) Tf|\(((?:[^()\\]|\\.)*)\) Tj")
_MAPPED = re.compile(r"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_FILLS = re.compile(rb"(?m)(?:^|\s)(f\*?|F|B\*?|b\*?)(?:\s|$)")
_STRINGS = re.compile(rb"(?s)\((?:[^()\\]|\\.)*\)")


@dataclass(frozen=True)
class Pdf:
    """A PDF file, read."""

    data: bytes

    @property
    def objects(self) -> dict[int, bytes]:
        return {int(number): body for number, body in _OBJECT.findall(self.data)}

    @property
    def pages(self) -> list[bytes]:
        """What is drawn on each page."""
        drawn = []
        for body in self.objects.values():
            if b"/Type /Page\n" in body or b"/Type /Page " in body:
                [number] = re.findall(rb"/Contents (\d+) 0 R", body)
                drawn.append(stream(self.objects[int(number)]))
        return drawn

    @property
    def embedded(self) -> set[str]:
        """The names of the typefaces whose letters are inside the file."""
        inside = set()
        for body in self.objects.values():
            if b"/FontDescriptor" in body and b"/FontFile2" in body:
                inside |= {name.decode() for name in re.findall(rb"/FontName /\w+\+(\S+)", body)}
        return inside

    @property
    def sizes(self) -> set[float]:
        """The type sizes in use, in points."""
        return {float(size) for page in self.pages for _, size, _ in _SHOWN.findall(page) if size}

    @property
    def fills(self) -> list[bytes]:
        """Every painting of an area; letters are not among them."""
        return [found for page in self.pages for found in _FILLS.findall(_STRINGS.sub(b"()", page))]

    @property
    def texts(self) -> list[str]:
        """The text of each page, line by line, as it stands from left to right."""
        letters = self._letters()
        texts = []
        for page in self.pages:
            pieces, font = [], ""
            for name, _, shown in _SHOWN.findall(page):
                if name:
                    font = name.decode()
                else:
                    raw = re.sub(rb"(?s)\\(.)", lambda one: _ESCAPES.get(one[1], one[1]), shown)
                    codes = (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
                    pieces.append("".join(letters[font].get(code, "\ufffd") for code in codes))
            texts.append("\n".join(pieces))
        return texts

    def _letters(self) -> dict[str, dict[int, str]]:
        """Give the letter behind each code, by typeface."""
        fonts = {name.decode(): int(number) for body in self.objects.values() for name, number in _FONT.findall(body)}
        found: dict[str, dict[int, str]] = {}
        for name, number in fonts.items():
            [to_unicode] = re.findall(rb"/ToUnicode (\d+) 0 R", self.objects[number])
            table = stream(self.objects[int(to_unicode)]).decode("latin-1")
            found[name] = {
                int(code, 16): bytes.fromhex(letter).decode("utf-16-be") for code, letter in _MAPPED.findall(table)
            }
        return found


def stream(body: bytes) -> bytes:
    """Give the content of an object."""
    found = _STREAM.search(body)
    assert found is not None
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]
