from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "stations"
    verbose_name = "片区与站点"
