"""From bytes of a file to rows of a staging table: pure functions, run in worker processes that know no models."""
