"""The data-landscape map: what was told at the left, what was measured at the right."""

from scvkit.landscape.drawing import draw_map
from scvkit.landscape.model import build_covered_map, build_map
from scvkit.landscape.picture import picture_of
from scvkit.landscape.text import MapText, map_as_text

__all__ = ["MapText", "build_covered_map", "build_map", "draw_map", "map_as_text", "picture_of"]
