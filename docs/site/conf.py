"""How Sphinx makes the site: from executed notebooks, without a network, for reading offline."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from mlops_lab import __version__

sys.path.insert(0, str(Path(__file__).parent))

from coursesite.api import names_of, public_modules

project = "MLOps Lab"
author = "MLOps Lab contributors"
copyright = "MLOps Lab contributors, Apache-2.0"
version = release = __version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_design",
]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["lessons/notebooks/*"]  # to take away, not to read here

nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
myst_enable_extensions = ["attrs_inline", "colon_fence"]
myst_heading_anchors = 2

autodoc_typehints = "none"  # the docstrings say more than the annotations
add_module_names = False
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
default_role = "py:obj"
# Every public name has to be found. What is inside has no page, and neither have other packages,
# nor words such as "array".
_PUBLIC = "|".join(
    re.escape(f"{module}.{name}") for module in public_modules() for name in names_of(module)
)
nitpick_ignore_regex = [(r"py:.*", rf"(?!(?:{_PUBLIC})$).*")]

templates_path = ["theme"]
html_theme = "pydata_sphinx_theme"
html_title = "MLOps Lab"
html_favicon = "static/mark.svg"
html_static_path = ["static"]
html_css_files = ["site.css", "checks.css"]
html_js_files: list[str | tuple[str, dict[str, str]]] = [
    "offline.js",
    ("checks.js", {"defer": "defer"}),
    ("explorer.js", {"defer": "defer"}),
    ("page.js", {"defer": "defer"}),
]
html_show_sourcelink = False
html_copy_source = False
html_use_index = False
html_domain_indices = False
html_sidebars: dict[str, list[str]] = {"index": [], "concepts": [], "glossary": []}
html_theme_options = {
    "logo": {
        "text": "MLOps Lab",
        "image_light": "static/mark.svg",
        "image_dark": "static/mark.svg",
    },
    "navbar_align": "left",
    "show_prev_next": True,
    "use_edit_page_button": False,  # most pages are written, so their source is elsewhere
    "article_header_end": ["page-actions"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
}


def setup(app: Sphinx) -> None:
    """Give each page its links to its source, which `pages.write_source` has listed."""
    app.add_config_value("repository", "", "html", str)  # another one writes all pages again
    app.connect("html-page-context", _with_actions)


def _with_actions(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    del templatename, doctree
    actions = json.loads((Path(app.srcdir) / "actions.json").read_text(encoding="utf-8"))
    context["page_actions"] = actions.get(pagename, [])
