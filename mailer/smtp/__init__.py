"""The wire: our own SMTP dialogue, pipelined and overlapped."""
