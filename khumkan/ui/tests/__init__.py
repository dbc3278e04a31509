"""Tests of the layer `ui`."""
