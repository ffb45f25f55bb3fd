"""Addresses of evidence rows: a number elsewhere links to the row in R10 that explains it."""

from __future__ import annotations

import re


def anchor(name: str) -> str:
    """Return the id of an evidence row.

    >>> anchor("5.4"), anchor("order_found")
    ('e-5-4', 'e-order-found')
    """
    return "e-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
