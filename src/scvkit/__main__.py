"""``python -m scvkit``: the same commands as ``scvkit``."""

from __future__ import annotations

import sys

from scvkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
