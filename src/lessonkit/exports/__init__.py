"""The class as files for other programs: tables, gradebooks, marks as linked data, and a page to print."""

from .annotations import annotations, collection, source_of
from .gradebooks import canvas, columns_of, moodle
from .report import report
from .tables import as_csv, class_table, write_parquet
from .writing_out import Written, write_exports, write_report

__all__ = [
    "Written",
    "annotations",
    "as_csv",
    "canvas",
    "class_table",
    "collection",
    "columns_of",
    "moodle",
    "report",
    "source_of",
    "write_exports",
    "write_parquet",
    "write_report",
]
