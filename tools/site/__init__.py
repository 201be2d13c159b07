"""The documentation site: how Sphinx makes it of the pages that stand in the repository."""
