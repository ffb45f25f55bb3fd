"""What notebooks stand on: an open engagement, masked views, and showing things."""

from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.show import show

__all__ = ["Desk", "open_desk", "show"]
