"""One module a dimension, one small function an indicator."""

from scvkit.readiness.measures import (
    flow,
    identity,
    landscape,
    people,
    permission,
    purpose,
    source_quality,
    use,
)
from scvkit.readiness.measures.measure import Measure

MEASURES: dict[str, Measure] = {
    **purpose.MEASURES,
    **landscape.MEASURES,
    **source_quality.MEASURES,
    **identity.MEASURES,
    **permission.MEASURES,
    **flow.MEASURES,
    **use.MEASURES,
    **people.MEASURES,
}

__all__ = ["MEASURES", "Measure"]
