"""The pages of the readers: one handler a file, named as its path.

None of them sets a cookie, asks for a token of a form, or changes anything on GET or HEAD.
"""
