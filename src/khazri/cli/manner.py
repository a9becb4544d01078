"""How a command talks: the options that every command has and that mean the same everywhere.

They are taken off the command line before anything else is read, so that a wrong command is told
in the manner that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_FLAGS = {
    "--json": "json",
    "--quiet": "quiet",
    "-q": "quiet",
    "--plain": "plain",
    "--no-color": "no_color",
    "--debug": "debug",
}
_OFF = frozenset({"", "0", "false", "no", "off"})
_JOINED = re.compile(r"-(?=[a-z]*q)[hnq]{2,}")
"""Short options without value that were written as one word: ``-nq``."""

EVERYWHERE = {
    "json": "Print one JSON object and nothing else.",
    "quiet": "Say only the result and what is wrong.",
    "plain": "No colour, no moving lines; tables as lines with tabs.",
    "no_color": "No colour.",
    "debug": "Show where in the program an error arose.",
}
"""Help for the options that every command has."""


@dataclass(frozen=True)
class Manner:
    """How a command talks.

    ``json``: one object on stdout. ``quiet``: no progress and no advice. ``plain``: tables as
    lines with tabs. ``color``: colours where there is a terminal. ``debug``: tracebacks.
    """

    json: bool = False
    quiet: bool = False
    plain: bool = False
    color: bool = True
    debug: bool = False


def split_manner(words: Sequence[str], environ: Mapping[str, str]) -> tuple[Manner, list[str]]:
    """The manner that a command line and the environment ask for, and the other words.

    A flag counts wherever it stands before ``--``; ``KHAZRI_JSON=1`` and so on stand for flags.
    """
    end = words.index("--") if "--" in words else len(words)
    asked = {name for name in _FLAGS.values() if _is_on(environ, name)}
    others = []
    for word in words[:end]:
        if word in _FLAGS:
            asked.add(_FLAGS[word])
        elif _JOINED.fullmatch(word):
            asked.add("quiet")
            others.append(word.replace("q", ""))
        else:
            others.append(word)
    colourless = environ.get("NO_COLOR", "") != "" or environ.get("TERM") == "dumb"
    manner = Manner(
        json="json" in asked,
        quiet="quiet" in asked,
        plain="plain" in asked,
        color=not (colourless or asked & {"plain", "no_color"}),
        debug="debug" in asked,
    )
    return manner, [*others, *words[end:]]


def _is_on(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(f"KHAZRI_{name.upper()}", "").casefold() not in _OFF
