"""Practice registries in this process, on loopback: emulations, faithful to their documentation."""
