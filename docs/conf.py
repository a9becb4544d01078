"""How the documentation is built: Sphinx, pages in MyST Markdown, no network at any time."""

import sys
from pathlib import Path

import khazri

sys.path.append(str(Path(__file__).parent))  # for mathml.py

project = "Khazri"
author = "The Khazri authors"
project_copyright = f"2026, {author}"
version = release = khazri.__version__

extensions = ["myst_parser", "mathml"]
exclude_patterns = ["_build", "backcast-2024.md", "public-cases.md"]  # pages include the others
nitpicky = True

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
numfig = True

html_theme = "pydata_sphinx_theme"
html_math_renderer = "mathml"
html_title = f"Khazri {version}"
html_static_path = ["static"]
html_css_files = ["khazri.css"]
html_show_sourcelink = False
html_sidebars = {"**": []}
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
}
