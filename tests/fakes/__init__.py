"""Servers that misbehave on request, for tests: real sockets, on ports of their own."""
