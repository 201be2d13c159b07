"""One Redis structure per file; the embedded server and RQ beside them."""
