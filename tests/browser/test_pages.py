"""Every type of page, on a desktop and a phone, in light and dark: accessible, without errors."""

import gzip
import json
from itertools import pairwise

import pytest
from selenium.webdriver.common.by import By

from .conftest import DESKTOP, PHONE, look

PAGES = {
    "home": "index.html",
    "book": "estonia/index.html",
    "benefit": "estonia/variables/large_family_allowance.html",
    "fee with a table": "nebraska/variables/motor_vehicle_tax.html",
    "tax with a table": "north_lanarkshire/variables/council_tax.html",
    "step": "estonia/variables/child_allowance_of_child.html",
    "fact": "estonia/variables/birth_date.html",
    "number": "estonia/parameters/large_family_allowance/three_to_six_children.html",
    "schedule": "nebraska/parameters/motor_vehicle_tax/value_when_new.html",
    "act": "estonia/law/phs/index.html",
    "section": "estonia/law/phs/21.html",
    "reform": "estonia/reforms/indexation.html",
    "reforms": "estonia/reforms/index.html",
    "terms": "estonia/variables/index.html",
    "numbers": "nebraska/parameters/index.html",
    "glossary": "estonia/glossary.html",
    "timeline": "timeline/index.html",
    "year": "timeline/2024.html",
    "guide": "guides/for-analysts.html",
    "reference": "reference.html",
    "errors": "errors.html",
    "architecture": "architecture.html",
    "data": "data.html",
}
#: What a page may weigh as it is sent, packed as servers pack texts; without the search index.
MOST = 300_000
AXE = "axe.run(document, {resultTypes: ['violations']}).then(arguments[0])"


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_has_no_serious_barrier(page, browser, address, axe):
    found = []
    for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        look(browser, size, scheme)
        browser.get(f"{address}/{page}")
        browser.execute_script(axe)
        result = browser.execute_async_script(AXE)
        for each in result["violations"]:
            if each["impact"] in {"serious", "critical"}:
                where = [node["html"][:200] for node in each["nodes"]][:3]
                found.append((size[0], scheme, each["id"], where))
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= size[0], f"{page} is {wide} wide on {size[0]}"
    assert found == []
    errors = [
        entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"
    ]
    assert errors == []


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_calls_no_other_host_and_is_light(page, browser, address, site):
    browser.get(f"{address}/{page}")
    urls = set()
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            urls.add(message["params"]["request"]["url"])
    own = {url for url in urls if url.startswith(address)}
    assert {url for url in urls - own if not url.startswith(("data:", "blob:", "chrome:"))} == set()
    files = {url.removeprefix(f"{address}/").partition("?")[0].partition("#")[0] for url in own}
    files -= {each for each in files if each.startswith("search/search_index")}
    weight = sum(len(gzip.compress((site / each).read_bytes())) for each in files if each)
    assert weight < MOST, f"{page} weighs {weight}"


def test_keyboard_reaches_the_content(browser, address):
    browser.get(f"{address}/{PAGES['benefit']}")
    skip = browser.find_element(By.CSS_SELECTOR, "a.md-skip")
    assert skip.get_attribute("href").partition("#")[2]
    headings = browser.execute_script(
        "return [...document.querySelectorAll('main h1, main h2, main h3')].map(e => +e.tagName[1])"
    )
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


def test_without_scripts_the_page_says_the_same(site):
    text = (site / PAGES["benefit"]).read_text(encoding="utf-8")
    assert "450.00 EUR/month" in text
    assert "as of 2026-10-01" in text
