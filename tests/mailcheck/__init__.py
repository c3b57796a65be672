"""`./run mailcheck`: every mail of the product, before the programs that judge mail elsewhere."""
