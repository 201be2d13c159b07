"""Checks the XML signature of an alert against the certificate that its source is known by.

CAP 1.2, 3.3.2.1: an enveloped signature in the <alert> element, after XML Signature (W3C).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime

from cryptography import x509
from lxml import etree
from signxml.verifier import SignatureConfiguration, XMLVerifier

from gateway.adapters.cap.document import Element
from gateway.domain.faults_and_errors.errors import OriginUnproven
from gateway.domain.faults_and_errors.sentence import Sentence

_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
_SIGNATURE = f"{_DSIG}Signature"


def is_signed(root: Element) -> bool:
    """Returns whether the document has a signature at all."""
    return root.find(_SIGNATURE) is not None


def what_is_signed(
    root: Element, certificates: Sequence[x509.Certificate], now: datetime
) -> Element:
    """Returns the <alert> that one of the certificates has signed; raises OriginUnproven.

    Only what is returned may be read: a signature may cover less than the document shows. Which
    certificates count is for the deployment to say: what a document brings along proves nothing.

    Weather services sign an alert and indent it afterwards, with its signature or without, so it is
    looked at without the space between its elements, too, which means nothing in CAP.
    """
    if not is_signed(root):
        raise OriginUnproven(
            Sentence("The alert carries no signature, and this source has to sign.")
        )
    expected = SignatureConfiguration(location="./", verification_time=now)
    for document in (root, _without_indents(root), _without_indents_but_in_the_signature(root)):
        for certificate in certificates:
            for excise in (False, True):
                signed = _signed(document, certificate, expected, excise)
                if signed is not None and signed.tag == root.tag:
                    return signed
    if any("sha1" in method for method in _methods(root)):
        raise OriginUnproven(
            Sentence(
                "The alert is signed by means of SHA-1, which proves nothing any more. "
                "Its source signs with SHA-256, say."
            )
        )
    raise OriginUnproven(Sentence("No certificate of the source has made the alert's signature."))


def _signed(
    document: Element, certificate: x509.Certificate, expected: SignatureConfiguration, excise: bool
) -> Element | None:
    """Returns what a certificate has signed, or None.

    Most libraries write SignedInfo in the inclusive canonical form. libxml2 puts an `xmlns=""` into
    that of a part of a document which belongs to no element of it; `excise` takes them out again.
    What is returned is read from the very octets that are signed, so it says no more than they do.
    """
    verifier = XMLVerifier()
    verifier.excise_empty_xmlns_declarations = excise
    try:
        result = verifier.verify(document, x509_cert=certificate, expect_config=expected)
    except Exception:  # the document is a stranger's: what the library stumbles over proves nothing
        return None
    return None if isinstance(result, list) else result.signed_xml


def _methods(root: Element) -> Sequence[str]:
    """Returns by which algorithms a document says that it is signed."""
    names = ("SignatureMethod", "DigestMethod")
    return [
        element.get("Algorithm", "") for name in names for element in root.iter(f"{_DSIG}{name}")
    ]


def _without_indents(root: Element) -> Element:
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
    return etree.fromstring(etree.tostring(root), parser)


def _without_indents_but_in_the_signature(root: Element) -> Element:
    document = deepcopy(root)
    signature = document.find(_SIGNATURE)
    kept = set() if signature is None else set(signature.iter())
    for element in document.iter():
        if element not in kept and len(element) and not (element.text or "").strip():
            element.text = None
        if (element not in kept or element is signature) and not (element.tail or "").strip():
            element.tail = None
    return document
