"""Writes the software bill of materials of what a deployment installs: `make sbom`.

The same packages give the same file: its serial number is made of them, and SOURCE_DATE_EPOCH
sets its time.
"""

from __future__ import annotations

import os
import sys
import time
import uuid
from datetime import UTC, datetime

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.dependency import Dependency
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from tools import dependencies

_LICENCES = LicenseFactory()


def bill(at: datetime) -> str:
    """Returns the bill as JSON in the form CycloneDX 1.6; raises ValueError when it is not."""
    packages = dependencies.runtime()
    gateway = Component(
        name="citizen-gateway",
        version=dependencies.version(),
        type=ComponentType.APPLICATION,
        bom_ref="citizen-gateway",
        description="The open SMS and USSD gateway for public services",
        licenses=[_LICENCES.make_from_string("Apache-2.0")],
        supplier=OrganizationalEntity(name="The citizen gateway's authors"),
    )
    parts = {
        name: Component(
            name=name,
            version=package.version,
            type=ComponentType.LIBRARY,
            bom_ref=f"{name}@{package.version}",
            purl=PackageURL("pypi", name=name, version=package.version),
            licenses=[_LICENCES.make_from_string(package.licence)],
        )
        for name, package in packages.items()
    }
    asked = dependencies.direct(["", *dependencies.RUNTIME_EXTRAS])
    links = [Dependency(gateway.bom_ref, [Dependency(parts[name].bom_ref) for name in asked])]
    links += [
        Dependency(parts[name].bom_ref, [Dependency(parts[need].bom_ref) for need in package.needs])
        for name, package in packages.items()
    ]
    content = "\n".join([str(gateway.version), *(str(each.purl) for each in parts.values())])
    bom = Bom(
        components=parts.values(),
        dependencies=links,
        serial_number=uuid.uuid5(uuid.NAMESPACE_OID, content),
        metadata=BomMetaData(component=gateway, timestamp=at),
    )
    text = str(JsonV1Dot6(bom).output_as_string(indent=2))
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong:
        raise ValueError(f"The bill of materials is not CycloneDX: {wrong}")
    return text + "\n"


def main() -> int:
    """Writes the bill into dist/, and says where."""
    at = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())), UTC)
    path = dependencies.HOME / "dist" / f"citizen-gateway-{dependencies.version()}.cdx.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(bill(at), encoding="utf-8")
    print(f"Written: {path.relative_to(dependencies.HOME)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
