"""The embedded service: the real programs on smaller parts, under one supervisor.

plan        which programs run, with which words and environment (pure)
redis       the Redis server: where its binary is, how it is configured
place       the data folder's lock, and what other commands read about the running service
child       one program: started, told to stop, started again
supervisor  all of them, from the first to Ctrl-C
"""
