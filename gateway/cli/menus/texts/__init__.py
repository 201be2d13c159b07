"""Commands about the texts of a menu: their room, translators, and who has read them."""
