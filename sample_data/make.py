"""Make the sample client: python sample_data/make.py --preset demo --out DIR [--seed N]."""

from __future__ import annotations

import argparse
from pathlib import Path

from generator.build import build
from generator.parameters import PRESETS, TAERSKEL

DEFAULT_SEED = 20260930


def main() -> None:
    """Read the arguments and write the delivery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=sorted(PRESETS), required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    arguments = parser.parse_args()
    build(TAERSKEL, PRESETS[arguments.preset], arguments.seed, arguments.out)
    print(f"{arguments.out}: engagement.yaml, extracts/, truth/ ({arguments.preset})")


if __name__ == "__main__":
    main()
