"""Identity: one spelling for every attribute, and a test of the keys that could tie sources."""

from scvkit.identity.addresses import count_address_kinds
from scvkit.identity.figures import key_figure
from scvkit.identity.frames import bridge_frame, claim_frame, key_frame
from scvkit.identity.keys import test_keys
from scvkit.identity.records_table import write_records

__all__ = [
    "bridge_frame",
    "claim_frame",
    "count_address_kinds",
    "key_figure",
    "key_frame",
    "test_keys",
    "write_records",
]
