"""Files of a menu as forms, for people who write no YAML."""
