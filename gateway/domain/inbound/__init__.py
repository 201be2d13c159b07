"""What people text beside the menu: courtesy, the wish for no more SMS, and in which language."""
