"""Make a sample client: python sample_data/make.py --client tidy --preset tiny --out DIR."""

from __future__ import annotations

import argparse
from pathlib import Path

from generator.build import build
from generator.clients import CLIENTS
from generator.parameters import PRESETS

DEFAULT_SEED = 20260930


def main() -> None:
    """Read the arguments and write the delivery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", choices=sorted(CLIENTS), default="taerskel")
    parser.add_argument("--preset", choices=sorted(PRESETS), required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    arguments = parser.parse_args()
    build(CLIENTS[arguments.client], PRESETS[arguments.preset], arguments.seed, arguments.out)
    made = f"{arguments.client}, {arguments.preset}"
    print(f"{arguments.out}: engagement.yaml, extracts/, truth/ ({made})")


if __name__ == "__main__":
    main()
