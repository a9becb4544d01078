"""What can go wrong with a study as a whole."""

from __future__ import annotations

from khazri.errors import KhazriError


class StudyError(KhazriError):
    """A plan of a study could not be made; says which and why."""
