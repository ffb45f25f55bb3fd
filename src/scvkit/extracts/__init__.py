"""Any file of the client becomes a table of text, with a report of how it was read."""

from scvkit.extracts.database import is_database
from scvkit.extracts.delivery import declared_files, read_delivery
from scvkit.extracts.earlier import earlier_files, read_earlier
from scvkit.extracts.frame import reading_frame
from scvkit.extracts.listing import extract_files, extract_units
from scvkit.extracts.reading import read_file, read_tables

__all__ = [
    "declared_files",
    "earlier_files",
    "extract_files",
    "extract_units",
    "is_database",
    "read_delivery",
    "read_earlier",
    "read_file",
    "read_tables",
    "reading_frame",
]
