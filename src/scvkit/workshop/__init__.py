"""What notebooks stand on: an open engagement, masked views, and showing things."""

from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.show import hide_few, show

__all__ = ["Desk", "hide_few", "open_desk", "show"]
