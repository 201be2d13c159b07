"""Forms in workbooks (XLSForm): read within bounds, and written as the files of a menu."""
