"""Other geocoders, each as geopy wants one: what it is asked, what it answers, what its errors mean."""
