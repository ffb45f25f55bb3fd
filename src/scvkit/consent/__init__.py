"""What may be used: the ledger of stated permissions, and where sources disagree."""

from scvkit.consent.channels import ChannelRule, load_channel_rules
from scvkit.consent.figure import permission_figure
from scvkit.consent.frames import conflict_frame, permission_frame
from scvkit.consent.ledger import write_permissions
from scvkit.consent.positions import reconcile
from scvkit.consent.unexplained import unexplained_lines

__all__ = [
    "ChannelRule",
    "conflict_frame",
    "load_channel_rules",
    "permission_figure",
    "permission_frame",
    "reconcile",
    "unexplained_lines",
    "write_permissions",
]
