"""Everything of one member in one place: the day, the hours, the calendar, days off and wishes."""
