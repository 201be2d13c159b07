"""Writes down what a Redis holds, and puts it back; plain JSON, so that any server takes it.

Bytes that are no printable ASCII stand as base64 behind `base64:`; at the end of a key, in hex
behind `hex:`. Times of the server's own clock
stand as `@` and the milliseconds since the moment of writing, and are put back as since the moment
of putting back; so are expiries, as the milliseconds that were left.
"""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import Any

import redis

_BINARY, _HEX = "base64:", "hex:"
_SERVER_TIME = re.compile(rb"\d{13}")

#: What RQ notes about workers that are gone, and the machines they ran on; it expires in minutes.
OF_MACHINES = (b"rq:worker", b"rq:clean")


def written(client: redis.Redis, made_at: datetime) -> list[dict[str, Any]]:
    """Returns every key. Times of the real day that RQ notes are told as `made_at`."""
    day = f"{made_at:%Y-%m-%dT%H:%M:%S.000000Z}".encode()
    now = _now(client)
    keys = []
    for key in sorted(client.scan_iter(count=1000)):
        if key.startswith(OF_MACHINES):
            continue
        kind = client.type(key).decode()
        left = client.pttl(key)
        entry = {"key": _key(key), "type": kind, "ttl_ms": left if left >= 0 else None}
        keys.append(entry | {"value": _value(client, key, kind, now, day)})
    return keys


def put_back(client: redis.Redis, keys: list[dict[str, Any]]) -> None:
    """Puts every key back."""
    now = _now(client)
    for entry in keys:
        key, value = _key_back(entry["key"]), entry["value"]
        if entry["type"] == "string":
            client.set(key, _bytes(value))
        elif entry["type"] == "list":
            client.rpush(key, *(_timed(each, now) for each in value))
        elif entry["type"] == "set":
            client.sadd(key, *map(_bytes, value))
        elif entry["type"] == "zset":
            client.zadd(key, {_bytes(member): score for member, score in value})
        elif entry["type"] == "hash":
            client.hset(key, mapping={_bytes(f): _timed(each, now) for f, each in value.items()})
        else:
            for id, fields in value:
                client.xadd(key, {_bytes(f): _bytes(each) for f, each in fields.items()}, id=id)
        if entry["ttl_ms"] is not None:
            client.pexpire(key, entry["ttl_ms"])


def _value(client: redis.Redis, key: bytes, kind: str, now: int, day: bytes) -> Any:
    timed = key.startswith((b"breaker:", b"throttle:"))

    def told(value: bytes) -> str:
        found = _SERVER_TIME.match(value) if timed else None
        if found:
            return f"@{int(found[0]) - now}{value[13:].decode()}"
        if key.startswith(b"rq:"):
            value = re.sub(rb"20\d\d-\d\d-\d\dT[\d:.]+(Z|\+00:00)?", day, value)
        return _text(value)

    if kind == "string":
        return _text(client.get(key))
    if kind == "list":
        return [told(each) for each in client.lrange(key, 0, -1)]
    if kind == "set":
        return [_text(each) for each in sorted(client.smembers(key))]
    if kind == "zset":
        return [[_text(each), score] for each, score in client.zrange(key, 0, -1, withscores=True)]
    if kind == "hash":
        return {_text(f): told(each) for f, each in sorted(client.hgetall(key).items())}
    if kind == "stream":
        entries = client.xrange(key)
        return [
            [f"1-{number}", {_text(f): _text(each) for f, each in fields.items()}]
            for number, (_, fields) in enumerate(entries, 1)
        ]
    raise ValueError(f"{key!r} is a {kind}.")


def _now(client: redis.Redis) -> int:
    seconds, microseconds = client.time()
    return seconds * 1000 + microseconds // 1000


def _key(key: bytes) -> str:
    """Most end with the 16 bytes of an index."""
    head, tail = key[:-16], key[-16:]
    if head.endswith(b":") and _text(tail) != tail.decode(errors="replace"):
        return f"{head.decode()}{_HEX}{tail.hex()}"
    return _text(key)


def _key_back(text: str) -> bytes:
    head, hex, tail = text.partition(_HEX)
    return head.encode() + bytes.fromhex(tail) if hex else _bytes(text)


def _text(value: bytes) -> str:
    if value.isascii() and value.decode().isprintable() and not value.startswith(b"base64:"):
        return value.decode()
    return _BINARY + base64.b64encode(value).decode()


def _bytes(text: str) -> bytes:
    if text.startswith(_BINARY):
        return base64.b64decode(text.removeprefix(_BINARY))
    return text.encode()


def _timed(text: str, now: int) -> bytes:
    found = re.match(r"@(-?\d+)", text)
    if found is None:
        return _bytes(text)
    return str(now + int(found[1])).encode() + text[found.end() :].encode()
