"""Pieces that screens are made of: each renders what it is given and posts what was wanted."""
