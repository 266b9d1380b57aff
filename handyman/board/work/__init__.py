"""What has to be done by a person: the lists, their rows in words, and how many there are."""
