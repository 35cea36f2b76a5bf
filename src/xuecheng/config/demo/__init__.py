"""The demonstration city: made-up people in the real territories of Guangzhou, the same from the same seed."""
