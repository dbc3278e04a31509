"""The `khumkan` console command: one module for each group of commands, no logic of its own."""
