"""Part of `gateway doctor`: whether a public warning that comes in now could be read and placed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gateway.cli.shared.finding import Finding
from gateway.cli.shared.formatting import counted
from gateway.composition.gateway import Gateway

#: So long before its end a certificate is named: the next one has to come from its source.
_SOON = timedelta(days=30)


def sources(gateway: Gateway) -> Iterator[Finding]:
    """Tells of each source whether its certificates are there and still hold."""
    from gateway.deployment.alert_settings import load_certificates
    from gateway.domain.faults_and_errors.errors import GatewayError

    now = gateway.clock.now()
    for name, source in gateway.deployment.settings.alerts.sources.items():
        what = f"alerts of {name}"
        try:
            found = load_certificates(source.certificates)
        except GatewayError as error:
            yield Finding(what, False, str(error), "Until then each of its alerts is refused.")
            continue
        if not found:
            sentence = "No certificate is named: its secret proves it."
            yield Finding(what, True, sentence)
            continue
        ends = max(each.not_valid_after_utc for each in found)
        sentence = f"{counted(len(found), 'certificate')}, until {ends:%Y-%m-%d}."
        fix = "Ask the source for its next certificate, and put it beside this one: docs/alerts.md"
        yield Finding(what, ends > now + _SOON, sentence, fix)
