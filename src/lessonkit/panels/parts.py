"""The browser's side of a panel: its module and its style, with what all panels share in front."""

from pathlib import Path

_HERE = Path(__file__).parent


def module(*names: str) -> str:
    """Give a panel's ES module. A widget's module cannot import its neighbours, so they are put together here."""
    return "".join(_text(f"{name}.js") for name in ("guard", *names))


def style(*names: str) -> str:
    """Give a panel's style sheet, with the colours and underlines of the tags."""
    return "".join(_text(f"{name}.css") for name in ("palette", *names))


def _text(file: str) -> str:
    return (_HERE / file).read_text(encoding="utf-8") + "\n"
