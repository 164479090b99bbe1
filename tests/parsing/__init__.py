"""Tests of one part; see the modules."""
