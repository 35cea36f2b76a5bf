"""Measurements, each a ratio against a floor or a peer in the same run. `xuecheng bench` runs them.

A module of this folder declares its measurements with `@measure(…)`; importing the folder's modules finds them all.
"""
