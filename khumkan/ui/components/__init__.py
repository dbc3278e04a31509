"""The parts that pages are made of: one folder each, with template, example and test."""
