"""Forms in a workbook (XLSForm), and the services of a menu that ask the same."""
