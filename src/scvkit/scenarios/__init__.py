"""What would change the answer: single facts, pairs of facts, and what follows after them."""

from scvkit.scenarios.flips import flip_chain, nearest_flips, with_flips

__all__ = ["flip_chain", "nearest_flips", "with_flips"]
