"""The keys of a deployment: they seal what is personal and index it for look-up."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.adapters.system import private_files
from gateway.adapters.system.atomic_files import put_in_place
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.domain.telecom.identity import Identity

KEY_FILE = "gateway.key"
_MASTER_BYTES = 32
_NONCE_BYTES = 8
_CLEAR_FROM = 1 + _NONCE_BYTES
_INDEX_BYTES = 16
_WRAPPED = "index key"


class Keyring:
    """Seals and indexes with keys derived from a master key; fits the `Keyring` port.

    A sealed value is one byte naming its key, a nonce, and AES-SIV (RFC 5297), which stays safe
    should a nonce ever repeat. `purpose` is bound into the seal: what was sealed as one thing
    cannot be opened as another. So is the `place`, where one is given: the table, the column and
    the key of a row. What stands in another row than it was sealed for does not open. Values of
    earlier versions have no place in them; they open anywhere until they are sealed anew.

    `retired` are earlier master keys, oldest first: what they sealed can still be opened. The
    index comes from the oldest key, unless the database keeps another (`indexed_by`), so that a
    number is found after a rotation, too.
    """

    def __init__(self, master: bytes, retired: Sequence[bytes] = ()) -> None:
        """Raises Refused for a key of another length than 32 bytes, or two with the same name."""
        masters = [*retired, master]
        if any(len(each) != _MASTER_BYTES for each in masters):
            raise Refused(f"A master key has {_MASTER_BYTES} bytes.")
        if len(set(masters)) != len(masters):
            raise Refused("A master key is listed twice. Leave one of the two out.")
        self._ciphers = {_derived(each, b"name", 1): _cipher(each) for each in masters}
        if len(self._ciphers) != len(masters):
            raise Refused("Two master keys share their one-byte name. Generate the newest anew.")
        self._newest_first = masters[::-1]
        #: The public name of each key, the newest first: 8 bytes in hex.
        self.key_ids = [_derived(each, b"id", 8).hex() for each in self._newest_first]
        self._name = _derived(master, b"name", 1)
        self._seal = self._ciphers[self._name].encrypt
        self.oldest_index_key = _derived(masters[0], b"index", 32)
        self._index = _IndexKey(lambda: self.oldest_index_key)
        self._waits_for_index = True

    def indexed_by(self, load: Callable[[], bytes]) -> Keyring:
        """Returns these keys with an index key that is loaded when it is first needed.

        What `load` raises, `index` raises.
        """
        other = copy(self)
        other._index = _IndexKey(load)
        return other

    def not_waiting(self) -> Keyring:
        """Returns these keys for what must go on when no store answers.

        Where the index key could not be loaded, it takes that of the oldest key in the list.
        """
        other = copy(self)
        other._waits_for_index = False
        return other

    def index(self, purpose: str, text: str) -> bytes:
        """Returns a keyed hash (16 bytes) by which a value is found without storing it.

        BLAKE2b with a key is a MAC by itself (RFC 7693) and costs a third of HMAC-SHA256; a turn
        takes four of them.
        """
        key = self._index.loaded or self._index_key()
        value = f"{purpose}\0{text}".encode()  # as in `_indexed`: this is the one that turns call
        return blake2b(value, key=key, digest_size=_INDEX_BYTES).digest()

    def index_of(self, subscriber: Identity) -> bytes:
        """Returns the keyed hash by which a subscriber is found; a token's is that of its scope."""
        key = self._index.loaded or self._index_key()
        value = f"msisdn\0{subscriber.as_stored}".encode()  # as `index` does, which is a call more
        return blake2b(value, key=key, digest_size=_INDEX_BYTES).digest()

    def index_of_oldest(self, purpose: str, text: str) -> bytes:
        """Returns the index as it was before the database kept a key for it."""
        return _indexed(self.oldest_index_key, purpose, text)

    def seal(self, purpose: str, text: str | bytes, place: Sequence[bytes] = ()) -> bytes:
        """Returns the text encrypted: 25 bytes longer, and different each time."""
        nonce = os.urandom(_NONCE_BYTES)
        clear = text.encode() if isinstance(text, str) else text
        return self._name + nonce + self._seal(clear, [purpose.encode(), nonce, *place])

    def open(self, purpose: str, sealed: bytes, place: Sequence[bytes] = ()) -> bytes:
        """Returns what was sealed for this purpose and place.

        Raises Refused for another key, purpose or place.
        """
        for where in (place, ()) if place else ((),):  # without: as earlier versions sealed
            opened = self._opened(purpose, sealed, where)
            if opened is not None:
                return opened
        raise Refused(
            f"A stored value does not open as '{purpose}': altered, cut, or of another row."
        )

    def sealer(self, purpose: str, column: bytes) -> Callable[[str, bytes], bytes]:
        """Returns `seal` for many texts of a column, each with the one part that names its row."""
        head, seal, what, random = self._name, self._seal, purpose.encode(), os.urandom

        def sealed(text: str, row: bytes) -> bytes:
            nonce = random(_NONCE_BYTES)
            return head + nonce + seal(text.encode(), [what, nonce, column, row])

        return sealed

    def opener(self, purpose: str, column: bytes) -> Callable[[bytes, bytes], bytes]:
        """Returns `open` for many values of a column, each with the one part that names its row.

        What is the same for all of them is made once.
        """
        ciphers, what = self._ciphers, purpose.encode()

        def opened(sealed: bytes, row: bytes) -> bytes:
            cipher = ciphers.get(sealed[:1])
            if cipher is not None:
                nonce = sealed[1:_CLEAR_FROM]
                try:
                    return cipher.decrypt(sealed[_CLEAR_FROM:], [what, nonce, column, row])
                except (InvalidTag, ValueError):
                    pass
            return self.open(purpose, sealed, (column, row))

        return opened

    def is_current(self, purpose: str, sealed: bytes, place: Sequence[bytes]) -> bool:
        """Returns whether the newest key has sealed this, for this place."""
        return sealed[:1] == self._name and self._opened(purpose, sealed, place) is not None

    def _opened(self, purpose: str, sealed: bytes, place: Sequence[bytes]) -> bytes | None:
        cipher = self._ciphers.get(sealed[:1])
        if cipher is None:
            raise Refused("A stored value was sealed with a key that this deployment lacks.")
        nonce = sealed[1:_CLEAR_FROM]
        try:
            return cipher.decrypt(sealed[_CLEAR_FROM:], [purpose.encode(), nonce, *place])
        except (InvalidTag, ValueError):
            return None

    def _index_key(self) -> bytes:
        index = self._index
        if index.loaded is None and not self._waits_for_index and index.failed:
            return self.oldest_index_key
        try:
            return index.get()
        except StoreUnavailable:
            if self._waits_for_index:
                raise
            return self.oldest_index_key

    def each_alone(self) -> list[Keyring]:
        """Returns a keyring of each key by itself, the newest first."""
        return [Keyring(master) for master in self._newest_first]

    def knows(self, sealed: bytes) -> bool:
        """Returns whether a value names one of these keys: it may be another's of the same name."""
        return sealed[:1] in self._ciphers

    @property
    def newest_name(self) -> bytes:
        """Returns the byte that each value begins with which the newest key has sealed."""
        return self._name

    def wrap_index_key(self, index_key: bytes) -> bytes:
        """Returns an index key sealed with the newest key, to be kept in the database."""
        return self.seal(_WRAPPED, index_key, (self.key_ids[0].encode(),))

    def unwrap_index_key(self, wrapped: Mapping[str, bytes]) -> bytes | None:
        """Returns the index key, of which each key (by its id) has sealed a copy.

        None when all of them were sealed by others. Raises Refused for a copy that was altered.
        """
        for each in self.each_alone():
            (key_id,) = each.key_ids
            if key_id in wrapped:
                return each.open(_WRAPPED, wrapped[key_id], (key_id.encode(),))
        return None

    def open_text(self, purpose: str, sealed: bytes, place: Sequence[bytes] = ()) -> str:
        """Returns the text that was sealed; raises Refused like `open`."""
        return self.open(purpose, sealed, place).decode()

    def derive(self, purpose: str) -> str:
        """Returns a secret of 32 URL-safe characters that is always the same for a purpose."""
        return self.derive_all(purpose)[0]

    def derive_all(self, purpose: str) -> Sequence[str]:
        """Returns what `derive` returns, and behind it what it returned with each retired key."""
        info = b"secret " + purpose.encode()
        return [
            base64.urlsafe_b64encode(_derived(each, info, 24)).decode()
            for each in self._newest_first
        ]


