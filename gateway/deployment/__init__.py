"""Floor 4: finds and loads a deployment: its folder, settings, keys, handlers and menus."""
