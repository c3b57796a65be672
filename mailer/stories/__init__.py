"""Stage 2: the articles that tell the same thing become one story."""
