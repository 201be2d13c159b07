"""Published menus."""
