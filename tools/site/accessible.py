"""Mends what Furo's pages lack for those who read with a keyboard or a screen reader."""

from __future__ import annotations

#: What the theme writes, and what it should have written. An axe test looks at the result.
_MENDED = {
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="This page">',
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    # Both scroll sideways on a narrow screen, which needs the focus where there is no finger.
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper ': '<div tabindex="0" class="table-wrapper ',
    '<div id="search-results">': '<h1>Search</h1><div id="search-results">',
}


def mended(page: str) -> str:
    """Returns the HTML of a page, mended."""
    for written, put in _MENDED.items():
        page = page.replace(written, put)
    return page
