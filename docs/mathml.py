"""Sphinx extension: formulas become MathML while the pages are built.

Readers then need neither a network nor scripts, and a formula that is not valid fails the build.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

_logger = logging.getLogger(__name__)
_converter = LatexToMathML()

# these environments would number their lines beside the numbers that Sphinx gives
_SELF_NUMBERED = re.compile(r"\\(begin|end)\{(align|equation|gather|multline)\}")


def setup(app: Sphinx) -> dict[str, Any]:
    """Offer the renderer to Sphinx under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _visit_inline(writer: HTML5Translator, node: nodes.math) -> NoReturn:
    writer.body.append(_convert(node, is_block=False))
    raise nodes.SkipNode


def _visit_block(writer: HTML5Translator, node: nodes.math_block) -> NoReturn:
    writer.body.append(writer.starttag(node, "div", CLASS="formula"))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({node["number"]})</span>')
    writer.body.append(_convert(node, is_block=True))
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def _convert(node: nodes.Element, *, is_block: bool) -> str:
    latex = _SELF_NUMBERED.sub(r"\\\1{\2*}", node.astext())
    try:
        return str(_converter.convert_with_local_state(latex, displaystyle=is_block))
    except LatexError as error:
        _logger.warning("not a valid formula: %s (%s)", latex, error, location=node)
        return ""
