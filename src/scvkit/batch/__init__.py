"""Batch runs: the plan with papermill, the exports, and the privacy gate at their end."""

from scvkit.batch.run import RunOptions, RunResult, run_engagement

__all__ = ["RunOptions", "RunResult", "run_engagement"]
