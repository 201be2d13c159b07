"""`gateway institutions`, `people` and `audit`: who may do what, and who did."""
