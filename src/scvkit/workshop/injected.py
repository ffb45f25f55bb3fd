"""Parameters that somebody gave a notebook from outside, such as with papermill."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from IPython.core.getipython import get_ipython

from scvkit.errors import EngagementError, nearest

# papermill writes this line at the head of the cell with what it was given.
_HEAD = "# Parameters"


def cells_so_far() -> tuple[str, ...]:
    """Return the code that this kernel was given, oldest first; empty outside a notebook."""
    shell = get_ipython()
    return tuple(map(str, shell.user_ns.get("In", ()))) if shell is not None else ()


def refuse_unknown_parameters(cells: Sequence[str]) -> frozenset[str]:
    r"""Return the names that were given from outside; empty when none were.

    Raises EngagementError for a name that the cell before it, the notebook's own parameters,
    does not have: it would be set and never read.

    >>> sorted(refuse_unknown_parameters(('source = "erp"', "# Parameters\nsource = 'crm'")))
    ['source']
    """
    places = [n for n, cell in enumerate(cells) if cell.lstrip().startswith(_HEAD)]
    if not places or not places[0]:
        return frozenset()
    known, given = (_assigned(cells[n]) for n in (places[0] - 1, places[0]))
    unknown = [name for name in given if name not in known]
    if known and unknown:
        name = unknown[0]
        raise EngagementError(
            f"This notebook has no parameter '{name}'.{nearest(name, known)} "
            f"It has: {', '.join(known)}."
        )
    return frozenset(given)


def _assigned(cell: str) -> tuple[str, ...]:
    """Names that a cell sets at its top level, in their order."""
    try:
        tree = ast.parse(cell)
    except SyntaxError:
        return ()
    return tuple(
        target.id
        for line in tree.body
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    )
