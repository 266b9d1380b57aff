"""Plans of days ahead: asked for on the board, worked out by the worker, shown, and told only when taken."""
