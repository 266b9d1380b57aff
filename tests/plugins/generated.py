"""Generated examples, on a machine that may be busy: slowness alone fails no test."""

from hypothesis import HealthCheck, settings

settings.register_profile("handyman", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("handyman")
