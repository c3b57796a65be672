"""Every background task: a doorway that loads by id and calls one function of a stage.

A task takes ids, returns nothing, and is safe to run twice.
"""
