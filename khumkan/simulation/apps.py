"""The Django application `simulation`."""

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "khumkan.simulation"
    label = "simulation"
