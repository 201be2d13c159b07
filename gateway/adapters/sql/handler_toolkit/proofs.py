"""The `Proofs` port on a database: second facts, and how long who got them wrong has to wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, delete, or_, select, update

from gateway.adapters.sql import idempotency
from gateway.adapters.sql.casework import reminder_rows
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import proof_tries, proofs
from gateway.adapters.sql.sealed_columns import PROOFS
from gateway.adapters.sql.upserts import insert_new, insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.proof_waits import FREE_TRIES, still_counted, waits_until
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.menu.messages import hold_to
from gateway.domain.retention.what_is_removed import PROOF_KEPT
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports import Releases
from gateway.use_cases.ports.desk import Proof

#: Under which a phone is told that strangers try to prove what is its own.
TOPIC = "tries"
#: An owner is told so often at most: the SMS must not become a nuisance of its own.
TOLD_EVERY = timedelta(days=7)

_proof, _try = proofs.c, proof_tries.c
_KNOWN = select(_proof.what_index).where(
    _proof.what_index == bindparam("what"),
    _proof.msisdn_index == bindparam("phone"),
    # A phone that has proven nothing for long may have another owner.
    _proof.proved_at >= bindparam("awake_since"),
)
_LAST = (
    select(
        _proof.what_index,
        _proof.msisdn_index,
        _proof.msisdn_sealed,
        _proof.channel,
        _proof.language,
    )
    .where(
        _proof.what_index == bindparam("what"),
        or_(_proof.told_at.is_(None), _proof.told_at <= bindparam("long_ago")),
    )
    .order_by(_proof.proved_at.desc())
    .limit(1)
)
_TOLD = (
    update(proofs).where(_proof.what_index == bindparam("what")).values(told_at=bindparam("told"))
)
_PROVE = insert_or_update(proofs, "msisdn_sealed", "channel", "language", "proved_at")
_FIRST_TRY = insert_new(proof_tries)
_LOOK = (
    select(_try.scope_index, _try.wrong, _try.last_at)
    .where(_try.scope_index.in_(bindparam("scopes", expanding=True)))
    .order_by(_try.scope_index)
)
_TRIES = _LOOK.with_for_update()
_COUNT = (
    update(proof_tries)
    .where(_try.scope_index == bindparam("scope"))
    .values(wrong=bindparam("now_wrong"), last_at=bindparam("now"))
)
_FORGIVE = delete(proof_tries).where(_try.scope_index.in_(bindparam("scopes", expanding=True)))


class SqlProofs:
    """Second facts in a database. All methods raise StoreUnavailable."""

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        releases: Releases,
        reaches: Callable[[str, Identity], bool] = lambda channel, subscriber: True,
        dormant: timedelta = PROOF_KEPT,
    ) -> None:
        """`reaches` tells whether a subscriber of a channel can be sent an SMS.

        A proof that was not given again for as long as `dormant` counts no more.
        """
        self._engine = engine
        self._keyring = keyring
        self._releases = releases
        self._reaches = reaches
        self._dormant = dormant

    def check(
        self, call: ServiceCall, service: str, *, of: str, fits: bool, message: str = ""
    ) -> Proof:
        """Returns whether a second fact that `fits` proves it; the same call, the same verdict.

        One transaction looks, counts and answers, so that tries at the same moment cannot have
        more than their number between them. Raises LookupError for a message that is not there.
        """
        values = {"day": call.at.date().isoformat()}
        if message:
            hold_to(self._releases.current(), message, values)
        what = self._keyring.index(f"proof of {service}", of)
        phone = self._keyring.index_of(call.subscriber)
        index = idempotency.call_index(self._keyring, call, "prove", service, of)
        with transaction(self._engine) as connection:
            noted = idempotency.begin(connection, index, call.at)
            if noted:
                return _proof_of(noted)
            known = self._is_known(connection, call, what, phone)
            scopes = self._scopes(what, phone, alone=known)
            counted = self._counted(connection, scopes, call.at)
            proof = _verdict(list(counted.values()), call.at, fits=fits)
            if proof.verdict == "proved":
                self._keep(connection, call, what, phone)
                over = [scope for scope, (wrong, _) in counted.items() if known or not wrong]
                connection.execute(_FORGIVE, {"scopes": over})
            elif proof.verdict == "wrong":
                for scope, (wrong, _) in counted.items():
                    new = {"scope": scope, "now_wrong": wrong + 1, "now": call.at}
                    connection.execute(_COUNT, new)
                if message and not known and counted[what][0] >= FREE_TRIES:
                    self._tell_owner(connection, call, what, message)
            idempotency.keep(connection, index, _noted(proof))
        return proof

    def known(self, call: ServiceCall, service: str, *, of: str) -> bool:
        """Returns whether the phone of a call has proven it before. Nothing is counted."""
        what = self._keyring.index(f"proof of {service}", of)
        phone = self._keyring.index_of(call.subscriber)
        with statements(self._engine) as connection:
            return self._is_known(connection, call, what, phone)

    def waits(self, call: ServiceCall, service: str, *, of: str) -> datetime | None:
        """Returns when the next second fact is looked at; None where the call need not wait.

        A call that has its verdict already keeps it, and to wait is a verdict. Nothing is counted.
        """
        what = self._keyring.index(f"proof of {service}", of)
        phone = self._keyring.index_of(call.subscriber)
        index = idempotency.call_index(self._keyring, call, "prove", service, of)
        with statements(self._engine) as connection:
            noted = idempotency.noted(connection, index)
            if noted:
                return _proof_of(noted).again_at
            known = self._is_known(connection, call, what, phone)
            scopes = self._scopes(what, phone, alone=known)
            rows = connection.execute(_LOOK, {"scopes": scopes}).all()
        counted = [(still_counted(row.wrong, row.last_at, call.at), row.last_at) for row in rows]
        proof = _verdict(counted, call.at, fits=False) if counted else None
        if proof is None or proof.again_at is None:
            return None
        with transaction(self._engine) as connection:
            decided = idempotency.begin(connection, index, call.at)
            if decided:  # by the same call, at the same moment
                return _proof_of(decided).again_at
            idempotency.keep(connection, index, _noted(proof))
        return proof.again_at

    def _is_known(
        self, connection: Connection, call: ServiceCall, what: bytes, phone: bytes
    ) -> bool:
        values = {"what": what, "phone": phone, "awake_since": call.at - self._dormant}
        return connection.execute(_KNOWN, values).first() is not None

    def _scopes(self, what: bytes, phone: bytes, *, alone: bool) -> Sequence[bytes]:
        """Returns what a try counts for, in the order in which all tries lock it."""
        if alone:
            return [self._keyring.index("proof by its owner", f"{what.hex()} {phone.hex()}")]
        return sorted([what, self._keyring.index("proofs of a phone", phone.hex())])

    def _counted(
        self, connection: Connection, scopes: Sequence[bytes], now: datetime
    ) -> dict[bytes, tuple[int, datetime]]:
        """Returns how many wrong tries count now and since when, and holds them for this try."""
        new = [{"scope_index": scope, "wrong": 0, "last_at": now} for scope in scopes]
        for row in new:
            connection.execute(_FIRST_TRY[connection.dialect.name], row)
        return {
            row.scope_index: (still_counted(row.wrong, row.last_at, now), row.last_at)
            for row in connection.execute(_TRIES, {"scopes": scopes})
        }

    def _keep(self, connection: Connection, call: ServiceCall, what: bytes, phone: bytes) -> None:
        place, subscriber = {"what_index": what, "msisdn_index": phone}, call.subscriber.as_stored
        row = {
            **place,
            "msisdn_sealed": PROOFS.seal(self._keyring, "msisdn_sealed", place, subscriber),
            "channel": call.channel,
            "language": call.language,
            "proved_at": call.at,
        }
        connection.execute(_PROVE[connection.dialect.name], row)

    def _tell_owner(
        self, connection: Connection, call: ServiceCall, what: bytes, message: str
    ) -> None:
        """Has the phone that proved it last told, in the transaction that counts the try."""
        asked = {"what": what, "long_ago": call.at - TOLD_EVERY}
        owner = connection.execute(_LAST, asked).first()
        if owner is None:
            return
        subscriber = PROOFS.open_subscriber(self._keyring, owner._mapping)
        if not self._reaches(owner.channel, subscriber):
            return
        reminder_rows.put(
            connection,
            self._keyring,
            reminder_rows.NewReminder(
                subscriber=subscriber,
                channel=owner.channel,
                language=owner.language,
                message=message,
                values={"day": call.at.date().isoformat()},
                topic=TOPIC,
                key=what.hex(),
                due_at=call.at,
                scheduled_at=call.at,
                institution=call.institution,
            ),
        )
        connection.execute(_TOLD, {"what": what, "told": call.at})


def _verdict(counted: Sequence[tuple[int, datetime]], now: datetime, *, fits: bool) -> Proof:
    again_at = max(waits_until(wrong, last_at) for wrong, last_at in counted)
    if again_at > now:
        return Proof("wait", again_at.astimezone(now.tzinfo))
    return Proof("proved" if fits else "wrong")


def _noted(proof: Proof) -> str:
    at = "" if proof.again_at is None else f" {proof.again_at.isoformat()}"
    return f"{proof.verdict}{at}"


def _proof_of(noted: str) -> Proof:
    verdict, _, at = noted.partition(" ")
    match verdict:
        case "proved" | "wrong":
            return Proof(verdict)
        case "wait":
            return Proof(verdict, datetime.fromisoformat(at))
        case _:
            raise Refused(f"A stored verdict on a second fact is '{verdict}', which is none.")