class _IndexKey:
    """An index key that is loaded once; all copies of a keyring share it."""

    def __init__(self, load: Callable[[], bytes]) -> None:
        self._load = load
        self.loaded: bytes | None = None
        self.failed = False

    def get(self) -> bytes:
        if self.loaded is None:
            try:
                self.loaded = self._load()
            except StoreUnavailable:
                self.failed = True
                raise
        return self.loaded


def load_or_create(env_value: str | None, folder: Path | None) -> tuple[Keyring, bool]:
    """Returns the keyring, and whether its key was made just now (it must then be backed up).

    `env_value` is 32 bytes in base64; retired keys may follow after commas, newest first. Without
    it the key is kept in `folder` as `gateway.key`, readable by its owner alone. Raises Refused.
    """
    if env_value:
        masters = [_decoded(part, "the environment") for part in env_value.split(",")]
        return Keyring(masters[0], masters[:0:-1]), False
    if folder is None:
        raise Refused("No master key. Set it in the environment: openssl rand -base64 32")
    path = folder / KEY_FILE
    created = not path.exists() and _create(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Refused(f"Others can read the master key. Run: chmod 600 {path}")
    return Keyring(_decoded(path.read_text("ascii"), str(path))), created


def _create(path: Path) -> bool:
    """Returns whether we made the file; another process that starts now may have been first."""
    private_files.make_folder(path.parent)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(_MASTER_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        put_in_place(draft, path, overwrite=False)  # whole, and never over a key that is there
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def _decoded(text: str, place: str) -> bytes:
    try:
        master = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        master = b""
    if len(master) != _MASTER_BYTES:
        raise Refused(
            f"The master key in {place} is not 32 bytes in base64. "
            "Make one with: openssl rand -base64 32"
        )
    return master


def _indexed(key: bytes, purpose: str, text: str) -> bytes:
    value = f"{purpose}\0{text}".encode()
    return blake2b(value, key=key, digest_size=_INDEX_BYTES).digest()


def _derived(master: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"gateway " + info).derive(
        master
    )


def _cipher(master: bytes) -> AESSIV:
    return AESSIV(_derived(master, b"seal", 32))
