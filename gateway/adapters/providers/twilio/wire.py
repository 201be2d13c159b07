"""Webhook requests exactly as Twilio sends them, signed.

`url` must be the public one, for it is what is signed.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from gateway.adapters.providers.shared.wire import WireRequest, form_request
from gateway.domain.telecom.sms import InboundSms


def sms(url: str, sms: InboundSms, *, auth_token: str, account_sid: str) -> WireRequest:
    """Returns an MO."""
    fields = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": sms.provider_ref,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sms.provider_ref,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": sms.text,
        "FromCountry": "US",
        "To": sms.to,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sms.provider_ref,
        "AccountSid": account_sid,
        "From": sms.subscriber.as_told,
        "ApiVersion": "2010-04-01",
    }
    if sms.opt_out:
        fields["OptOutType"] = sms.opt_out
    return signed(url, form_request(url, fields), auth_token)


def status(
    url: str,
    *,
    auth_token: str,
    account_sid: str,
    reference: str,
    status: str,
    phone: str,
    sender: str,
    error_code: str = "",
) -> WireRequest:
    """Returns a status report; `status` is Twilio's own word."""
    fields = {
        "SmsSid": reference,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": phone,
        "MessageSid": reference,
        "AccountSid": account_sid,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }
    if error_code:
        fields["ErrorCode"] = error_code
    return signed(url, form_request(url, fields), auth_token)


def signed(url: str, request: WireRequest, auth_token: str) -> WireRequest:
    """Returns a form with its signature."""
    # Signed by the SDK, not by our own code, so that the two check each other.
    from twilio.request_validator import RequestValidator

    fields = dict(parse_qsl(request.body.decode("ascii"), keep_blank_values=True))
    signature = RequestValidator(auth_token).compute_signature(url, fields)
    return request._replace(headers={**request.headers, "X-Twilio-Signature": signature})
