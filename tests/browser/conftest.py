"""The built site in a real Chromium; run by ``.ci/run`` with its path, not by plain ``pytest``.

``POLICY_SITE`` names the folder of the built site, ``AXE`` the script of axe-core.
"""

import functools
import http.server
import os
import tempfile
import threading
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=en",
)
DESKTOP, PHONE = (1280, 900), (390, 844)


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built site."""
    return Path(os.environ["POLICY_SITE"]).resolve()


@pytest.fixture(scope="session")
def axe():
    """Return the script of the accessibility engine."""
    return Path(os.environ["AXE"]).read_text(encoding="utf-8")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def address(site):
    """Serve the site; return its address."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium():
    """Start Chromium with a profile of its own."""
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "SEVERE", "performance": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        for each in (*OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(each)
        driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        yield driver
        driver.quit()


@pytest.fixture
def browser(chromium, address):
    """Return a browser of desktop width in light colours, with nothing remembered."""
    chromium.get(f"{address}/404.html")
    chromium.execute_script("localStorage.clear(); sessionStorage.clear()")
    look(chromium, DESKTOP, "light")
    chromium.get_log("browser")
    chromium.get_log("performance")
    return chromium


def look(driver, size, scheme):
    """Give a browser a size and a preference for light or dark."""
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def errors(driver):
    """Return the errors of the console since they were last asked for."""
    return [each["message"] for each in driver.get_log("browser") if each["level"] == "SEVERE"]


def texts(element, selector):
    """Return the texts of elements, whether they are in sight or not."""
    found = element.find_elements("css selector", selector)
    return [each.get_attribute("textContent").strip() for each in found]
