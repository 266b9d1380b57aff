"""How long work really takes: what reports teach, shown to the coordinator, who alone takes it over."""
