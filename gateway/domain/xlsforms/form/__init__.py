"""What stands in the workbook of a form: sheets, questions, lists, and expressions."""
