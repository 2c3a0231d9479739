"""The marks of a class as a table: one row a mark, for a spreadsheet and for a data frame."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..classroom import Pupil
from ..faults import LessonError
from ..tally import marks_table
from ..words import Words

if TYPE_CHECKING:
    import pandas as pd

FORMULA = "=+-@\t\r\n\0＝＋－＠"
"""What a cell begins with that a spreadsheet may take for a formula, the wide forms of East Asian keyboards included."""

# In half of Europe, Excel cuts the rows of any CSV at semicolons, quotation marks or not.
_INSIDE = re.compile(f'(;[\\s"]*)(?=[{re.escape(FORMULA)}])')


def class_table(pupils: Iterable[Pupil]) -> "pd.DataFrame":
    """
    Give all marks of a class as a table, with made-up names beside the random names of workbooks.

    Parameters
    ----------
    pupils
        The pupils.

    Returns
    -------
    pandas.DataFrame
        One row a mark: ``pupil``, ``pseudonym``, and the other columns of `tally.marks_table`.
    """
    everybody = list(pupils)
    table = marks_table(everybody)
    names = {pupil.id: pupil.pseudonym for pupil in everybody}
    table.insert(1, "pseudonym", table["pupil"].map(names).astype("string"))
    return table


def as_csv(table: "pd.DataFrame") -> bytes:
    """
    Write a table as CSV that can be opened in a spreadsheet without harm.

    What pupils wrote is text. A spreadsheet would run a cell that begins as a formula does, so such a
    text gets an apostrophe in front: https://owasp.org/www-community/attacks/CSV_Injection. Where an
    apostrophe was typed and where it was put there, this file does not tell; Parquet holds every text
    as it was written.

    Parameters
    ----------
    table
        The table.

    Returns
    -------
    bytes
        UTF-8 with a byte order mark. Without it, Excel reads the letters of another alphabet wrongly;
        pandas and R read the file with it as without it.
    """
    rows = (map(guarded, row) for row in table.itertuples(index=False, name=None))
    return csv_of([[str(name) for name in table.columns], *rows])


def csv_of(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows as CSV, as RFC 4180 has it, with the byte order mark that Excel needs."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: object) -> object:
    """Give a cell with an apostrophe in front of what a spreadsheet could take for a formula; numbers stay."""
    if not isinstance(cell, str) or not cell:
        return cell
    inside = _INSIDE.sub(r"\1'", cell)
    return f"'{inside}" if inside[0] in FORMULA else inside


def write_parquet(table: "pd.DataFrame", words: Words) -> bytes:
    """
    Write a table as Parquet.

    Parameters
    ----------
    table
        The table.
    words
        The words people read.

    Returns
    -------
    bytes

    Raises
    ------
    LessonError
        When the extra ``scale`` is not installed, which brings the library for it.
    """
    try:
        import pyarrow  # noqa: F401, ICN001 - only asked whether it is there; pandas calls it
    except ImportError:
        raise LessonError(words("exports.no_parquet")) from None
    out = io.BytesIO()
    table.to_parquet(out, engine="pyarrow", index=False)
    return out.getvalue()


def unlike_names(pupils: Sequence[Pupil]) -> list[str]:
    """Give a name for each pupil that nobody else has: the made-up one, with letters of the workbook's where it is taken."""
    often: dict[str, int] = {}
    for pupil in pupils:
        often[pupil.pseudonym] = often.get(pupil.pseudonym, 0) + 1
    return [
        pupil.pseudonym if pupil.pseudonym and often[pupil.pseudonym] == 1 else f"{pupil.pseudonym} {pupil.id}".strip()
        for pupil in pupils
    ]
