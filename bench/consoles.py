"""What ten consoles that are open on the overview cost the turns of citizens."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bench.figures import Findings, interleaved, say
from bench.house import House, Site, served
from bench.overview import FEW, turns_of
from bench.rounds import HEADS, WARM_UP_SECONDS, Played, correctness, first_wrong, ratio, raw
from bench.servers import Failed, call, free_port, unshared_mib

CONSOLES, EVERY_SECONDS = 10, 30.0
MOST_RATIO = 1.05
#: A round is so long at least: some four figures are asked for in it.
LEAST_SECONDS = 12.0
_PASSWORD = "maji ya mto ruvu"
_ALONE, _BESIDE = "no console open", f"{CONSOLES} consoles open"


def measure(house: House, rounds: int, seconds: float) -> Findings:
    """Returns what a turn costs with no console open and with ten, at all the load there can be."""
    port = free_port()
    open_to = replace(house, environ=_environ(house, port))
    open_to.gateway("migrate")
    cookie = _signed_in(open_to.environ)
    with served(open_to, "gateway serve", port=port) as site:
        for _ in range(8):  # each worker builds its console
            _look(site, cookie)
        call(site.load.anew(seconds=WARM_UP_SECONDS))
        played = {name: Played(replace(site, name=name)) for name in (_ALONE, _BESIDE)}
        for number, order in enumerate(interleaved(list(played), rounds), start=1):
            for name in order:
                with _looking(site, cookie) if name == _BESIDE else contextlib.nullcontext():
                    played[name].play(max(seconds, LEAST_SECONDS), house.valkey)
                say(f"round {number}/{rounds}  {name}: {played[name].server_us[-1]:.0f} µs a turn")
        findings = Findings("A turn while consoles are open", HEADS)
        findings.rows = [each.row(unshared_mib(site.process)) for each in played.values()]
    beside, alone = played[_BESIDE], played[_ALONE]
    findings.targets = [
        ratio(beside, alone, "server_us", what="CPU of a turn, ten consoles open / none",
              bound=MOST_RATIO, at_least=False),
        *correctness(played),
    ]  # fmt: skip
    findings.notes = [
        f"each console asks for the overview every {EVERY_SECONDS:.0f} s, as its page does"
    ]
    first_wrong(played, findings)
    findings.raw = raw(played)
    return findings


def _environ(house: House, port: int) -> Mapping[str, str]:
    """Returns an environment in which there is a console, and a database for its people."""
    config = house.folder / "consoles.yaml"
    settings = (house.folder / "home" / "config" / "gateway.yaml").read_text("utf-8")
    console = f"console:\n  enabled: true\n  url: http://127.0.0.1:{port}\n"
    config.write_text(f"{settings}\n{console}", "utf-8")
    database = f"sqlite:///{house.folder / 'consoles.db'}"
    return {
        **house.environ,
        "GATEWAY_CONFIG": str(config),
        "GATEWAY_DATABASE_URL": database,
    }


def _signed_in(environ: Mapping[str, str]) -> str:
    """Returns the cookie of somebody who has signed in, and has figures to look at."""
    import pyotp

    from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
    from gateway.composition.gateway import Gateway
    from gateway.deployment.load import load
    from gateway.web.console.app import create_console

    with contextlib.closing(Gateway(load(environ))) as gateway:
        SqlTurns(gateway.engine).store(list(turns_of(FEW, datetime.now(UTC))))
        office = gateway.sign_in
        link = office.let_in.first_link().token
        totp = pyotp.TOTP(office.let_in.look(link, "").secret)
        now = gateway.clock.now().timestamp()
        office.let_in.enrol(link, "", "adam", _PASSWORD, totp.at(now))
        token = office.sign_in("adam", _PASSWORD, totp.at(now + 30), "127.0.0.1").token
        console = create_console(gateway)
        signed = console.session_interface.get_signing_serializer(console)  # type: ignore[attr-defined]
        return f"console={signed.dumps({'session': token})}"


@contextlib.contextmanager
def _looking(site: Site, cookie: str) -> Iterator[None]:
    """Has ten consoles look at the overview, one after the other, until the end."""
    over, failed = threading.Event(), list[str]()

    def look() -> None:
        while not over.wait(EVERY_SECONDS / CONSOLES):
            try:
                _look(site, cookie)
            except Failed as error:
                failed.append(str(error))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()
    if failed:
        raise Failed(failed[0])


def _look(site: Site, cookie: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/console/overview/?part=figures", headers={"Cookie": cookie})
        answer = connection.getresponse()
        page = answer.read()
    if answer.status != 200 or b"<h2 id=" not in page:
        raise Failed(f"The overview answered {answer.status}.")
