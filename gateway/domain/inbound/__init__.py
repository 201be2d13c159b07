"""What people text beside the menu: courtesy, and the wish for no more SMS of ours."""
