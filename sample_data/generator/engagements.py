"""The engagement file of each client, as its consultant would have written it."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML

from .parameters import Client

_FOLDER = Path(__file__).parent


def engagement_text(client: Client) -> str:
    """The YAML of a client: a file of its own, or the first client's with what is different."""
    own = _FOLDER / f"engagement_{client.slug}.yaml"
    if own.exists():
        return own.read_text(encoding="utf-8")
    text = (_FOLDER / "engagement.yaml").read_text(encoding="utf-8")
    if "crm" not in client.silos:
        text = _without_crm(text)
    changes = YAML(typ="safe", pure=True).load(_FOLDER / "engagement_differences.yaml")
    for change in changes.get(client.slug, ()):
        old = change["instead_of"]
        if old not in text:
            raise ValueError(f"engagement of {client.slug}: '{old}' is not in the first client's")
        text = text.replace(old, change["stands"])
    return text


def _without_crm(text: str) -> str:
    """Everything but the CRM and what flows to it."""
    text = re.sub(r"  crm:\n.*?(?=  sendlist:\n)", "", text, flags=re.DOTALL)
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("  - {from: erp, to: crm"))
