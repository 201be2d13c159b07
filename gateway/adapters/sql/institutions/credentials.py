"""The `CredentialStore` port on a database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Engine,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.institutions.audit_chain import append
from gateway.adapters.sql.institutions.people import add_first
from gateway.adapters.sql.institutions.sign_in_tables import credentials as known
from gateway.adapters.sql.institutions.sign_in_tables import one_time_links, recovery_codes
from gateway.adapters.sql.institutions.what_lets_in import forget, put_codes, take_back_links
from gateway.adapters.sql.sealed_columns import CREDENTIALS
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.person import Person
from gateway.use_cases.ports.institutions import AuditEntry
from gateway.use_cases.ports.sign_in.credentials import Credentials, OneTimeLink

_c, _r, _l = known.c, recovery_codes.c, one_time_links.c
_ONE = select(known).where(_c.name == bindparam("of_name"))
_USE_STEP = (
    update(known)
    .where(_c.name == bindparam("of_name"), _c.last_step < bindparam("step", type_=BigInteger))
    .values(last_step=bindparam("step", type_=BigInteger))
)
_USE_CODE = delete(recovery_codes).where(
    _r.name == bindparam("of_name"), _r.code_index == bindparam("code")
)
_LEFT = select(func.count()).select_from(recovery_codes).where(_r.name == bindparam("of_name"))
_LINK = select(one_time_links).where(_l.key_index == bindparam("key"))
_USE_LINK = delete(one_time_links).where(_l.key_index == bindparam("key"))


class SqlCredentials:
    """Fits the `CredentialStore` port. All methods raise StoreUnavailable."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine, self._keyring = engine, keyring

    def find(self, name: str) -> Credentials | None:
        """Returns what is known of a person; raises Refused where the key of it is gone."""
        with statements(self._engine) as connection:
            row = connection.execute(_ONE, {"of_name": name}).first()
        if row is None:
            return None
        return Credentials(
            name=row.name,
            password=row.password_hash,
            secret=CREDENTIALS.open_text(self._keyring, "secret_sealed", row._mapping),
            last_step=row.last_step,
        )

    def use_step(self, name: str, step: int) -> bool:
        """Takes the code of a step; False where it, or a later one, was taken before."""
        with statements(self._engine) as connection:
            return connection.execute(_USE_STEP, {"of_name": name, "step": step}).rowcount == 1

    def use_recovery(self, name: str, code: bytes) -> bool:
        """Takes a recovery code; False where there is none such."""
        with statements(self._engine) as connection:
            return connection.execute(_USE_CODE, {"of_name": name, "code": code}).rowcount == 1

    def recovery_left(self, name: str) -> int:
        """Returns how many recovery codes a person has left."""
        with statements(self._engine) as connection:
            return connection.scalar(_LEFT, {"of_name": name}) or 0

    def set_password(self, name: str, password: str, entry: AuditEntry) -> None:
        """Keeps the hash of a new password."""
        with transaction(self._engine) as connection:
            changed = update(known).where(_c.name == name)
            connection.execute(changed.values(password_hash=password, set_at=entry.at))
            take_back_links(connection, name)
            append(connection, self._keyring, [entry])

    def set_secret(self, name: str, secret: str, step: int, entry: AuditEntry) -> None:
        """Keeps the secret of another telephone, and takes links back."""
        row = {"name": name}
        sealed = CREDENTIALS.seal(self._keyring, "secret_sealed", row, secret)
        with transaction(self._engine) as connection:
            changed = update(known).where(_c.name == name)
            connection.execute(changed.values(secret_sealed=sealed, last_step=step))
            take_back_links(connection, name)
            append(connection, self._keyring, [entry])

    def put_recovery(self, name: str, codes: Sequence[bytes], entry: AuditEntry) -> None:
        """Keeps new recovery codes, in the place of those before."""
        with transaction(self._engine) as connection:
            put_codes(connection, name, codes)
            append(connection, self._keyring, [entry])

    def issue(self, link: OneTimeLink, entry: AuditEntry | None) -> None:
        """Keeps a link, in the place of those that the person had before."""
        row = {"key_index": link.key, "name": link.name, "expires_at": link.expires_at}
        with transaction(self._engine) as connection:
            take_back_links(connection, link.name)
            made_at = entry.at if entry else link.expires_at
            connection.execute(insert(one_time_links), {**row, "made_at": made_at})
            if entry is not None:
                append(connection, self._keyring, [entry])

    def take_back_links(self, name: str) -> None:
        """Removes the links of a person that nobody has used."""
        with transaction(self._engine) as connection:
            take_back_links(connection, name)

    def link(self, key: bytes) -> OneTimeLink | None:
        """Returns a link, expired or not; None once it was used."""
        with statements(self._engine) as connection:
            row = connection.execute(_LINK, {"key": key}).first()
        if row is None:
            return None
        return OneTimeLink(key=row.key_index, name=row.name, expires_at=row.expires_at)

    def enrol(
        self, link: OneTimeLink, credentials: Credentials, recovery: Sequence[bytes],
        entry: AuditEntry, first: tuple[Person, AuditEntry] | None = None,
    ) -> bool:  # fmt: skip
        """Uses a link up; False where it was used just now, or somebody else came first."""
        name = credentials.name
        with transaction(self._engine) as connection:
            if connection.execute(_USE_LINK, {"key": link.key}).rowcount != 1:
                return False
            if first is not None and not add_first(connection, self._keyring, *first):
                return False  # the link is used up: it was good while nobody was known
            forget(connection, name)
            row = {
                "name": name,
                "password_hash": credentials.password,
                "last_step": credentials.last_step,
                "set_at": entry.at,
            }
            row["secret_sealed"] = CREDENTIALS.seal(
                self._keyring, "secret_sealed", row, credentials.secret
            )
            connection.execute(insert(known), row)
            put_codes(connection, name, recovery)
            append(connection, self._keyring, [entry])
        return True
