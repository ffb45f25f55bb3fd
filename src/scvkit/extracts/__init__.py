"""Any file of the client becomes a table of text, with a report of how it was read."""

from scvkit.extracts.delivery import extract_files, read_delivery
from scvkit.extracts.earlier import earlier_paths, read_earlier
from scvkit.extracts.frame import reading_frame
from scvkit.extracts.reading import read_file

__all__ = [
    "earlier_paths",
    "extract_files",
    "read_delivery",
    "read_earlier",
    "read_file",
    "reading_frame",
]
