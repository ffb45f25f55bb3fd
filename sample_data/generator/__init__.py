"""The sample client's generator: invented people, companies and their records, with the truth.

It imports nothing from the package it tests.
"""
