"""The `Pins` port on a database: PINs that subscribers chose, each as what scrypt makes of it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, delete, select, update

from gateway.adapters.sql import idempotency
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import pins
from gateway.adapters.sql.upserts import insert_or_update
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.text.secret_comparison import same_secret
from gateway.use_cases.ports import PinVerdict

#: So many wrong PINs lock it.
MOST_WRONG = 5

_SALT_BYTES = 16
#: What scrypt is told (N): 16 MiB and some 40 ms on one core (RFC 7914), so that a web process
#: answers several at once.
COST = 2**14

_row = pins.c
_OF = (
    _row.msisdn_index == bindparam("owner"),
    _row.service == bindparam("in_service"),
    _row.of_index == bindparam("guarded"),
)
# One that was not used for so long may be that of who had the number before.
_AWAKE = _row.changed_at >= bindparam("awake_since")
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_READ = select(_row.hash, _row.wrong).where(*_OF, _AWAKE)
# Counted before it is looked at: tries at the same moment cannot have more than five between them.
_TRY = (
    update(pins)
    .where(*_OF, _AWAKE, _row.wrong < MOST_WRONG)
    .values(wrong=_row.wrong + 1)
    .returning(_row.hash, _row.wrong)
)
_USED = update(pins).where(*_OF).values(wrong=0, changed_at=bindparam("now"))
_FORGET = delete(pins).where(*_OF)
_SET = insert_or_update(pins, "hash", "wrong", "changed_at")


class SqlPins:
    """PINs in a database. All methods raise StoreUnavailable.

    What scrypt is given is no PIN but a keyed hash of one: who has the database alone cannot try
    out the ten thousand that there are. A PIN that was neither set nor rightly given for as long
    as `dormant` is none any more: networks give a number to somebody else. Another `cost` is for a
    stage, where no PIN is anybody's.
    """

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        dormant: timedelta | None = None,
        cost: int = COST,
    ) -> None:
        self._engine = engine
        self._keyring = keyring
        self._dormant = dormant
        self.cost = cost

    def is_set(self, call: ServiceCall, service: str, *, of: str) -> bool:
        """Returns whether there is one, locked or not."""
        with statements(self._engine) as connection:
            return connection.execute(_READ, self._key(call, service, of)).first() is not None

    def set(self, call: ServiceCall, service: str, pin: str, *, of: str) -> None:
        """Keeps the PIN, in the place of another; raises Refused while that one is locked."""
        key = self._key(call, service, of)
        salt = secrets.token_bytes(_SALT_BYTES)
        row = {
            "msisdn_index": key["owner"],
            "service": service,
            "of_index": key["guarded"],
            "hash": salt + self._hashed(service, pin, salt),
            "wrong": 0,
            "changed_at": call.at,
        }

        def write(connection: Connection) -> int:
            present = connection.execute(_READ, key).first()
            if present is not None and present.wrong >= MOST_WRONG:
                raise Refused(f"The PIN for '{service}' is locked. Reset it first.")
            connection.execute(_SET[connection.dialect.name], row)
            return 1

        words = ("set pin", service, of)
        idempotency.once(self._engine, self._keyring, call, *words, write=write)

    def verify(self, call: ServiceCall, service: str, pin: str, *, of: str) -> PinVerdict:
        """Returns what the PIN is worth; the fifth wrong one locks it.

        No transaction is open while scrypt works: SQLite has one writer.
        """
        key = self._key(call, service, of)
        index = idempotency.call_index(self._keyring, call, "verify pin", service, of)
        with transaction(self._engine) as connection:
            noted = idempotency.begin(connection, index, call.at)
            if noted:
                return _verdict(noted)
            # A call that was cut off after its try was counted is not counted again.
            tried = connection.execute(_TRY if noted is None else _READ, key).first()
            if tried is None:
                there = connection.execute(_READ, key).first() is not None
                verdict: PinVerdict = "locked" if there else "unset"
                idempotency.keep(connection, index, verdict)
                return verdict
        stored, wrong = tried
        salt = stored[:_SALT_BYTES]
        right = same_secret(stored[_SALT_BYTES:], self._hashed(service, pin, salt))
        verdict = "ok" if right else "locked" if wrong >= MOST_WRONG else "wrong"
        with transaction(self._engine) as connection:
            if right:
                connection.execute(_USED, {**key, "now": call.at})
            idempotency.keep(connection, index, verdict)
        return verdict

    def reset(self, call: ServiceCall, service: str, *, of: str) -> None:
        """Forgets the PIN and its lock."""
        key = self._key(call, service, of)

        def write(connection: Connection) -> int:
            return connection.execute(_FORGET, key).rowcount

        words = ("reset pin", service, of)
        idempotency.once(self._engine, self._keyring, call, *words, write=write)

    def _key(self, call: ServiceCall, service: str, of: str) -> dict[str, object]:
        return {
            "owner": self._keyring.index_of(call.subscriber),
            "in_service": service,
            "guarded": self._keyring.index(f"guarded by {service}", of),
            "awake_since": _EVER if self._dormant is None else call.at - self._dormant,
        }

    def _hashed(self, service: str, pin: str, salt: bytes) -> bytes:
        keyed = self._keyring.index(f"pin {service}", pin)
        return hashlib.scrypt(keyed, salt=salt, n=self.cost, r=8, p=1, dklen=32)


def _verdict(noted: str) -> PinVerdict:
    match noted:
        case "ok" | "wrong" | "locked" | "unset":
            return noted
        case _:
            raise Refused(f"A stored verdict on a PIN is '{noted}', which is none.")
