"""Answer times as a histogram, and the percentiles that are read from it.

Its classes grow by a tenth each, so that a percentile is off by a tenth at most, however many
answers there were.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

_GROWTH = math.log(1.1)


def bucket_of(milliseconds: int) -> int:
    """Returns the class of an answer time.

    >>> bucket_of(0), bucket_of(1), bucket_of(1000), bucket_of(6000)
    (0, 0, 73, 92)
    """
    return 0 if milliseconds <= 1 else math.ceil(math.log(milliseconds) / _GROWTH - 1e-9)


def most_of(bucket: int) -> float:
    """Returns the longest answer time of a class, in milliseconds.

    >>> round(most_of(bucket_of(1000)))
    1051
    """
    return 1.1**bucket


def percentile(number_of: Mapping[int, int], percent: int) -> float | None:
    """Returns the time in seconds within which so many percent of the answers came.

    None where there was none. It is the upper end of a class: never better than it was.

    >>> found = {bucket_of(10): 95, bucket_of(2000): 5}
    >>> [round(percentile(found, percent), 3) for percent in (50, 95, 99)]
    [0.011, 0.011, 2.048]
    """
    wanted = math.ceil(sum(number_of.values()) * percent / 100)
    seen = 0
    for bucket in sorted(number_of):
        seen += number_of[bucket]
        if seen >= wanted > 0:
            return most_of(bucket) / 1000
    return None
