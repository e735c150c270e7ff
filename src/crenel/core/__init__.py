"""Records, random streams, compilation: what every other layer stands on."""
