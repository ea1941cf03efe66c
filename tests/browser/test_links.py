"""Every link of the site leads somewhere; those to other hosts lead to sources of the law."""

import html
import json
import re
from functools import cache
from urllib.parse import unquote, urljoin, urlparse

import pytest

import policy

LINK = re.compile(r"<(?!link rel=\"(?:preconnect|dns))[a-z]+ [^>]*?(?:href|src)=\"([^\"]*)\"")
ANCHOR = re.compile(r"<[a-z0-9]+ [^>]*?(?:id|name)=\"([^\"]+)\"")
#: Where the docs of the library point to, beside sources of the law: the projects they tell of.
PROJECTS = {
    "openfisca.org",
    "github.com",
    "pypi.org",
    "squidfunk.github.io",
    "json-schema.org",
    "moj-analytical-services.github.io",
}


def sources_of_law():
    """Return the hosts of all references of the books, and of their scenario tests."""
    hosts = set()
    for name in policy.books():
        book = policy.load(name)
        links = [act.href for act in book.acts.values()]
        links += [link for variable in book.variables.values() for link in variable.reference or ()]
        links += [
            reference.href
            for parameter in book.parameters.values()
            for value in parameter.values
            for reference in value.references
        ]
        texts = [path.read_text(encoding="utf-8") for path in book.scenarios]
        texts += [path.read_text(encoding="utf-8") for path in book.sources.reforms.glob("*.yaml")]
        links += [link for text in texts for link in re.findall(r"https?://[^\s,)\"']+", text)]
        hosts |= {urlparse(link).netloc for link in links}
    return hosts


@pytest.fixture(scope="module")
def links(site):
    """Return every link of every page, once, with a page that has it."""
    found = {}
    for page in sorted(site.rglob("*.html")):
        here = page.relative_to(site).as_posix()
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            found.setdefault(urljoin(f"http://site/{here}", html.unescape(link)), here)
    return found


def test_internal_links_lead_to_pages_and_places(links, site):
    @cache
    def anchors(path):
        return set(ANCHOR.findall(path.read_text(encoding="utf-8")))

    broken = []
    for link, page in links.items():
        parts = urlparse(link)
        if parts.netloc != "site":
            continue
        path = site / unquote(parts.path).lstrip("/")
        if not path.is_file():
            broken.append((page, link))
        elif parts.fragment and path.suffix == ".html":
            place = html.escape(unquote(parts.fragment))
            if place not in anchors(path) and not place.startswith("__"):
                broken.append((page, link))
    assert broken == []
    assert len(links) > 1000


def test_external_links_are_to_sources_of_law(links):
    hosts = sources_of_law() | PROJECTS
    strange = {
        (urlparse(link).netloc, page)
        for link, page in links.items()
        if urlparse(link).scheme in {"http", "https"}
        and urlparse(link).netloc not in {"site", *hosts}
    }
    assert strange == set()


def test_the_catalogue_leads_to_pages(site):
    catalogue = json.loads((site / "index.json").read_text(encoding="utf-8"))
    for book in catalogue["books"]:
        for each in (*book["variables"], *book["parameters"]):
            assert (site / each["page"]).is_file()
            assert (site / each["data"]).is_file()
