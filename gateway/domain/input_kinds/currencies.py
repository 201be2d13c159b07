"""What people write for a currency, beside its code.

An amount in another currency must not be taken for one in that of the deployment: $5 is no 5
shillings. So a sign counts for those currencies alone that are called by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from gateway.domain.text.value_formats import locale_of

_SHILLINGS = ("shillings", "shilling", "shilingi", "shs", "sh")
_FRANCS = ("francs", "franc", "f")
_CFA = ("fcfa", "f cfa", "cfa", *_FRANCS)
_RUPEES = ("rupees", "rs")
_DOLLARS = ("dollars", "dollar", "$")

#: In small letters, by the code of the currency (ISO 4217). A word that counts ("elfu", "mil") must
#: not be here: "2 elfu" is 2000.
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "BIF": ("fbu", *_FRANCS),
    "BWP": ("pula", "p"),
    "CDF": ("fc", *_FRANCS),
    "DJF": ("fdj", *_FRANCS),
    "ETB": ("birr", "br", "ብር"),
    "EUR": ("euros", "euro", "€"),
    "GBP": ("pounds", "£"),
    "GHS": ("cedis", "cedi", "gh₵", "₵", "ghc"),
    "GNF": ("fg", *_FRANCS),
    "INR": (*_RUPEES, "₹"),
    "KES": ("kshs", "ksh", *_SHILLINGS),
    "LKR": _RUPEES,
    "LRD": ("l$", *_DOLLARS),
    "MUR": _RUPEES,
    "MWK": ("kwacha", "mk"),
    "NAD": ("n$", *_DOLLARS),
    "NGN": ("naira", "₦", "n"),
    "NPR": _RUPEES,
    "PKR": _RUPEES,
    "RWF": ("frw", *_FRANCS),
    "SCR": _RUPEES,
    "SOS": _SHILLINGS,
    "TZS": ("tshs", "tsh", *_SHILLINGS),
    "UGX": ("ushs", "ush", *_SHILLINGS),
    "USD": ("us$", *_DOLLARS),
    "XAF": _CFA,
    "XOF": _CFA,
    "ZAR": ("rand", "r"),
    "ZMW": ("kwacha", "zk", "k"),
}


@lru_cache(maxsize=64)
def signs(currency: str, language: str) -> tuple[str, ...]:
    """Returns what stands for a currency before or behind an amount, in small letters.

    Among it is what the language shows. The longest come first. Where a deployment names no
    currency, any sign may stand.
    """
    if not currency:
        known = {sign for each in _SIGNS.values() for sign in each}
    else:
        shown = locale_of(language).currency_symbols.get(currency, currency)
        known = {currency.lower(), " ".join(shown.lower().split()), *_SIGNS.get(currency, ())}
    return tuple(sorted(known, key=lambda sign: (-len(sign), sign)))
