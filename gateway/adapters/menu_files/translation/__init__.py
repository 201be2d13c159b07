"""The texts of a menu on their way to translators and back."""
