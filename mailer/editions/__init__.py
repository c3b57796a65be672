"""Editions: an issue in one language, compiled and frozen."""
