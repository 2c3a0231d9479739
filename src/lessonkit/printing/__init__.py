"""The lesson on paper: worksheets and keys, as HTML that prints and as PDF."""

from .sheets import SHEETS, read_discussion, sheets
from .writing_out import PAPERS, Printed, print_sheets

__all__ = ["PAPERS", "SHEETS", "Printed", "print_sheets", "read_discussion", "sheets"]
