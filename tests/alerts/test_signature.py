"""An alert that is signed is known by a certificate of ours, and by nothing that it brings."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner

from gateway.adapters.cap.document import alert_of, tree_of
from gateway.adapters.cap.signature import is_signed, what_is_signed
from gateway.domain.faults_and_errors.errors import OriginUnproven
from tests.alerts.samples import SENT, document

DSIG = "http://www.w3.org/2000/09/xmldsig#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
DIGESTS = {"sha256": "http://www.w3.org/2001/04/xmlenc#sha256", "sha1": f"{DSIG}sha1"}
SIGNED_BY = {
    "sha256": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "sha1": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
}

Signer = tuple[ec.EllipticCurvePrivateKey, x509.Certificate]


def signer(name: str) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(SENT - timedelta(days=30))
        .not_valid_after(SENT + timedelta(days=30))
        .sign(key, SHA256())
    )
    return key, certificate


@pytest.fixture(scope="module")
def weather() -> Signer:
    return signer("weather.example")


@pytest.fixture(scope="module")
def stranger() -> Signer:
    return signer("weather.example")


def _signed(octets: bytes, signer: Signer, *, indented: bool = False) -> bytes:
    key, certificate = signer
    root = etree.fromstring(octets, etree.XMLParser(remove_blank_text=True))
    signer_of = XMLSigner(signature_algorithm="ecdsa-sha256")
    signed = signer_of.sign(root, key=key, cert=[certificate])
    return bytes(etree.tostring(signed, pretty_print=indented))


def _by_hand(octets: bytes, signer: Signer, form: str, digest: str = "sha256") -> bytes:
    """Returns an alert signed without the library that checks it.

    SignedInfo is written as its canonical form is, whatever the form is called.
    """
    key, _ = signer
    root = etree.fromstring(octets, etree.XMLParser(remove_blank_text=True))
    digested = b64encode(hashlib.new(digest, etree.tostring(root, method="c14n")).digest()).decode()
    algorithm = DIGESTS[digest]
    info = (
        f'<SignedInfo xmlns="{DSIG}">\n'
        f'<CanonicalizationMethod Algorithm="{form}"></CanonicalizationMethod>\n'
        f'<SignatureMethod Algorithm="{SIGNED_BY[digest]}"></SignatureMethod>\n'
        '<Reference URI=""><Transforms>'
        f'<Transform Algorithm="{DSIG}enveloped-signature"></Transform>'
        f'<Transform Algorithm="{form}"></Transform></Transforms>'
        f'<DigestMethod Algorithm="{algorithm}"></DigestMethod>'
        f"<DigestValue>{digested}</DigestValue></Reference>\n</SignedInfo>"
    )
    r, s = decode_dss_signature(key.sign(info.encode(), ec.ECDSA(SHA256())))
    value = b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
    signature = f'<Signature xmlns="{DSIG}">{info}<SignatureValue>{value}</SignatureValue>'
    whole = etree.tostring(root).replace(b"</alert>", f"{signature}</Signature></alert>".encode())
    return bytes(whole)


@pytest.mark.parametrize("form", [INCLUSIVE, INCLUSIVE_11, EXCLUSIVE])
@pytest.mark.parametrize("indented", [False, True])
def test_an_alert_is_proven_in_each_canonical_form(
    weather: Signer, form: str, indented: bool
) -> None:
    octets = _by_hand(document(), weather, form)
    if indented:  # libxml2 indents no element that holds text: the signature stays as it was
        octets = etree.tostring(etree.fromstring(octets), pretty_print=True)
        assert b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\n  <' in octets
    proven = what_is_signed(tree_of(octets, "alert.xml"), [weather[1]], SENT)
    assert alert_of(proven, "alert.xml").name.identifier == "ZM-2027-0001"
    changed = octets.replace(b"two metres", b"nine metres")
    with pytest.raises(OriginUnproven, match="No certificate"):
        what_is_signed(tree_of(changed, "alert.xml"), [weather[1]], SENT)


def test_what_is_signed_by_means_of_sha1_is_refused_with_the_reason(weather: Signer) -> None:
    root = tree_of(_by_hand(document(), weather, EXCLUSIVE, "sha1"), "alert.xml")
    with pytest.raises(OriginUnproven, match="SHA-1"):
        what_is_signed(root, [weather[1]], SENT)


@pytest.mark.parametrize("indented", [False, True])
def test_a_signed_alert_is_proven_also_when_it_was_indented_later(
    weather: Signer, stranger: Signer, indented: bool
) -> None:
    root = tree_of(_signed(document(), weather, indented=indented), "alert.xml")
    assert is_signed(root)
    proven = what_is_signed(root, [stranger[1], weather[1]], SENT)
    assert alert_of(proven, "alert.xml").name.identifier == "ZM-2027-0001"


def test_the_certificate_that_a_forger_brings_along_proves_nothing(
    weather: Signer, stranger: Signer
) -> None:
    root = tree_of(_signed(document(), stranger), "alert.xml")
    with pytest.raises(OriginUnproven):
        what_is_signed(root, [weather[1]], SENT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Mbale", b"Mbole"),
        (b"Actual", b"Test"),
        (b"two metres", b"nine metres"),
        (b"</scope>", b"</scope><note>more</note>"),
        (b"014", b"031"),
    ],
)
def test_a_letter_that_was_changed_is_noticed(weather: Signer, old: bytes, new: bytes) -> None:
    octets = _signed(document(note="For Mbale"), weather)
    assert old in octets
    root = tree_of(octets.replace(old, new, 1), "alert.xml")
    with pytest.raises(OriginUnproven):
        what_is_signed(root, [weather[1]], SENT)


def test_an_alert_around_a_signed_one_is_not_proven_by_it(weather: Signer) -> None:
    signed = _signed(document(), weather)
    around = document(status="Actual", identifier="FORGED").replace(
        b"</alert>", signed[signed.index(b"<alert") :] + b"</alert>"
    )
    with pytest.raises(OriginUnproven):
        what_is_signed(tree_of(around, "alert.xml"), [weather[1]], SENT)


def test_no_signature_proves_nothing(weather: Signer) -> None:
    root = tree_of(document(), "alert.xml")
    assert not is_signed(root)
    with pytest.raises(OriginUnproven, match="no signature"):
        what_is_signed(root, [weather[1]], SENT)


@pytest.mark.parametrize("now", [SENT - timedelta(days=31), SENT + timedelta(days=31)])
def test_a_certificate_counts_only_in_its_time(weather: Signer, now: datetime) -> None:
    root = tree_of(_signed(document(), weather), "alert.xml")
    with pytest.raises(OriginUnproven):
        what_is_signed(root, [weather[1]], now.astimezone(UTC))


@pytest.mark.parametrize("element", ["SignatureValue", "DigestValue", "SignedInfo"])
@pytest.mark.parametrize("text", ["", "AAAA", "not base64 at all!"])
def test_a_broken_signature_is_refused_and_no_more(
    weather: Signer, element: str, text: str
) -> None:
    root = tree_of(_signed(document(), weather), "alert.xml")
    found = root.find(f".//{{http://www.w3.org/2000/09/xmldsig#}}{element}")
    found.clear()
    found.text = text
    with pytest.raises(OriginUnproven):
        what_is_signed(root, [weather[1]], SENT)
