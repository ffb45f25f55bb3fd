"""Frozen records: the only thing stages hand to each other besides row tables.

A record holds aggregates and never a row of a client. Unknown is ``None``, never 0.
"""
