"""What readers come for is within three clicks, or one search, of the home page."""

import time
import xml.etree.ElementTree as ET

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from .conftest import PHONE, look, texts


@pytest.fixture(params=["desktop", "phone"])
def home(request, browser, address):
    """Return the browser at the home page."""
    if request.param == "phone":
        look(browser, PHONE, "light")
    browser.get(f"{address}/index.html")
    return browser


def click(driver, text):
    """Click a link in the page's content, as a reader does."""
    link = driver.find_element(By.CSS_SELECTOR, "main").find_element(By.LINK_TEXT, text)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    before = driver.current_url
    link.click()
    WebDriverWait(driver, 10).until(lambda it: it.current_url != before)


def on(driver, day):
    """Pick a day in the box of amounts; return what the box then says."""
    box = driver.find_element(By.CSS_SELECTOR, ".on-date")
    set_day = (
        "const input = arguments[0].querySelector('input'); input.value = arguments[1];"
        "input.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    driver.execute_script(set_day, box, day)
    return said(box)


def said(element):
    """Return an element's text on one line, however wide the page is."""
    return " ".join(element.text.split())


def search(driver, words):
    """Search the whole site; return the results' titles and the first one's link."""
    if not driver.find_element(By.CSS_SELECTOR, "[data-md-component=search-query]").is_displayed():
        driver.find_element(By.CSS_SELECTOR, "label[for=__search].md-header__button").click()
    field = driver.find_element(By.CSS_SELECTOR, "[data-md-component=search-query]")
    WebDriverWait(driver, 10).until(lambda _: field.is_displayed())
    field.send_keys(words)
    found = WebDriverWait(driver, 20).until(
        lambda it: it.find_elements(By.CSS_SELECTOR, ".md-search-result__item a")
    )
    time.sleep(0.5)  # (the list grows while the reader types)
    found = driver.find_elements(By.CSS_SELECTOR, ".md-search-result__item > a")
    return [each.text.splitlines()[0] for each in found], found[0].get_attribute("href")


def test_the_large_family_allowance_today_and_in_may_2023(home):
    click(home, "Allowance for families with many children")
    today = said(home.find_element(By.CSS_SELECTOR, ".on-date"))
    assert "Large family allowance, 3 to 6 children 450.00 EUR/month 2024-01-01" in today
    assert home.find_elements(By.LINK_TEXT, "PHS § 21")
    then = on(home, "2023-05-15")
    assert "3 to 6 children 650.00 EUR/month 2023-01-01" in then
    assert "As was then known, from later on" in then
    assert "Indexation of the large family allowance from 2024-05-01, enacted 2022-12-28" in then
    assert "450.00" not in then
    later = on(home, "2023-07-01")
    assert "Large family allowance, 3 to 6 children: 450.00 EUR/month from 2024-01-01" in later
    assert "Indexation" not in later
    click(home, "Large family allowance, 3 to 6 children")
    assert "2022-12-28 2023-06-13" in home.find_element(By.TAG_NAME, "main").text


def test_a_car_of_2021_for_30_000_dollars_taxed_in_2026(home):
    click(home, "Motor vehicle tax")
    key = home.find_element(By.CSS_SELECTOR, ".table .key")
    assert key.get_attribute("textContent") == "255.00"
    why = home.find_element(By.CSS_SELECTOR, ".why").text
    assert "Base tax (car): 500.00 USD" in why
    assert "Age fraction, from 6 years: 0.51" in why


def test_a_council_tax_bill_of_band_e_in_2022(home):
    click(home, "Council tax")
    table = home.find_element(By.CSS_SELECTOR, ".table table")
    place = texts(table, "thead th").index("2022-23")
    rows = [texts(row, "th, td") for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")]
    assert [row[place] for row in rows if row[0] == "Band E"] == ["1,652.71"]


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("lapsetoetus", "estonia/variables/child_allowance"),
        ("child allowance", "estonia/variables/child_allowance"),
        ("wheel tax", "nebraska/variables/wheel_tax"),
        ("large family allowance", "estonia/variables/large_family_allowance"),
        ("lasterikka pere toetus", "estonia/variables/large_family_allowance"),
        ("motor vehicle tax", "nebraska/variables/motor_vehicle_tax"),
        ("council tax band", "north_lanarkshire/variables/council_tax"),
    ],
)
def test_search_finds_terms_in_every_language(words, page, browser, address):
    browser.get(f"{address}/index.html")
    titles, first = search(browser, words)
    links = browser.find_elements(By.CSS_SELECTOR, ".md-search-result__item > a")
    near = [each.get_attribute("href").partition("?")[0] for each in links[:4]]
    assert any(f"/{page}" in each for each in near), (titles[:4], near)
    assert first


