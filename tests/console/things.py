"""Cases, messages, SMS and a session of two institutions, for pages that show one of them."""

from __future__ import annotations

from datetime import timedelta

from gateway.adapters.cap.document import alert_of, tree_of
from gateway.adapters.sql.broadcast.recipient_lists import SqlRecipientLists
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.ussd.kept_sessions import SqlKeptSessions
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.domain.alerts.taken import AlertSource, TakenAlert
from gateway.domain.alerts.warning import read_alert
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import NewBroadcast
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.use_cases.ports import Routed
from gateway.use_cases.ports.institutions import AuditEntry, AuditQuery
from gateway.use_cases.ports.sms.broadcasts import ListRow
from gateway.use_cases.ports.sms.messages import Wanted
from tests.alerts.samples import area, document, info
from tests.console.conftest import Desk
from tests.session_samples import RECORD

ASHA = Msisdn("+254711000001")
#: What each institution has of her, by the names that tests have for it.
MADE = (
    ("health", ("{case}", "{solved}"), ("{message}", "{thanks}", "{closed}"), "{sms}", "{session}"),
    ("education", ("{their case}",), ("{their message}",), "{their sms}", "{their session}"),
)


def fill(desk: Desk) -> None:
    """Makes them, and keeps their numbers."""
    gateway, now = desk.gateway, desk.clock.now()
    desk.made["{their search}"] = "bm90IGhlcnM"
    for institution, cases, messages, sms, session in MADE:
        for name in cases:
            asked = call(desk, institution, f"{institution} {name}")
            desk.made[name] = gateway.toolkit.cases.open(
                asked, "report_problem", "water", {"place": "by the well"}
            )
        for name in messages:
            asked = call(desk, institution, f"{institution} {name}")
            desk.made[name] = gateway.toolkit.help.leave(asked, institution, f"Where is {name[1]}?")
        new = NewSms(
            channel="phone", subscriber=ASHA, text="It rains.", lane=Lane.REPLY,
            purpose=Purpose.REPLY, key=institution, institution=institution,
        )  # fmt: skip
        gateway.sql.outbox.add([new], now)
        came = InboundSms(
            provider_ref=institution, subscriber=ASHA, to="2026", text="Where is my letter?"
        )
        inbox = SqlInbox(gateway.engine, gateway.keyring)
        came_id = inbox.accept(f"phone-{institution}", came, now)
        assert came_id is not None
        read = Routed(inbound_id=came_id, outcome="ended", institution=institution)
        inbox.finish(read, now)
        wanted = Wanted(subscriber=ASHA, institutions=[institution])
        desk.made[sms] = str(gateway.messages.messages.find(wanted)[0].id)
        record = RECORD._replace(
            at=now, institution=institution, lasted=0, session=institution.encode().hex(),
            dialled_by=gateway.keyring.index_of(ASHA).hex(), service="report_problem",
            screen="kind", event="shown",
        )  # fmt: skip
        SqlTurns(gateway.engine, keyring=gateway.keyring).store([record])
        (part,) = SqlKeptSessions(gateway.engine, gateway.keyring).of(
            ASHA, frozenset({institution}), 1
        )
        desk.made[session] = str(part.id)


def fill_broadcasts(desk: Desk, by: str = "broadcaster") -> None:
    """Makes broadcasts of both institutions: one of health is ready to go out."""
    for institution, name in (
        ("health", "{broadcast}"), ("health", "{ready}"), ("education", "{their broadcast}")
    ):  # fmt: skip
        desk.made[name] = str(broadcast(desk, institution=institution))
    desk.gateway.broadcast.check(int(desk.made["{ready}"]), by)


def fill_alerts(desk: Desk) -> None:
    """Takes warnings of both institutions in; their place is for a person to say."""
    for institution, name in (("health", "{alert}"), ("education", "{their alert}")):
        desk.made[name] = str(alert(desk, institution).id)


def alert(desk: Desk, institution: str = "health", *infos: str, **fields: str) -> TakenAlert:
    """Takes in a warning of an institution's source, of an area that nobody knows."""
    take, now = desk.gateway.alerts.take, desk.clock.now().replace(microsecond=0)
    until = (now + timedelta(hours=6)).isoformat()
    said = infos or (info(areas=area("Nowhere", geocode=""), headline="It floods", expires=until),)
    written = document(
        *said, **{"identifier": f"{len(desk.made)}", "sent": now.isoformat(), **fields}
    )
    read = alert_of(tree_of(written, "alert.xml"), "alert.xml")
    reading = read_alert(read, take.districts(), take.longest, now)
    source = AlertSource(f"weather of {institution}", institution)

    def noted(id: int) -> AuditEntry:
        what = f"alert {id} taken"
        return AuditEntry(at=now, by="x", institution=institution, act="broadcast", what=what)

    id, _ = take.alerts.take(source, read, reading, now, "", noted)
    return take.finish(id)


def broadcast(desk: Desk, numbers: int = 2, **changes: object) -> int:
    """Drafts a broadcast to a list of so many, which nobody of the office has written."""
    gateway, now = desk.gateway, desk.clock.now()
    given: dict[str, object] = {
        "key": f"{len(desk.made)} {now} {changes}", "institution": "health", "topic": "notices",
        "title": "Xx", "audience": Audience(source=Source.LIST), "fallback": "en",
        "texts": {"en": "It rains.", "sw": "Mvua."}, "lane": Lane.URGENT,
        "valid_until": now + timedelta(days=40_000), "created_by": "the weather service",
    }  # fmt: skip
    new = NewBroadcast(**{**given, **changes})  # type: ignore[arg-type]
    draft = gateway.broadcast.draft.for_source(new)
    lists = SqlRecipientLists(gateway.engine, gateway.keyring)
    rows = [
        ListRow(number=Msisdn(f"+2547110{each:05}"), language="", values={})
        for each in range(numbers)
    ]
    lists.add(draft.id, rows, now)
    lists.complete(draft.id, numbers, now)
    return draft.id


def warning_on_its_way(desk: Desk) -> int:
    """Has a warning go out to a district, some of which has left; returns its id."""
    texts = {
        "en": "Flood warning for Mbale: the river rises. Go to high ground now.",
        "sw": "Tahadhari ya mafuriko Mbale: mto unapanda. Nenda mlimani sasa.",
    }
    id = broadcast(desk, 60, title="Flood in Mbale", topic="warnings", texts=texts, per_minute=400)
    desk.gateway.broadcast.check(id, "broadcaster")
    desk.gateway.broadcast.direct.start(id, "broadcaster")
    desk.gateway.fill_broadcasts()
    desk.gateway.outbound.work("phone", Lane.URGENT)
    return id


def call(desk: Desk, institution: str, key: str) -> ServiceCall:
    """Returns a call of hers at the screens of an institution."""
    return ServiceCall(
        handler="report_problem", answers={}, language="en", subscriber=ASHA, key=key,
        at=desk.clock.now(), channel="phone", institution=institution,
    )  # fmt: skip


def audited(act: str) -> AuditQuery:
    """Returns the question who has done such in health."""
    return AuditQuery(institutions=frozenset({"health"}), act=act)
