"""A picture, and everything it shows in words."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from ..faults import LessonError
from ..words import Words
from .paper import INK, PAPER

_CARD = (
    "box-sizing:border-box;max-width:56rem;margin:0;padding:0.75rem;border:1px solid #bdbdbd;"
    f"border-radius:8px;background:{PAPER};color:{INK};color-scheme:light"
)


@dataclass(frozen=True)
class Part:
    """One part of what a picture shows, in words."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture of one layer of an article, and the same in words."""

    article: str
    """Name of the article."""
    layer: str
    """Name of the layer."""
    title: str
    png: bytes
    """The picture as a PNG file; empty where there is nothing to draw."""
    parts: tuple[Part, ...]
    """Everything the picture shows, in words."""
    words: Words = field(compare=False)
    alt: str = "chart.alt"
    """Name of the sentence that stands for the picture where it cannot be seen."""
    in_pieces: Callable[[], tuple[bytes, ...]] | None = field(default=None, compare=False)
    """Cuts it into pieces that fit a page each, where it is taller than one."""

    @property
    def pages(self) -> tuple[str, ...]:
        """The picture as addresses that hold it, in pieces that fit a page of paper each, from the top down."""
        return tuple(map(_address, self.in_pieces() if self.in_pieces is not None else (self.png,)))

    @property
    def description(self) -> str:
        """Everything the picture shows, as plain text, a line for each thing."""
        return "\n".join(
            line for part in self.parts for line in ((part.title, *part.lines) if part.title else part.lines)
        )

    def __repr__(self) -> str:
        """Say what is shown, without anything of the learner: notebooks are shared and compared."""
        return f"Picture(article={self.article!r}, layer={self.layer!r})"

    def _repr_html_(self) -> str:
        figure = f'<figure class="lessonkit-picture" style="{_CARD}">'
        if not self.png:
            return f'{figure}<p style="margin:0">{escape(self.description)}</p></figure>'
        alt, in_words = escape(self.words(self.alt, title=self.title)), escape(self.words("chart.in_words"))
        parts = []
        for part in self.parts:
            items = "".join(f'<li dir="auto">{escape(line)}</li>' for line in part.lines)
            parts.append(
                f'<p style="margin:0.75rem 0 0.25rem"><strong>{escape(part.title)}</strong></p><ul>{items}</ul>'
            )
        # The attribute on the summary keeps JupyterLab's one-letter shortcuts away from it: without
        # it, pressing d twice there deletes the cell.
        return (
            f'{figure}<img alt="{alt}" src="{self.data_address}"'
            f' style="display:block;max-width:100%;height:auto;margin:0 auto;background:{PAPER}">'
            '<details style="margin-top:0.75rem"><summary tabindex="0" data-lm-suppress-shortcuts="true"'
            f' style="cursor:pointer;padding:0.35rem 0;font-weight:600">{in_words}</summary>'
            f"{''.join(parts)}</details></figure>"
        )

    @property
    def data_address(self) -> str:
        """The picture as an address that holds it whole, for a page that stands alone."""
        return _address(self.png)

    def _base64(self) -> str:
        return base64.b64encode(self.png).decode("ascii")

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, str]:
        bundle = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if self.png:
            bundle["image/png"] = self._base64()
        wanted = set(bundle if include is None else include) - set(exclude or ())
        return {kind: data for kind, data in bundle.items() if kind in wanted}

    def save(self, path: str | Path) -> Path:
        """
        Write the picture to a file.

        Parameters
        ----------
        path
            Where to; the name should end in ``.png``.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        LessonError
            When there is no picture to write, or the file cannot be written.
        """
        if not self.png:
            raise LessonError(self.description)
        file = Path(path)
        try:
            file.write_bytes(self.png)
        except OSError as error:
            raise LessonError(
                self.words("chart.not_saved", file=str(file), error=error.strerror or str(error))
            ) from error
        return file


def _address(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
