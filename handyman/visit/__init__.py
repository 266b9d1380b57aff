"""The member's telephone page: accept, on the way, arrived, finished, report."""
