"""Every change of who is coming: one action a move, each in one transaction."""
