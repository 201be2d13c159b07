"""A subscriber is a number or a provider's token; neither passes for the other, or prints whole."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.faults_and_errors.errors import InvalidAddress, SendRejected
from gateway.domain.telecom.identity import Identity, ProviderToken, identity_from_stored
from gateway.domain.telecom.msisdn import Msisdn
from tests.providers.samples import outbound

HASH = "4bd1aa30c2f94e07"
_PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
_VALUES = st.text(_PRINTABLE, min_size=1, max_size=128)


def made(provider: str, application: str, value: str) -> ProviderToken | None:
    try:
        return ProviderToken(provider, application, value)
    except InvalidAddress:
        return None


TOKENS = st.builds(
    made, st.sampled_from(["simulator", "at", "a:b"]), st.text(max_size=9), _VALUES
).filter(lambda token: token is not None)
NUMBERS = st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z").map(Msisdn)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(HASH, id="a hash"),
        pytest.param("tel:AZ110b2c", id="a hash behind a scheme"),
        pytest.param("a", id="one letter"),
        pytest.param("9" * 17, id="more digits than any number has"),
        pytest.param("0" * 64, id="a hash that happens to have digits only"),
        pytest.param("x" * 128, id="as long as one may be"),
        pytest.param("254712345123:7", id="digits with what no number has"),
    ],
)
def test_what_makes_no_number_can_be_a_token(value: str) -> None:
    assert value == ProviderToken("at", "", value).as_told


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="nothing"),
        pytest.param("+254712345123", id="a number"),
        pytest.param("254712345123", id="a number without its plus"),
        pytest.param("0712345123", id="a number as it is dialled at home"),
        pytest.param("(0712)345-123", id="a number as it is printed"),
        pytest.param("+2547123451", id="a number that lacks a digit"),
        pytest.param("two words", id="a space"),
        pytest.param("a\nb", id="a line break"),
        pytest.param("ünique", id="a letter beyond ASCII"),
        pytest.param("x" * 129, id="too long"),
    ],
)
def test_what_is_no_token_is_refused_without_repeating_it(value: str) -> None:
    with pytest.raises(InvalidAddress) as caught:
        ProviderToken("at", "", value)

    assert not value or value not in str(caught.value)


def test_a_token_of_no_provider_is_refused() -> None:
    with pytest.raises(InvalidAddress):
        ProviderToken("", "sandbox", HASH)


@given(st.one_of(TOKENS, NUMBERS))
def test_whoever_is_stored_comes_back_as_the_same(subscriber: Identity) -> None:
    assert subscriber == identity_from_stored(subscriber.as_stored)


@given(TOKENS)
def test_no_stored_token_is_a_number(token: ProviderToken) -> None:
    assert not token.as_stored.startswith("+")
    with pytest.raises(InvalidAddress):
        Msisdn(token.as_stored)


@given(TOKENS, TOKENS)
def test_different_people_are_stored_differently(one: ProviderToken, other: ProviderToken) -> None:
    assert (one == other) == (one.as_stored == other.as_stored)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ProviderToken("other", "sandbox", HASH), id="another provider"),
        pytest.param(ProviderToken("at", "live", HASH), id="another application"),
        pytest.param(ProviderToken("at", "sandbox", HASH.upper()), id="another value"),
        pytest.param(ProviderToken("at:sandbox", "", HASH), id="names that run together"),
    ],
)
def test_a_token_means_somebody_within_its_application_only(other: ProviderToken) -> None:
    own = ProviderToken("at", "sandbox", HASH)

    assert own != other
    assert own.as_stored != other.as_stored


@pytest.mark.parametrize(
    ("value", "shown"),
    [(HASH, "at:•••••e07"), ("x" * 11, "at:•••••"), ("short", "at:•••••")],
)
def test_a_token_prints_masked_however_it_is_printed(value: str, shown: str) -> None:
    token = ProviderToken("at", "sandbox", value)

    printed = [str(token), repr(token), f"{token}", "%s" % token, repr(copy.copy(token))]  # noqa: UP031

    assert [shown] * 5 == printed
    assert value not in repr({"sms": outbound(subscriber=token)})


@pytest.mark.parametrize("text", ["", "token:", "token:at:x", "token:at::", "token:a:b:c:d", "me"])
def test_what_nobody_has_stored_is_refused(text: str) -> None:
    with pytest.raises(InvalidAddress):
        identity_from_stored(text)


def test_what_needs_a_number_takes_a_number_only() -> None:
    number = Msisdn("+999700000001")

    assert number == outbound(subscriber=number).number
    with pytest.raises(SendRejected) as caught:
        _ = outbound(subscriber=ProviderToken("at", "sandbox", HASH)).number
    assert ("no_number", "at") == (caught.value.code, caught.value.detail)
