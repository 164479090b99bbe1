"""Tests of the tuning: its form, its files, its versions, what tries it."""
