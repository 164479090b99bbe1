"""Broadsheet's tests: each states a promise in a sentence."""
