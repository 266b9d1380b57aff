"""People, households, addresses and consent."""
