"""Where providers tell what came back: nobody logs in, every call proves who makes it."""
