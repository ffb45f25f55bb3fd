"""One root for every error the kit raises on purpose.

Each message is one paragraph: what is wrong, where, and what to do about it. The command line
prints it as it is and ends with ``exit_code``; anything that is not a ``ScvkitError`` is a fault
of the kit itself.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ScvkitError(Exception):
    """A problem the user can solve; the message says what, where, and what to do."""

    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a traceback: the paragraph alone."""
        return [f"{type(self).__name__}: {self}"]


class EngagementError(ScvkitError):
    """The engagement file cannot be used as it stands."""


class ExtractError(ScvkitError):
    """A file cannot be read as a table; the rest of the engagement goes on without it."""

    exit_code = 1


class MissingResult(ScvkitError):
    """A step needs the result of another step that has not been run."""


class MissingAttribute(ScvkitError):
    """A step needs an attribute that no column carries."""

    exit_code = 1


class LinkageRefused(ScvkitError):
    """The data cannot support linkage; the message says why."""

    exit_code = 1


class PrivacyBreach(ScvkitError):
    """A page about to be exported holds a personal value; names page and attribute, never it."""

    exit_code = 1


class OutputError(ScvkitError):
    """The output or work folder cannot be written."""


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the valid word nearest to ``word``, else an empty string.

    >>> nearest("emial", ["email", "phone"])
    " Did you mean 'email'?"
    >>> nearest("zzz", ["email"])
    ''
    """
    close = difflib.get_close_matches(word, sorted(valid), n=1)
    return f" Did you mean '{close[0]}'?" if close else ""
