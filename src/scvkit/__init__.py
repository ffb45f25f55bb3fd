"""scvkit: measure what a company knows about its customers, and say honestly what that allows.

The house in one line: extracts → sources → profile → identity keys → linkage → consent →
use cases → landscape map → readiness → report. ``plan.py`` lists the notebooks that walk it.
"""

__version__ = "0.1.0"
