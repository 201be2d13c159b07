"""A menu shown to people: trees, drawings, cards, differences."""
