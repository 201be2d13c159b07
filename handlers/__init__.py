"""The government services of this deployment: what menus may call, and the data they read.

A handler or a dataset exists when it stands in one of these two tables, under the name that menu
files and `gateway data` use.
"""

from collections.abc import Mapping

from gateway.handler_api import Dataset, Handler

from . import case_status, datasets, exam_results, find_clinic, report_problem

HANDLERS: Mapping[str, Handler] = {
    "list_regions": find_clinic.LIST_REGIONS,
    "list_districts": find_clinic.LIST_DISTRICTS,
    "list_facilities": find_clinic.LIST_FACILITIES,
    "facility_details": find_clinic.FACILITY_DETAILS,
    "exam_results": exam_results.EXAM_RESULTS,
    "list_all_districts": report_problem.LIST_ALL_DISTRICTS,
    "open_case": report_problem.OPEN_CASE,
    "case_status": case_status.CASE_STATUS,
}

DATASETS: Mapping[str, Dataset] = {
    dataset.name: dataset for dataset in (datasets.FACILITIES, datasets.EXAM_RESULTS)
}
