"""The web archive: what was mailed, for anybody, with nobody's links."""
