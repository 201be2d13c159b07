"""Checks the XML signature of an alert against the certificate that its source is known by.

CAP 1.2, 3.3.2.1: an enveloped signature in the <alert> element, after XML Signature (W3C).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from lxml import etree
from signxml.verifier import SignatureConfiguration, XMLVerifier

from gateway.adapters.cap.document import Element
from gateway.domain.faults_and_errors.errors import OriginUnproven

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


def is_signed(root: Element) -> bool:
    """Returns whether the document has a signature at all."""
    return root.find(_SIGNATURE) is not None


def what_is_signed(
    root: Element, certificates: Sequence[x509.Certificate], now: datetime
) -> Element:
    """Returns the <alert> that one of the certificates has signed; raises OriginUnproven.

    Only what is returned may be read: a signature may cover less than the document shows. Which
    certificates count is for the deployment to say: what a document brings along proves nothing.

    Weather services sign an alert and indent it afterwards, so it is looked at without the space
    between its elements, too, which means nothing in CAP.
    """
    expected = SignatureConfiguration(location="./", verification_time=now)
    for document in (root, _without_indents(root)):
        for certificate in certificates:
            signed = _signed(document, certificate, expected)
            if signed is not None and signed.tag == root.tag:
                return signed
    raise OriginUnproven("No certificate of the source has made the alert's signature.")


def _signed(
    document: Element, certificate: x509.Certificate, expected: SignatureConfiguration
) -> Element | None:
    try:
        result = XMLVerifier().verify(document, x509_cert=certificate, expect_config=expected)
    except Exception:  # the document is a stranger's: what the library stumbles over proves nothing
        return None
    return None if isinstance(result, list) else result.signed_xml


def _without_indents(root: Element) -> Element:
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
    return etree.fromstring(etree.tostring(root), parser)