def test_the_finder_of_the_home_page(home):
    field = home.find_element(By.ID, "find")
    field.send_keys("lasterikka")
    items = home.find_elements(By.CSS_SELECTOR, ".finder li")
    shown = [each.text for each in items if each.is_displayed()]
    assert "Allowance for families with many children" in shown
    assert "Child allowance" not in shown
    field.send_keys(Keys.BACKSPACE * 20)
    assert home.find_element(By.LINK_TEXT, "Child allowance").is_displayed()


def test_from_a_folder_the_site_works_and_searches(browser, site):
    browser.get((site / "index.html").as_uri())
    click(browser, "Wheel tax")
    assert browser.find_element(By.TAG_NAME, "h1").text == "Wheel tax"
    titles, _ = search(browser, "lapsetoetus")
    assert any("Child allowance" in each for each in titles)
    errors = [
        entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"
    ]
    assert errors == []


def test_the_navigation_leads_through_a_book(browser, address):
    browser.get(f"{address}/index.html")
    browser.find_element(By.CSS_SELECTOR, ".md-tabs").find_element(By.LINK_TEXT, "Nebraska").click()
    assert browser.find_element(By.TAG_NAME, "h1").text == "Nebraska vehicle charges"
    click(browser, "Nebraska Revised Statutes")
    click(browser, "60-3,187")
    click(browser, "Motor vehicle tax")
    browser.find_element(By.CSS_SELECTOR, "svg.needs a.number").click()
    WebDriverWait(browser, 10).until(lambda it: "/parameters/" in it.current_url)
    assert browser.find_element(By.LINK_TEXT, "CSV").get_attribute("href").endswith(".csv")


def test_dark_mode_is_chosen_and_kept(browser, address):
    browser.get(f"{address}/estonia/index.html")
    scheme = "return getComputedStyle(document.body).backgroundColor"
    light = browser.execute_script(scheme)
    for _ in range(3):
        label = next(
            each
            for each in browser.find_elements(By.CSS_SELECTOR, "[data-md-component=palette] label")
            if each.is_displayed()
        )
        label.click()
        if browser.execute_script(scheme) != light:
            break
    dark = browser.execute_script(scheme)
    assert dark != light
    browser.get(f"{address}/nebraska/index.html")
    assert browser.execute_script(scheme) == dark


def test_a_picture_is_zoomed(browser, address):
    browser.get(f"{address}/estonia/variables/child_allowance.html")
    width = "return document.querySelector('svg.needs').getBoundingClientRect().width"
    before = browser.execute_script(width)
    larger = browser.find_element(By.CSS_SELECTOR, "button[aria-label=Larger]")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", larger)
    larger.click()
    assert browser.execute_script(width) > before


def test_a_chart_has_its_table(browser, address):
    browser.get(f"{address}/north_lanarkshire/parameters/council_tax/band_d.html")
    points = browser.find_elements(By.CSS_SELECTOR, "svg.steps circle")
    rows = browser.find_elements(By.CSS_SELECTOR, "svg.steps ~ *, .table tbody tr[data-from]")
    assert len(points) == len(rows) > 5


def test_the_feed_is_a_feed(site):
    feed = ET.parse(site / "feed.xml").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert len(entries) > 20
    links = [entry.find(f"{atom}link").get("href") for entry in entries]
    assert all((site / link).is_file() for link in links)
    days = [entry.find(f"{atom}updated").text for entry in entries]
    assert days == sorted(days, reverse=True)
