"""Batch runs: the plan with papermill, the exports, and the privacy gate at their end."""

from scvkit.batch.outcome import RunOptions, RunResult
from scvkit.batch.run import run_engagement

__all__ = ["RunOptions", "RunResult", "run_engagement"]
