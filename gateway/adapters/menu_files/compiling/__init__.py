"""From the shapes of menu files to a candidate, with the place of each part."""
