"""Tables that a learner sorts and filters: plain HTML, to which table.js adds the buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Head:
    """The head of a column."""

    title: str
    sortable: bool = True
    filtered: bool = False
    """Whether the learner chooses among what stands in the column; for short texts that recur."""


@dataclass(frozen=True)
class Entry:
    """One cell of a table."""

    html: str
    """What is shown; everything in it is escaped."""
    value: str = ""
    """What it is filtered by, and sorted by where `sort` is empty; plain text."""
    sort: str = ""
    last: bool = False
    """Whether it stays at the end however the table is sorted: a gap is neither first nor last of anything."""


def table(name: str, caption: str, heads: Sequence[Head], rows: Sequence[Sequence[Entry]]) -> str:
    """
    Set a table whose first column names the rows.

    Parameters
    ----------
    name
        Its name on this page.
    caption
        What it is called.
    heads
        The heads of its columns.
    rows
        As many entries each as there are heads.

    Returns
    -------
    str
        HTML. The roles are written out because a narrow screen shows every row as a card, and a
        browser forgets that a table is one when its cells are no longer set as cells.
    """
    top = "".join(
        f'<th scope="col" role="columnheader"{" data-sort" if head.sortable else ""}{" data-filter" if head.filtered else ""}>'
        f"{escape(head.title)}</th>"
        for head in heads
    )
    body = "".join(
        f'<tr role="row">{"".join(_cell(entry, heads[at], at == 0) for at, entry in enumerate(row))}</tr>'
        for row in rows
    )
    # Whoever has no mouse scrolls a wide table by keyboard, once it can be focused.
    return (
        f'<div class="tb-box" data-table="{escape(name)}">'
        f'<div class="tb-scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table class="tb" role="table">'
        f"<caption>{escape(caption)}</caption>"
        f'<thead role="rowgroup"><tr role="row">{top}</tr></thead><tbody role="rowgroup">{body}</tbody></table></div></div>'
    )


def _cell(entry: Entry, head: Head, first: bool) -> str:  # noqa: FBT001 - the head of a row, or not
    tag, role = ("th", 'scope="row" role="rowheader"') if first else ("td", 'role="cell"')
    data = f'data-label="{escape(head.title)}" data-value="{escape(entry.value)}"'
    if entry.sort:
        data += f' data-key="{escape(entry.sort)}"'
    if entry.last:
        data += " data-last"
    return f"<{tag} {role} {data}>{entry.html}</{tag}>"
