"""The clouds' own SDKs, each in a program of its own that is started when it is needed.

They are heavy, block, and read this process's environment: in a child they cost the app nothing,
can be stopped, and see just the environment that they shall see.
"""
