"""Whoever is killed when: no message goes out twice, none is lost. Slow: `make verify`, not `make test`."""
