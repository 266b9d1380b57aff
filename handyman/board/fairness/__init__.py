"""How work is shared among the members: hours and jobs against wish and cap, and choices made by hand."""
