"""Tests of the console command, as whoever types it."""
