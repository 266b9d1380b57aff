"""The board from further off: a week of all members, and a day on the map."""
