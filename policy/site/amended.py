"""What the theme leaves out, put in: hooks of mkdocs that mend pages for readers and validators.

- the search's dialog has a name; what scrolls can be reached with the keyboard;
- tables of guides scroll in a frame of their own, as those of the other pages do;
- attributes that HTML does not allow where the theme writes them are taken out.
"""

from __future__ import annotations

import re
from typing import Any

_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_CODE = re.compile(r"<pre([^>]*>(?:<span></span>)?<code>)")
_FRAMED = r'<div class="table" tabindex="0"><table class="t">\1</table></div>'
_SEARCH = 'data-md-component="search" role="dialog"'
_AMENDMENTS = (
    (_SEARCH, f'{_SEARCH} aria-label="Search"'),
    ('type="checkbox" id="__drawer" autocomplete="off"', 'type="checkbox" id="__drawer"'),
    ('type="checkbox" id="__search" autocomplete="off"', 'type="checkbox" id="__search"'),
    (' tabindex="">', ' tabindex="0">'),
)  # fmt: skip
_CONTENTS = '<label class="md-nav__title" for="__toc">'


def on_page_content(text: str, **_: Any) -> str:
    """Frame the tables that Markdown made."""
    return _TABLE.sub(_FRAMED, text)


def on_post_template(text: str, *, template_name: str, **_: Any) -> str:
    """Amend a page that the theme makes without a source."""
    return on_post_page(text) if template_name.endswith(".html") else text


def on_post_page(text: str, **_: Any) -> str:
    """Amend a whole page."""
    for before, after in _AMENDMENTS:
        text = text.replace(before, after)
    text = _CODE.sub(r'<pre tabindex="0"\1', text)
    if 'id="__toc"' not in text:
        text = text.replace(_CONTENTS, _CONTENTS.replace(' for="__toc"', ""))
    return text
