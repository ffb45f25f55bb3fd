"""Any file of the client becomes a table of text, with a report of how it was read."""

from scvkit.extracts.delivery import extract_files, read_delivery
from scvkit.extracts.frame import reading_frame
from scvkit.extracts.reading import read_file

__all__ = ["extract_files", "read_delivery", "read_file", "reading_frame"]
