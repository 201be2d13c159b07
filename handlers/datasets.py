"""The reference data of this deployment: the columns of its files, and how long values may be.

The maxima are chosen so that the end screens fit one page of 70 characters in Amharic.
"""

from gateway.handler_api import Column, Dataset, TextField

FACILITIES = Dataset(
    name="facilities",
    columns=(
        Column(name="id", max=8),
        Column(name="name", max=18),
        Column(name="kind", max=16),
        Column(name="region", max=16),
        Column(name="district", max=16),
        Column(name="hours", max=11),
        Column(name="phone", max=12),
        Column(name="place", max=16),
    ),
    key=("id",),
)

#: A candidate who sits the exam again keeps the number, so the year belongs to the key.
EXAM_RESULTS = Dataset(
    name="exam_results",
    columns=(
        Column(name="candidate", max=8),
        Column(name="year", max=4),
        Column(name="birth_date", max=10, secret=True),
        Column(name="name", max=8),
        Column(name="grade", max=2),
        Column(name="subjects", max=34),
    ),
    key=("candidate", "year"),
)


def text_field(dataset: Dataset, column: str) -> TextField:
    """Returns the field of an outcome that carries a column, as long as the column may be.

    Raises KeyError when the dataset declares no such column.
    """
    return TextField({each.name: each.max for each in dataset.columns}[column])
