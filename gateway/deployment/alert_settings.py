"""Who may bring public warnings (CAP), and which districts their areas are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

from gateway.adapters.yaml.documents import read
from gateway.adapters.yaml.validate import named, validate
from gateway.domain.alerts.districts import District
from gateway.domain.faults_and_errors.errors import Refused

if TYPE_CHECKING:
    from cryptography import x509

SourceName = Annotated[
    str,
    named(r"[a-z][a-z0-9-]{0,30}", "is no name of a source: use small letters, digits and -."),
]

_POINT = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]+)?), ?(-?[0-9]{1,3}(?:\.[0-9]+)?)")


class AlertSourceSettings(BaseModel):
    """A source of public warnings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    institution: str = Field(
        default="",
        pattern="^([a-z][a-z0-9_]{0,39})?$",
        description="In whose name its warnings go out; the deployment's own when left out.",
    )
    key: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="The secret in `?key=` of its address, or behind `Authorization: Bearer`; "
        "derived from the deployment's key when left out.",
    )
    senders: tuple[str, ...] = Field(
        default=(), description="Who may stand as `sender` in its alerts; anybody when left out."
    )
    certificates: tuple[Path, ...] = Field(
        default=(),
        description="Files with the certificates (PEM) that sign its alerts. Where there is one, "
        "an alert that none of them has signed is refused.",
    )


class AlertsSettings(BaseModel):
    """Public warnings that come in the Common Alerting Protocol."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: str = Field(
        default="warnings",
        pattern="^[a-z][a-z0-9_]{0,39}$",
        description="The topic whose subscribers are warned, by their district.",
    )
    segments: int = Field(
        default=2, ge=1, le=6, description="How many segments the text of a warning may take."
    )
    districts: Path | None = Field(
        default=None,
        description="A file that says by which codes, names and points sources mean each district.",
    )
    sources: dict[SourceName, AlertSourceSettings] = Field(
        default_factory=dict, description="Who may bring warnings to /alerts/NAME, by name."
    )


def _point(written: str) -> str:
    match = _POINT.fullmatch(written.strip())
    if match is None or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
        sentence = "Write a point as latitude and longitude in degrees, such as 1.08, 34.17."
        raise PydanticCustomError("003", "{sentence}", {"sentence": sentence})
    return written


class _District(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str] = Field(default_factory=list)
    codes: dict[str, list[str]] = Field(default_factory=dict)
    points: list[Annotated[str, AfterValidator(_point)]] = Field(default_factory=list)


class _Districts(BaseModel):
    model_config = ConfigDict(extra="forbid")

    districts: dict[str, _District] = Field(min_length=1)


def load_districts(path: Path | None) -> Sequence[District]:
    """Returns the districts of a file, in its order; raises FilesInvalid with every fault."""
    if path is None:
        return ()
    written = validate(_Districts, read(path, "S"))
    return [
        District(
            name=name,
            other_names=tuple(district.names),
            geocodes=frozenset(
                (kind, code) for kind, codes in district.codes.items() for code in codes
            ),
            points=tuple(_degrees(point) for point in district.points),
        )
        for name, district in written.districts.items()
    ]


def _degrees(written: str) -> tuple[float, float]:
    latitude, _, longitude = written.partition(",")
    return float(latitude), float(longitude)


def load_certificates(paths: Sequence[Path]) -> Sequence[x509.Certificate]:
    """Returns the certificates of PEM files; raises Refused, which names the file."""
    from cryptography import x509  # it takes memory in each process, and is needed for alerts alone

    found: list[x509.Certificate] = []
    for path in paths:
        try:
            found += x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it holds no certificate"
            raise Refused(f"The certificate {path} cannot be read: {reason}.") from None
    return found
