"""Xuecheng 学城: the system a city runs its learning society on."""

__version__ = "0.1.0"
