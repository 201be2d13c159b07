"""The words a citizen wrote, from whatever bytes a network made of them: never a reason to refuse.

In this order: the charset that is declared; UTF-8; and what older systems send without saying so.
What cannot be read at all is stood in for by U+FFFD, and the letters around it are kept.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

_CHARSET = re.compile(r"""charset\s*=\s*"?([\w.:-]{2,20})""", re.IGNORECASE | re.ASCII)

#: What networks declare (IANA names, in lower case), and how it is decoded. Latin-1 is read as its
#: superset Windows-1252, as browsers do (WHATWG Encoding). Nothing else is looked up: some codecs
#: of Python's are no charsets, and some are slow.
_KNOWN: Mapping[str, str] = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252"), "cp1252"),
    **{f"iso-8859-{number}": f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 15, 16)},
    **{f"windows-125{number}": f"cp125{number}" for number in (0, 1, 3, 4, 5, 6, 7, 8)},
    **dict.fromkeys(("utf-16", "ucs-2", "iso-10646-ucs-2", "utf-16be"), "utf-16-be"),
    "utf-16le": "utf-16-le",
    "koi8-r": "koi8-r",
}
_STAND_IN = "\ufffd"


def declared_charset(content_type: str) -> str:
    """Returns the charset that a Content-Type names, in lower case; nothing when it names none.

    >>> declared_charset('application/x-www-form-urlencoded; charset="ISO-8859-1"')
    'iso-8859-1'
    """
    found = _CHARSET.search(content_type)
    return found[1].lower() if found else ""


def words_of(value: bytes, declared: str = "") -> str:
    """Returns the words in some bytes, always; `declared` is the charset that was named, if any.

    >>> words_of(b"R\\xe9sultat 10231456"), words_of("ውሃ".encode()[:-1])
    ('Résultat 10231456', 'ው')
    """
    if not declared and value.isascii():  # the most, by far
        return value.decode("ascii").replace("\0", "")
    for charset in dict.fromkeys((_KNOWN.get(declared, "utf-8"), "utf-8")):
        text = _whole_letters(value, charset)
        if text is not None:
            return text.replace("\0", "")
    return _likely(value).replace("\0", "")


def _whole_letters(value: bytes, charset: str) -> str | None:
    """Returns the text without a letter that was cut at its end; None when it is no such text.

    Among plain letters a last byte alone is more likely a whole letter of another charset: café.
    """
    try:
        return value.decode(charset)
    except UnicodeDecodeError:
        pass
    try:
        text = codecs.getincrementaldecoder(charset)().decode(value)
    except UnicodeDecodeError:
        return None
    return None if text.isascii() else text


def _likely(value: bytes) -> str:
    """Returns what bytes that are no UTF-8 most likely say: UTF-8 with a slip in it, or Latin."""
    text = value.decode("utf-8", "replace")
    letters = sum(char > "\x7f" for char in text.replace(_STAND_IN, ""))
    if letters >= text.count(_STAND_IN):
        return text
    return value.decode("cp1252", "replace")
