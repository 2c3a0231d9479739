"""The teacher's guide on the screen: the list of its pages, and each of them."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from ..article import Article
from ..guide import Page
from ..words import Words
from .leaves import leaf, printable
from .markup import page, plain
from .parts import style
from .sheet import Sheet


class GuideSheet(Sheet):
    """A page of the teacher's guide, with the tables only it has."""

    _css = style("sheet", "guide")


def guide_sheet(article: Article, pages: Sequence[Page], name: str | None, words: Words) -> Sheet:
    """
    Show a page of the teacher's guide.

    Parameters
    ----------
    article
        The article.
    pages
        All pages of its guide; none where it has no guide, and that is said.
    name
        Name of one of them; without it they are listed.
    words
        The words on screens.
    """

    def make() -> str:
        if not pages:
            said = [plain(words("guide.none", article=article.name))]
            return page(words("guide.title"), words("guide.question"), said)
        shown = [one for one in pages if one.name == name]
        return _one(shown[0], article, words) if shown else _all(pages, article, words)

    return GuideSheet("guide", article, None, make)


def _all(pages: Sequence[Page], article: Article, words: Words) -> str:
    items = "".join(
        f"<li><strong>{escape(one.title)}</strong>: {escape(one.summary)} "
        f"<code>{escape(words('guide.type', name=one.name))}</code></li>"
        for one in pages
    )
    parts = [
        plain(words("guide.how")),
        f'<ul class="lk-list lk-index">{items}</ul>',
        _download(pages, f"{article.name}-guide", words("guide.take_all"), article, words),
    ]
    return page(words("guide.title"), words("guide.question"), parts)


def _one(shown: Page, article: Article, words: Words) -> str:
    taken = _download((shown,), f"{article.name}-{shown.name}", words("guide.take"), article, words)
    inside = f'<div class="lk-guide">{leaf(shown, article, words, 4)}</div>'
    return page(shown.title, shown.summary, [inside, taken])


def _download(pages: Sequence[Page], name: str, said: str, article: Article, words: Words) -> str:
    """Link to the sheet of paper. It is in the link, so that nothing has to be fetched or written."""
    data = b64encode(printable(pages, article, words).encode()).decode()
    return (
        f'<p><a download="{escape(name)}.html" href="data:text/html;charset=utf-8;base64,{data}">{escape(said)}</a></p>'
    )
