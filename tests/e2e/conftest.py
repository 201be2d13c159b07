"""The reference deployment served on loopback, and a real browser to look at it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
import uharfbuzz
from werkzeug.serving import make_server

from gateway.adapters.drawings.font_faces import FACES, loaded
from gateway.adapters.system.clock import SystemClock
from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane
from gateway.web.app import create_app
from gateway.web.phone import PEOPLE
from tests import gateways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

Scheme = Literal["light", "dark"]

#: Chromium would look for updates and accounts; --no-sandbox since containers run it as root.
_QUIET = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A gateway and its address."""

    url: str
    gateway: Gateway

    def work(self) -> None:
        """Does what workers would do next: routes what was texted, and sends the answers."""
        self.gateway.inbound.work()
        for channel in self.gateway.channels:
            self.gateway.outbound.work(channel, Lane.REPLY)


@pytest.fixture
def served(valkey: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The reference deployment with SQLite and a real Valkey, served by threads.

    All but Dawit have chosen English before.
    """
    folder = tmp_path_factory.mktemp("served")
    gateway = gateways.wired(gateways.deployed(gateways.environment(folder, valkey)), SystemClock())
    for name in ("Asha", "Baraka", "Chloé"):
        gateway.choose_language(Msisdn.parse(PEOPLE[name], "KE"), "en")
    server = make_server("127.0.0.1", 0, create_app(gateway), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Served(url=f"http://127.0.0.1:{server.server_port}", gateway=gateway)
    server.shutdown()
    thread.join()
    server.server_close()
    gateway.close()


#: The one font that the browser finds on the machine is in the folder, and has no letters.
_FONT_CONFIG = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


@pytest.fixture(scope="session")
def no_fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a machine without fonts, so that no test knows those of this one.

    It has one with nothing but a space: without any, Chromium loads no font of a page either.
    """
    folder = tmp_path_factory.mktemp("fonts")
    space = uharfbuzz.SubsetInput()
    space.sets(uharfbuzz.SubsetInputSets.UNICODE).add(ord(" "))
    bare = uharfbuzz.subset(loaded(FACES[0], bold=False), space)
    (folder / "bare.ttf").write_bytes(bare.blob.data)
    config = folder / "fonts.conf"
    config.write_text(_FONT_CONFIG.format(folder=folder), "utf-8")
    return config


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers: one for the whole run."""
    library = pytest.importorskip("playwright.sync_api", reason="pip install '.[e2e]'")
    library.expect.set_options(timeout=20_000)  # a busy machine is no fault of the pages
    with library.sync_playwright() as running:
        yield running


@contextmanager
def launched(playwright: Playwright, fonts: Path) -> Iterator[Browser]:
    """Yields headless Chromium with the fonts of a configuration.

    Without a Chromium these tests are skipped, since no wheel brings it.
    """
    found = shutil.which("chromium") or shutil.which("chromium-headless-shell")
    if found is None:
        pytest.skip("There is no chromium here: apt-get install chromium")
    browser = playwright.chromium.launch(
        executable_path=found, args=_QUIET, env={**os.environ, "FONTCONFIG_FILE": str(fonts)}
    )
    try:
        yield browser
    finally:
        browser.close()


@pytest.fixture(scope="session")
def browser(playwright: Playwright, no_fonts: Path) -> Iterator[Browser]:
    """Headless Chromium that does not see the machine's fonts."""
    with launched(playwright, no_fonts) as browser:
        yield browser


OpenPhone = Callable[..., "Page"]


@pytest.fixture
def open_phone(served: Served, browser: Browser) -> Iterator[OpenPhone]:
    """Opens the phone; afterwards nothing may have been complained of, or asked of elsewhere."""
    complaints: list[str] = []
    foreign: list[str] = []
    opened: list[Page] = []

    def complain(said: ConsoleMessage) -> None:
        # A refused turn is an HTTP 400, which Chromium reports as well; the page shows it.
        if said.type in ("error", "warning") and "status of 400" not in said.text:
            complaints.append(said.text)

    def note_foreign(request: Request) -> None:
        if not request.url.startswith(served.url):
            foreign.append(request.url)

    def open_one(
        width: int = 1280, height: int = 860, scheme: Scheme = "light", scale: float = 1
    ) -> Page:
        page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            device_scale_factor=scale,
            locale="en-GB",
        )
        opened.append(page)
        page.set_default_timeout(10_000)
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", note_foreign)
        page.goto(f"{served.url}/phone/")
        return page

    yield open_one
    for page in opened:
        page.close()
    assert [] == complaints
    assert [] == foreign
