"""Other geocoders are asked, weighed and, where they allow it, remembered."""
