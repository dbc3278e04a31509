"""Khumkan: the crisis services of a social-security office, as one system.

Read the folder listing as the service: `registry` knows the insured persons and their employers, `screening` tests
them, `messages` tells them. Arrows run one way; `.importlinter` holds the layers.
"""
