"""What providers tell by webhook: each module knows one, its signature and its words (pure)."""
