"""Encoders: pictures and texts in, features out."""
