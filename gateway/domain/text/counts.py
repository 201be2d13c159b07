"""Numbers of things, as readers see them."""

from __future__ import annotations


class Count(int):
    """A number of rows, octets or the like; pages group its digits as their readers do.

    >>> print(Count(1048576))
    1,048,576
    """

    def __str__(self) -> str:
        return format(int(self), ",")
